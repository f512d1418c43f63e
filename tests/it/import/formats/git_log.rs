//! git log: tabs and fuller text of one history, other zones on each line, two dates.

use super::{golden, load_file, load_folder};

pub const FIXTURES: &[(&str, &[u8])] =
    &[("a.txt", FULLER.as_bytes()), ("b.tsv", TABS.as_bytes()), ("c.txt", DEFAULT.as_bytes())];

const FULLER: &str = "commit aaaaaaaaaa01 (HEAD -> main)
Merge: 1111111 2222222
Author:     Teo Marquand <teo@tolvane.example>
AuthorDate: 2024-12-05T18:00:00+00:00
Commit:     GitHub <noreply@forge.example>
CommitDate: 2024-12-06T14:05:00+01:00

    Point the alias at the new index

    It was built two days ago.

commit bbbbbbbbbb02
Author:     Ines Ostavia <ines@tolvane.example>
AuthorDate: Fri Dec 6 09:00:00 2024 -0500
Commit:     Ines Ostavia <ines@tolvane.example>
CommitDate: Fri Dec 6 09:00:00 2024 -0500

    Fix typo
";

const TABS: &str =
    "aaaaaaaaaa01\t2024-12-05T18:00:00+00:00\t2024-12-06T14:05:00+01:00\tTeo Marquand\tPoint the alias at the new index
cccccccccc03\t2024-12-04T10:00:00+09:00\t2024-12-04T10:00:00+09:00\tInes Ostavia\tBuild the index\twith a tab
no commit at all
dddddddddd04\t2024-12-03T10:00:00+09:00\t2024-12-03T10:00:00+09:00\tdeploys[bot]\t
eeeeeeeeee05\t2024-12-02T10:00:00+09:00\t2024-12-02T10:00:00Z\tYuki Haranobe\tLater than it was written
";

const DEFAULT: &str = "commit ffffffffff06
Author: Yuki Haranobe <yuki@tolvane.example>
Date:   Mon Dec 2 10:00:00 2024 +0900

    First
";

#[test]
fn a_commit_stands_at_its_commit_date_and_is_read_once() {
    insta::assert_snapshot!(golden(&load_folder(&FIXTURES[..2])));
}

#[test]
fn the_default_text_tells_the_author_date_only_and_says_so() {
    insta::assert_snapshot!(golden(&load_file("log.txt", DEFAULT.as_bytes())));
}
