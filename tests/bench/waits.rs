//! How long a person waits for the screen: at the start, for each key, for each letter of a search.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::corpus::Corpus;
use crate::cost::percentile;
use crate::loads::Growth;
use crate::terminal::{Answer, COLUMNS, PANE, Terminal, shows_messages};
use crate::{Table, as_millis, millis, peers};

const LIMIT: Duration = Duration::from_secs(60);
const KEYS: usize = 40;
const SEARCHES: usize = 5;
const SEARCH: &str = "read alias fix";
/// Esc as a kitty terminal says it: nothing has to be waited for.
const ESC: &[u8] = b"\x1b[27u";

/// The keys that are measured, each with what a terminal sends for it.
const MOTIONS: [(&str, &[u8]); 5] =
    [("j", b"j"), ("PgDn", b"\x1b[6~"), ("Ctrl-d", b"\x04"), ("G", b"G"), ("g g", b"gg")];

/// Answers to keys of one kind.
#[derive(Default)]
struct Answers {
    millis: Vec<f64>,
    bytes: Vec<f64>,
    lost: usize,
}

impl Answers {
    fn take(&mut self, answer: Option<Answer>) {
        match answer {
            Some(answer) => {
                self.millis.push(as_millis(answer.after));
                self.bytes.push(answer.bytes as f64);
            }
            None => self.lost += 1,
        }
    }

    fn words(&mut self) -> String {
        let (p50, p99) = (percentile(&mut self.millis, 50), percentile(&mut self.millis, 99));
        let lost = if self.lost > 0 { format!(", {} without an answer", self.lost) } else { String::new() };
        format!("p50 {}, p99 {} ({}{lost})", millis(p50), millis(p99), self.millis.len())
    }

    fn bytes_words(&mut self) -> String {
        format!("p50 {} B, most {} B", percentile(&mut self.bytes, 50), percentile(&mut self.bytes, 100))
    }
}

/// From the start of the program to the first screen with messages.
pub fn starts(table: &mut Table, corpus: &Corpus, rounds: usize) -> anyhow::Result<()> {
    let mut waits = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..rounds {
        let exports: [(&Path, &[&str]); 3] =
            [(&corpus.folder, &["--pane", PANE]), (&corpus.zip, &["--pane", PANE]), (&corpus.folder, &[])];
        for (waits, (export, arguments)) in waits.iter_mut().zip(exports) {
            let home = tempfile::tempdir()?;
            let mut terminal = Terminal::start(export, home.path(), arguments)?;
            let shown = terminal.until(LIMIT, |screen, _| shows_messages(screen)).context("no message was shown")?;
            waits.push(as_millis(shown - terminal.begun));
        }
    }
    for (waits, (what, bar)) in waits.iter_mut().zip([
        ("start → first screen with messages, folder", "≤ 50 ms"),
        ("start → first screen with messages, zip", "≤ 150 ms"),
        ("start → first screen, folder, no channel named", ""),
    ]) {
        let (least, p50) = (percentile(waits, 0), percentile(waits, 50));
        table.add(what, &corpus.name, &format!("p50 {}, least {}", millis(p50), millis(least)), bar);
    }
    Ok(())
}

/// `less` on the same texts, one a line: what a terminal can do at best.
pub fn less(table: &mut Table, corpus: &Corpus, rounds: usize) -> anyhow::Result<()> {
    if !peers::runs("less".as_ref(), &["--version"]) {
        table.add("not measured", &corpus.name, "less: not installed", "");
        return Ok(());
    }
    let texts = peers::texts(corpus)?;
    let is_full = |screen: &vt100::Screen, _| screen.rows(0, COLUMNS).filter(|row| !row.trim().is_empty()).count() > 30;
    let mut starts = Vec::new();
    let mut keys = [(); 2].map(|()| Answers::default());
    for _ in 0..rounds {
        let home = tempfile::tempdir()?;
        let mut terminal = Terminal::of("less", &texts, home.path())?;
        let shown = terminal.until(LIMIT, is_full).context("less shows nothing")?;
        starts.push(as_millis(shown - terminal.begun));
        terminal.quiet(Duration::from_millis(200));
        for (answers, key) in keys.iter_mut().zip([b"j", b"d"]) {
            for _ in 0..KEYS / 2 {
                answers.take(terminal.key(key)?);
            }
        }
    }
    let [lines, pages] = &mut keys;
    let start = format!("p50 {}", millis(percentile(&mut starts, 50)));
    table.add("less on the texts alone: start → full screen", &corpus.name, &start, "");
    for (what, answers) in [("a line down", lines), ("half a page down", pages)] {
        let measured = format!("{}; {}", answers.words(), answers.bytes_words());
        table.add(&format!("less: {what}"), &corpus.name, &measured, "");
    }
    Ok(())
}

