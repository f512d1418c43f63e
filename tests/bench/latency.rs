//! How long the program lets a person wait at 100,000 messages, seen from the terminal's side.
//!
//! `cargo bench --bench latency` starts the built program on pseudo-terminals of 120 columns and 40
//! rows and prints one table: start, keys, letters of a search, bytes, memory. It judges nothing.

use std::collections::VecDeque;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant as Clock};

use anyhow::Context as _;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

#[path = "generate.rs"]
mod generate;

const MESSAGES: usize = 100_000;
const STARTS: usize = 9;
const KEYS: usize = 40;
const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
const LIMIT: Duration = Duration::from_secs(10);
const PANE: &str = "#search";
const SEARCH: &str = "read alias fix";

/// The keys that are measured, each with what a terminal sends for it.
const MOTIONS: [(&str, &[u8]); 5] =
    [("j", b"j"), ("PgDn", b"\x1b[6~"), ("Ctrl-d", b"\x04"), ("G", b"G"), ("g g", b"gg")];

/// The program on a terminal.
struct Terminal {
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    chunks: Receiver<(Clock, Vec<u8>)>,
    screen: vt100::Parser,
    begun: Clock,
    first_byte: Option<Duration>,
    bytes: usize,
}

impl Terminal {
    fn start(export: &Path, home: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_meanwhile"));
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("USER", "amara")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.cwd(home);
        command.arg(export);
        command.args(arguments);
        let mut reader = pair.master.try_clone_reader()?;
        let (sender, chunks) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let chunk = buffer.get(..count).unwrap_or_default().to_vec();
                if sender.send((Clock::now(), chunk)).is_err() {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer()?;
        let begun = Clock::now();
        let child = pair.slave.spawn_command(command)?;
        let screen = vt100::Parser::new(ROWS.try_into()?, COLUMNS.try_into()?, 0);
        Ok(Self { _master: pair.master, writer, child, chunks, screen, begun, first_byte: None, bytes: 0 })
    }

    /// Takes what the program writes until the screen is as it should be; gives when that was.
    fn until(&mut self, limit: Duration, mut is_so: impl FnMut(&vt100::Screen) -> bool) -> Option<Clock> {
        let end = Clock::now() + limit;
        loop {
            let left = end.saturating_duration_since(Clock::now());
            let (at, chunk) = self.chunks.recv_timeout(left).ok()?;
            self.first_byte.get_or_insert(at - self.begun);
            self.bytes += chunk.len();
            self.screen.process(&chunk);
            if is_so(self.screen.screen()) {
                return Some(at);
            }
        }
    }

    /// Takes everything until the program is silent for that long.
    fn quiet(&mut self, length: Duration) {
        while let Ok((_, chunk)) = self.chunks.recv_timeout(length) {
            self.bytes += chunk.len();
            self.screen.process(&chunk);
        }
    }

    /// Sends a key and waits until the rows of the screen answer; `None` when they never do.
    fn key(&mut self, bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
        let before = rows(self.screen.screen());
        let counted = self.bytes;
        let sent = Clock::now();
        self.writer.write_all(bytes)?;
        self.writer.flush()?;
        let answered = self.until(Duration::from_millis(300), |screen| rows(screen) != before);
        Ok(answered.map(|at| Answer { after: at - sent, bytes: self.bytes - counted }))
    }

    /// Types a letter of a search and waits until hits for it are on the screen, and until all are.
    fn letter(&mut self, letter: char) -> anyhow::Result<(Option<Answer>, Option<Answer>)> {
        let counted = self.bytes;
        let sent = Clock::now();
        write!(self.writer, "{letter}")?;
        self.writer.flush()?;
        let mut frames = 0;
        let mut first = None;
        let whole = self.until(Duration::from_secs(2), |screen| {
            frames += 1;
            let contents = screen.contents();
            let counts = contents.lines().find(|line| line.contains(" close   of "));
            let is_whole = counts.is_some_and(|line| line.trim_end().ends_with(" ms"));
            // The first frame shows the letter, the next one what it finds.
            if frames == 2 || is_whole {
                first.get_or_insert_with(Clock::now);
            }
            is_whole
        });
        let answer = |at: Clock| Answer { after: at - sent, bytes: self.bytes - counted };
        Ok((first.map(answer), whole.map(answer)))
    }

    fn pid(&self) -> anyhow::Result<u32> {
        self.child.process_id().context("the program has ended")
    }

    /// The thread that loads; those it starts to help it bear its name and stay.
    fn loader(&self) -> anyhow::Result<PathBuf> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid()?))?.flatten().map(|task| task.path());
        let loads = |task: &PathBuf| fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "load");
        let number = |task: &PathBuf| task.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        tasks.filter(loads).min_by_key(number).context("nothing loads")
    }

    fn peak_kib(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak is told")?;
        Ok(peak.trim().trim_end_matches("kB").trim().parse()?)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It is killed anyway: whether it had ended by itself makes no difference.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a key was answered.
#[derive(Clone, Copy)]
struct Answer {
    after: Duration,
    bytes: usize,
}

/// The rows that only a key changes: those that tell of the load are left out.
fn rows(screen: &vt100::Screen) -> Vec<String> {
    let is_still = |row: &String| !row.contains("loading") && !row.contains("while reading") && !row.contains(" of ");
    screen.rows(0, COLUMNS).filter(is_still).collect()
}

/// Whether messages are shown: rows with a clock, below the title.
fn shows_messages(screen: &vt100::Screen) -> bool {
    let is_clock = |field: &str| {
        let fits = |(at, byte): (usize, u8)| if at % 3 == 2 { byte == b':' } else { byte.is_ascii_digit() };
        matches!(field.len(), 5 | 8) && field.bytes().enumerate().all(fits)
    };
    screen.rows(0, COLUMNS).skip(2).filter(|row| row.split_whitespace().any(is_clock)).count() >= 2
}

/// The table as it grows.
#[derive(Default)]
struct Table(VecDeque<(String, Vec<Duration>, Vec<usize>)>);

impl Table {
    fn add(&mut self, row: &str, answer: Answer) {
        let place = self.0.iter().position(|(name, ..)| name == row).unwrap_or_else(|| {
            self.0.push_back((row.to_owned(), Vec::new(), Vec::new()));
            self.0.len() - 1
        });
        if let Some((_, times, bytes)) = self.0.get_mut(place) {
            times.push(answer.after);
            bytes.push(answer.bytes);
        }
    }

    fn add_time(&mut self, row: &str, after: Option<Duration>) {
        if let Some(after) = after {
            self.add(row, Answer { after, bytes: 0 });
        }
    }

    fn print(mut self) {
        println!(
            "{:<44} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8}",
            "", "count", "p50 ms", "p99 ms", "max ms", "p50 B", "max B"
        );
        for (name, times, bytes) in &mut self.0 {
            times.sort_unstable();
            bytes.sort_unstable();
            let millis = |percent| at(times, percent).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
            let [p50, p99, max] = [millis(50), millis(99), millis(100)];
            let [middle, most] = [at(bytes, 50), at(bytes, 100)].map(Option::unwrap_or_default);
            println!("{name:<44} {:>5} {p50:>8.1} {p99:>8.1} {max:>8.1} {middle:>8} {most:>8}", times.len());
        }
    }
}

fn at<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied()
}

