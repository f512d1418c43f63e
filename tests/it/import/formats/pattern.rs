//! Text of no known format, read by a pattern.

use insta::assert_snapshot;
use meanwhile::base::reading::ReadAs;

use super::{golden, load_file_as};

const LOG: &str = "\
started by cron
2022-12-06 10:42:00 ops/mara> db-2 is full
  no space left
2022-12-06 10:43:00 ops/oskar> on it
soon ops/oskar> done
";

/// What the fuzzing of all formats begins with.
pub const FIXTURES: &[(&str, &[u8])] = &[("notes.log", LOG.as_bytes())];

#[test]
fn a_pattern_says_what_a_record_is() {
    let pattern = r"^(?P<time>\d{4}\S+ \S+|soon) (?P<channel>\w+)/(?P<author>\w+)> (?P<text>.*)$".to_owned();
    let read_as = ReadAs { format: Some("pattern".to_owned()), pattern: Some(pattern), ..ReadAs::default() };
    let (name, content) = FIXTURES[0];
    assert_snapshot!(golden(&load_file_as(name, content, read_as)));
}
