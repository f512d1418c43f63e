//! What a run of another process costs: time on the clock and time of processors.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What one run took.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Cost {
    /// From start to end.
    pub wall: Duration,
    /// Of all its threads, in its own code and in the system's.
    pub processor: Duration,
}

/// Runs a command to its end, its output thrown away; `None` where it cannot be run or fails. The shell
/// is what tells of processor time; it starts in the same time for all that are compared.
pub fn timed(command: &[OsString]) -> Option<Cost> {
    let run = r#"TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>/dev/null"#;
    let output =
        Command::new("bash").arg("-c").arg(run).arg("timed").args(command).stdin(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let told = String::from_utf8(output.stderr).ok()?;
    let mut seconds = told.split_whitespace().map(|field| field.parse::<f64>().map(Duration::from_secs_f64));
    let (wall, user, system) = (seconds.next()?.ok()?, seconds.next()?.ok()?, seconds.next()?.ok()?);
    Some(Cost { wall, processor: user + system })
}

/// The middle one of several.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), middle.checked_sub(1).and_then(|before| values.get(before))) {
        (Some(upper), Some(lower)) if values.len().is_multiple_of(2) => f64::midpoint(*lower, *upper),
        (Some(only), _) => *only,
        _ => f64::NAN,
    }
}

/// The value that so many of 100 do not surpass.
pub fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(at).copied().unwrap_or(f64::NAN)
}
