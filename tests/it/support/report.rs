//! The report of the sample incident, as the built program writes it.

use std::fs;
use std::path::Path;

use crate::cli::Bench;

use super::stage::file_of;

/// A folder with the finished project and its export.
pub fn sample_bench() -> Bench {
    let bench = Bench::new();
    for name in ["howie.json", "slack-export.zip", "people.csv", "oncall.ics"] {
        fs::copy(file_of(&format!("sample-data/{name}")), bench.path(name)).unwrap();
    }
    bench
}

/// The sample's report in a format.
pub fn sample_page(format: &str, args: &[&str]) -> String {
    let bench = sample_bench();
    bench.run(&[&["export", "howie.json", "--format", format], args].concat()).exits(0).stdout()
}

/// A file for a browser.
pub fn address(path: &Path) -> String {
    format!("file://{}", path.display())
}
