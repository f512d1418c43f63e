//! The built program on a pseudo-terminal of 120 columns and 40 rows, and what it answers.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant as Clock};

use anyhow::Context as _;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The size of the terminal.
pub const COLUMNS: u16 = 120;
/// The size of the terminal.
pub const ROWS: u16 = 40;
/// Looks at a screen that does not change, 20 milliseconds each, after which nothing more will come.
const STILL: usize = 250;
/// Pieces of one frame come closer after each other than this.
const PIECES: Duration = Duration::from_micros(1500);
/// Five millions of messages lie in more files than a zip may have unasked.
pub const MANY_FILES: [&str; 2] = ["--max-entries", "1000000"];
/// The channel that is looked at.
pub const PANE: &str = "#search";

/// The program on a terminal.
pub struct Terminal {
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    chunks: Receiver<(Clock, Vec<u8>)>,
    /// What is on the screen.
    pub screen: vt100::Parser,
    /// When it was started.
    pub begun: Clock,
    /// All that was written to the terminal.
    pub bytes: usize,
}

/// What the search says of itself: how many hits, how long it took, and `…` while it runs.
fn counts(screen: &vt100::Screen) -> String {
    let contents = screen.contents();
    let line = contents.lines().find(|line| line.contains(" close   of "));
    // The query stands in the same row.
    let counts = line.and_then(|line| {
        let (before, after) = line.split_once(" exact ")?;
        Some(format!("{} exact {}", before.split_whitespace().last()?, after.trim()))
    });
    counts.unwrap_or_default()
}

impl Terminal {
    /// Starts the program on an export.
    pub fn start(export: &Path, home: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_meanwhile"));
        command.arg(export);
        command.args(arguments);
        command.args(MANY_FILES);
        Self::run(command, home)
    }

    /// Starts another program on a file.
    pub fn of(program: &str, file: &Path, home: &Path) -> anyhow::Result<Self> {
        let mut command = CommandBuilder::new(program);
        command.arg(file);
        Self::run(command, home)
    }

    fn run(mut command: CommandBuilder, home: &Path) -> anyhow::Result<Self> {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("USER", "amara")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.cwd(home);
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
        Ok(Self { _master: pair.master, writer, child, chunks, screen, begun, bytes: 0 })
    }

    /// Takes what the program writes until the screen is as it should be; gives when that was.
    pub fn until(&mut self, limit: Duration, mut is_so: impl FnMut(&vt100::Screen, Clock) -> bool) -> Option<Clock> {
        let end = Clock::now() + limit;
        loop {
            let left = end.saturating_duration_since(Clock::now());
            let (at, chunk) = self.chunks.recv_timeout(left).ok()?;
            self.bytes += chunk.len();
            self.screen.process(&chunk);
            if is_so(self.screen.screen(), at) {
                return Some(at);
            }
        }
    }

    /// Takes everything until the program is silent for that long.
    pub fn quiet(&mut self, length: Duration) {
        while let Ok((_, chunk)) = self.chunks.recv_timeout(length) {
            self.bytes += chunk.len();
            self.screen.process(&chunk);
        }
    }

    /// Sends a key and waits until the rows of the screen answer; `None` when they never do.
    pub fn key(&mut self, bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
        let before = rows(self.screen.screen());
        let counted = self.bytes;
        let sent = Clock::now();
        self.writer.write_all(bytes)?;
        self.writer.flush()?;
        let answered = self.until(Duration::from_millis(300), |screen, _| rows(screen) != before);
        // What is left of the frame is no answer to the next key.
        self.quiet(PIECES);
        Ok(answered.map(|at| Answer { after: at - sent, bytes: self.bytes - counted }))
    }

    /// Types a letter of a search and waits until hits for it are on the screen, and until all are.
    pub fn letter(&mut self, letter: char) -> anyhow::Result<(Option<Answer>, Option<Answer>)> {
        let before = counts(self.screen.screen());
        let counted = self.bytes;
        let sent = Clock::now();
        write!(self.writer, "{letter}")?;
        self.writer.flush()?;
        let (mut first, mut frames) = (None, 0);
        let whole = loop {
            let left = Duration::from_secs(5).saturating_sub(sent.elapsed());
            let Some(at) = self.frame(left) else { break None };
            frames += 1;
            let now = counts(self.screen.screen());
            // A frame that only shows the letter still has the counts of the one before.
            if frames > 1 || now.trim_end_matches('…') != before {
                first.get_or_insert(at);
            }
            if now.ends_with(" ms") {
                break Some(at);
            }
        };
        let answer = |at: Clock| Answer { after: at - sent, bytes: self.bytes - counted };
        Ok((first.or(whole).map(answer), whole.map(answer)))
    }

    /// Takes what the program writes up to the end of a frame, which may come in pieces; gives when it
    /// was there.
    fn frame(&mut self, limit: Duration) -> Option<Clock> {
        let mut last = self.until(limit, |_, _| true)?;
        while let Some(at) = self.until(PIECES, |_, _| true) {
            last = at;
        }
        Some(last)
    }

    pub fn pid(&self) -> anyhow::Result<u32> {
        self.child.process_id().context("the program has ended")
    }

    /// The thread that loads and then gathers all words; those it starts to help it bear its name and
    /// stay.
    pub fn loader(&self) -> anyhow::Result<PathBuf> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid()?))?.flatten().map(|task| task.path());
        let loads = |task: &PathBuf| fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "load");
        let number = |task: &PathBuf| task.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        tasks.filter(loads).min_by_key(number).context("nothing loads")
    }

    /// Waits until everything is loaded; gives when the screen said so, where it says anything.
    pub fn loaded(&mut self) -> anyhow::Result<Option<Clock>> {
        let (mut loaded, thread) = (None, self.loader()?);
        let says_so = |screen: &vt100::Screen| screen.contents().contains("loading ");
        let mut still = 0;
        // A load that was faster than this look at it has left only threads that stay.
        while thread.exists() && still < STILL {
            let (was_loading, before) = (says_so(self.screen.screen()), self.bytes);
            let changed = self.until(Duration::from_millis(20), |screen, _| was_loading && !says_so(screen));
            loaded = loaded.or(changed);
            still = if was_loading || self.bytes > before { 0 } else { still + 1 };
        }
        self.quiet(Duration::from_millis(300));
        Ok(loaded)
    }

    pub fn peak_kib(&self) -> anyhow::Result<u64> {
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
pub struct Answer {
    /// How long it took.
    pub after: Duration,
    /// What was written to the terminal for it.
    pub bytes: usize,
}

/// The rows that only a key changes: those that tell of the load are left out.
pub fn rows(screen: &vt100::Screen) -> Vec<String> {
    let is_still = |row: &String| !row.contains("loading") && !row.contains("while reading") && !row.contains(" of ");
    screen.rows(0, COLUMNS).filter(is_still).collect()
}

/// Whether messages are shown: rows with a clock, below the title.
pub fn shows_messages(screen: &vt100::Screen) -> bool {
    let is_clock = |field: &str| {
        let fits = |(at, byte): (usize, u8)| if at % 3 == 2 { byte == b':' } else { byte.is_ascii_digit() };
        matches!(field.len(), 5 | 8) && field.bytes().enumerate().all(fits)
    };
    screen.rows(0, COLUMNS).skip(2).filter(|row| row.split_whitespace().any(is_clock)).count() >= 2
}