/// Keys while it loads, with all loaded and while it searches; letters of a search; memory.
pub fn keys_and_letters(table: &mut Table, corpus: &Corpus, growth: &mut Growth) -> anyhow::Result<()> {
    for (name, export) in [("folder", &corpus.folder), ("zip", &corpus.zip)] {
        let home = tempfile::tempdir()?;
        let mut terminal = Terminal::start(export, home.path(), &["--pane", PANE])?;
        terminal.until(LIMIT, |screen, _| shows_messages(screen)).context("no message was shown")?;
        let loader = terminal.loader()?;
        let mut keys = keys_while(&mut terminal, || loader.exists())?;
        table.add(&format!("key → answer while the {name} loads"), &corpus.name, &keys.words(), "p50 ≤ 4, p99 ≤ 16 ms");
    }
    for (name, export) in [("zip", &corpus.zip), ("folder", &corpus.folder)] {
        let home = tempfile::tempdir()?;
        let mut terminal = Terminal::start(export, home.path(), &["--pane", PANE])?;
        terminal.until(LIMIT, |screen, _| shows_messages(screen)).context("no message was shown")?;
        let loaded = terminal.loaded()?;
        if let Some(loaded) = loaded {
            let wait = millis(as_millis(loaded - terminal.begun));
            table.add(&format!("start → the screen says all is loaded, {name}"), &corpus.name, &wait, "");
        }
        let peak = terminal.peak_kib()? as f64 / 1024.0;
        let of_text = corpus.shape.text_bytes as f64 * 2.3 + corpus.shape.messages as f64 * 100.0;
        let bar = (of_text / f64::from(1 << 20) + 40.0) * if name == "zip" { 1.3 } else { 1.0 };
        let what = format!("peak memory of the screen, {name}");
        table.add(&what, &corpus.name, &format!("{peak:.0} MiB"), &format!("≤ {bar:.0} MiB"));
        if name == "folder" {
            growth.note("memory", corpus.shape.messages, peak);
            idle_keys(table, corpus, &mut terminal)?;
            letters(table, corpus, &mut terminal, growth)?;
        }
    }
    Ok(())
}

fn keys_while(terminal: &mut Terminal, goes_on: impl Fn() -> bool) -> anyhow::Result<Answers> {
    let mut answers = Answers::default();
    terminal.key(b"gg")?;
    for (_, bytes) in MOTIONS.iter().cycle().take(KEYS * MOTIONS.len()) {
        let answer = terminal.key(bytes)?;
        // The last of them would run into the end.
        if !goes_on() {
            break;
        }
        answers.take(answer);
    }
    Ok(answers)
}

fn idle_keys(table: &mut Table, corpus: &Corpus, terminal: &mut Terminal) -> anyhow::Result<()> {
    let (mut all, mut lines, mut pages) = (Answers::default(), Answers::default(), Answers::default());
    for (key, bytes) in MOTIONS {
        // From the beginning, so that each press has somewhere to go and another message to show.
        terminal.key(b"gg")?;
        terminal.quiet(Duration::from_millis(100));
        for _ in 0..KEYS {
            match key {
                "G" => drop(terminal.key(b"gg")?),
                "g g" => drop(terminal.key(b"G")?),
                _ => {}
            }
            let answer = terminal.key(bytes)?;
            all.take(answer);
            match key {
                "j" => lines.take(answer),
                "Ctrl-d" => pages.take(answer),
                _ => {}
            }
        }
    }
    table.add("key → answer, all loaded", &corpus.name, &all.words(), "p50 ≤ 4, p99 ≤ 16 ms");
    table.add("bytes a key at 120x40, cursor move", &corpus.name, &lines.bytes_words(), "≤ 400 B");
    table.add("bytes a key at 120x40, half page", &corpus.name, &pages.bytes_words(), "≤ 4 kB");
    terminal.quiet(Duration::from_secs(1));
    let before = terminal.bytes;
    terminal.quiet(Duration::from_secs(3));
    table.add("bytes in 3 idle seconds", &corpus.name, &format!("{}", terminal.bytes - before), "0");
    Ok(())
}

fn letters(table: &mut Table, corpus: &Corpus, terminal: &mut Terminal, growth: &mut Growth) -> anyhow::Result<()> {
    for (open, name) in [(b"/", "the pane"), (b"F", "everything")] {
        let (mut first, mut whole) = (Answers::default(), Answers::default());
        for _ in 0..SEARCHES {
            terminal.key(open)?;
            for letter in SEARCH.chars() {
                let (at_first, in_the_end) = terminal.letter(letter)?;
                first.take(at_first);
                whole.take(in_the_end);
            }
            terminal.key(ESC)?;
            terminal.quiet(Duration::from_millis(50));
        }
        let bar = match corpus.shape.messages {
            ..=100_000 => "p99 ≤ 30 ms",
            100_001..=1_000_000 => "p99 ≤ 130 ms",
            _ => "p99 ≤ 600 ms",
        };
        let what = format!("letter in the search of {name} → first results painted");
        table.add(&what, &corpus.name, &first.words(), "p50 ≤ 8, p99 ≤ 16 ms");
        table.add(
            &format!("letter in the search of {name} → final list and exact count"),
            &corpus.name,
            &whole.words(),
            bar,
        );
        if *open == *b"F" {
            growth.note("a search of everything", corpus.shape.messages, percentile(&mut whole.millis, 50));
        }
    }
    Ok(())
}