/// The export as folder and zip, made once.
fn exports() -> anyhow::Result<(PathBuf, PathBuf)> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("latency");
    let (folder, zip) = (place.join("export-100k"), place.join("export-100k.zip"));
    if !zip.exists() {
        generate::write_export(&folder, MESSAGES, 7)?;
        let beside = place.join("half.zip");
        generate::pack(&folder, &beside)?;
        fs::rename(beside, &zip)?;
    }
    Ok((folder, zip))
}

fn first_screen(table: &mut Table, name: &str, export: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    for _ in 0..STARTS {
        let home = tempfile::tempdir()?;
        let mut terminal = Terminal::start(export, home.path(), arguments)?;
        let shown = terminal.until(LIMIT, shows_messages);
        anyhow::ensure!(shown.is_some(), "no message was shown:\n{}", terminal.screen.screen().contents());
        table.add_time(&format!("start, {name}: first byte"), terminal.first_byte);
        table.add_time(&format!("start, {name}: messages"), shown.map(|at| at - terminal.begun));
    }
    Ok(())
}

fn keys_while_loading(table: &mut Table, name: &str, export: &Path) -> anyhow::Result<()> {
    for start in 0..STARTS {
        let home = tempfile::tempdir()?;
        let mut terminal = Terminal::start(export, home.path(), &["--pane", PANE])?;
        terminal.until(LIMIT, shows_messages).context("no message was shown")?;
        let loader = terminal.loader()?;
        terminal.key(b"gg")?;
        for turn in start.. {
            // The last of them would run into the end of the load.
            let Some((key, bytes)) = MOTIONS.get(turn % MOTIONS.len()) else { break };
            let answer = terminal.key(bytes)?;
            if !loader.exists() {
                break;
            }
            if let Some(answer) = answer {
                table.add(&format!("key while {name} loads: {key}"), answer);
                table.add(&format!("key while {name} loads: all"), answer);
            }
        }
    }
    Ok(())
}

