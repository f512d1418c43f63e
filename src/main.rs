//! The `meanwhile` program: hands its arguments to the command line and tells a bug from a mistake.

use std::panic;
use std::process::ExitCode;

use meanwhile::cli::BUG;

fn main() -> ExitCode {
    // The message stands alone: where it happened is enough to look for it.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        eprintln!("meanwhile: a bug{place}: {}. Saved work is kept; please report this line.", words(info));
    }));
    panic::catch_unwind(|| meanwhile::cli::run(std::env::args_os())).unwrap_or_else(|_| ExitCode::from(BUG))
}

fn words(info: &panic::PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let words =
        payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let words = meanwhile::base::text::without_quoted(words.unwrap_or("no reason given"));
    meanwhile::base::text::Raw::new(&words).tty_line().into_owned()
}