/// A program that has loaded everything.
fn loaded(export: &Path, home: &Path) -> anyhow::Result<Terminal> {
    let mut terminal = Terminal::start(export, home, &["--pane", PANE])?;
    terminal.until(LIMIT, shows_messages).context("no message was shown")?;
    let loader = terminal.loader()?;
    while loader.exists() {
        terminal.quiet(Duration::from_millis(20));
    }
    terminal.quiet(Duration::from_secs(2));
    Ok(terminal)
}

fn idle_keys(table: &mut Table, terminal: &mut Terminal) -> anyhow::Result<()> {
    terminal.key(b"gg")?;
    for (key, bytes) in [MOTIONS.as_slice(), &[("k", b"k"), ("PgUp", b"\x1b[5~"), ("z z", b"zz")]].concat() {
        for _ in 0..KEYS {
            // The ends need the other end first.
            match key {
                "G" => drop(terminal.key(b"gg")?),
                "g g" => drop(terminal.key(b"G")?),
                _ => {}
            }
            if let Some(answer) = terminal.key(bytes)? {
                table.add(&format!("key, all loaded: {key}"), answer);
            }
        }
    }
    Ok(())
}

fn searches(table: &mut Table, terminal: &mut Terminal) -> anyhow::Result<()> {
    for (open, name) in [(b"/", "the pane"), (b"F", "everything")] {
        for _ in 0..STARTS {
            terminal.key(open)?;
            for letter in SEARCH.chars() {
                let (first, whole) = terminal.letter(letter)?;
                table.add_time(&format!("letter, search in {name}: first hits"), first.map(|answer| answer.after));
                if let Some(answer) = whole {
                    table.add(&format!("letter, search in {name}: all hits"), answer);
                }
            }
            // As a kitty terminal says Esc: nothing has to be waited for.
            terminal.key(b"\x1b[27u")?;
            terminal.quiet(Duration::from_millis(50));
        }
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let (folder, zip) = exports()?;
    let mut table = Table::default();
    let begun = Clock::now();
    let tell = |phase: &str| eprintln!("{:>6.1} s  {phase}", begun.elapsed().as_secs_f64());
    tell("starts");
    first_screen(&mut table, "folder, a pane named", &folder, &["--pane", PANE])?;
    first_screen(&mut table, "zip, a pane named", &zip, &["--pane", PANE])?;
    first_screen(&mut table, "folder, no pane named", &folder, &[])?;
    tell("keys while it loads");
    keys_while_loading(&mut table, "a folder", &folder)?;
    keys_while_loading(&mut table, "a zip", &zip)?;
    let home = tempfile::tempdir()?;
    let mut terminal = loaded(&folder, home.path())?;
    tell("keys with all loaded");
    idle_keys(&mut table, &mut terminal)?;
    tell("searches");
    searches(&mut table, &mut terminal)?;
    println!("{MESSAGES} messages, {COLUMNS}x{ROWS}\n");
    table.print();
    terminal.quiet(Duration::from_secs(2));
    let before = terminal.bytes;
    terminal.quiet(Duration::from_secs(3));
    println!("\npeak memory {} MiB, bytes in 3 idle seconds {}", terminal.peak_kib()? / 1024, terminal.bytes - before);
    Ok(())
}
