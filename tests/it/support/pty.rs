//! Runs a program on a terminal of its own and looks at its screen as a person would.
//!
//! Waits are generous and end as soon as what is waited for is there; a wait that runs out fails
//! the test and shows the screen. Nothing here measures time.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use meanwhile::tui::key::{Code, Key, KeySeq, Mods};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

const LIMIT: Duration = Duration::from_secs(60);

/// A program to be started, with an environment of its own.
pub struct Program {
    command: CommandBuilder,
    columns: u16,
    rows: u16,
    answers: Option<Vec<u8>>,
}

impl Program {
    /// The built `meanwhile`, at home in `home`.
    pub fn meanwhile(home: &Path) -> Self {
        Self::new(Path::new(env!("CARGO_BIN_EXE_meanwhile")), home)
    }

    /// Any program, at home in `home`, on a terminal of 120 columns and 40 rows.
    pub fn new(program: &Path, home: &Path) -> Self {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("USER", "amara")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.cwd(home);
        Self { command, columns: 120, rows: 40, answers: None }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the size of the terminal.
    pub const fn size(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    /// Sends these bytes once the program has asked its start-up questions.
    pub fn answers(mut self, answers: &[u8]) -> Self {
        self.answers = Some(answers.to_vec());
        self
    }

    /// Starts it.
    pub fn start(self) -> Pty {
        let pair = native_pty_system().openpty(size(self.columns, self.rows)).unwrap();
        let child = pair.slave.spawn_command(self.command).unwrap();
        let writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let shown = Arc::new(Shown::new(self.columns, self.rows));
        let reader = pair.master.try_clone_reader().unwrap();
        let watcher = Watcher { shown: Arc::clone(&shown), writer: Arc::clone(&writer), answers: self.answers };
        thread::spawn(move || watcher.run(reader));
        Pty { master: Some(pair.master), writer: Some(writer), child, shown }
    }
}

const fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// What the terminal shows.
struct Shown {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Nobody looks any more: the window closes with the next byte.
    closing: bool,
    ended: bool,
}

impl Shown {
    fn new(columns: u16, rows: u16) -> Self {
        let state = State { parser: parser(columns, rows), bytes: Vec::new(), closing: false, ended: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn parser(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0)
}

/// The thread that is the terminal.
struct Watcher {
    shown: Arc<Shown>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    answers: Option<Vec<u8>>,
}

impl Watcher {
    fn run(mut self, mut reader: Box<dyn Read + Send>) {
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let mut state = self.shown.state();
            state.parser.process(&buffer[..count]);
            state.bytes.extend_from_slice(&buffer[..count]);
            if state.closing {
                break;
            }
            let asked = state.bytes.windows(3).any(|window| window == b"\x1b[c");
            drop(state);
            self.shown.changed.notify_all();
            if let Some(answers) = self.answers.take_if(|_| asked) {
                self.writer.lock().unwrap().write_all(&answers).unwrap();
            }
        }
        drop((reader, self.writer));
        self.shown.state().ended = true;
        self.shown.changed.notify_all();
    }
}

/// A program that runs on a terminal of its own; it is killed when this is dropped.
pub struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Arc<Mutex<Box<dyn Write + Send>>>>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Shown>,
}

impl Pty {
    /// Presses keys, written as in the key map: `j j t w Enter`.
    pub fn press(&mut self, keys: &str) {
        let keys: KeySeq = keys.parse().unwrap();
        let bytes: Vec<u8> = keys.into_iter().flat_map(bytes_of).collect();
        self.send(&bytes);
    }

    /// Types text, letter by letter.
    pub fn type_text(&mut self, text: &str) {
        self.send(text.as_bytes());
    }

    /// Pastes text as a terminal does that was asked for pastes in one piece.
    pub fn paste(&mut self, text: &str) {
        self.send(format!("\u{1b}[200~{text}\u{1b}[201~").as_bytes());
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) {
        let mut writer = self.writer.as_ref().unwrap().lock().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
    }

    /// Waits until the screen shows `text`.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("»{text}«"), |screen| screen.contents().contains(text));
    }

    /// Waits until the screen does not show `text`.
    pub fn wait_gone(&self, text: &str) {
        self.wait_until(&format!("no »{text}«"), |screen| !screen.contents().contains(text));
    }

    /// Waits until the screen is as `what` says.
    pub fn wait_until(&self, what: &str, mut is_so: impl FnMut(&vt100::Screen) -> bool) {
        let end = Instant::now() + LIMIT;
        let mut state = self.shown.state();
        while !is_so(state.parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            let contents = state.parser.screen().contents();
            assert!(!left.is_zero(), "waited in vain for {what}; the screen is\n{contents}");
            assert!(!state.ended, "the program ended before {what}; the screen was\n{contents}");
            state = self.shown.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// The text on the screen, rows without their trailing blanks.
    pub fn screen_text(&self) -> String {
        self.shown.state().parser.screen().contents()
    }

    /// Looks at the screen.
    pub fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.shown.state().parser.screen())
    }

    /// All bytes written so far.
    pub fn written(&self) -> Vec<u8> {
        self.shown.state().bytes.clone()
    }

    /// Whether keys reach the program as they are pressed, without echo and without lines.
    pub fn is_raw(&self) -> bool {
        let modes = self.master.as_ref().unwrap().get_termios().unwrap();
        !format!("{:?}", modes.local_flags).contains("ICANON")
    }

    /// Gives the window another size; the screen that is looked at has at least a cell and at most
    /// a thousand columns and rows.
    pub fn resize(&self, columns: u16, rows: u16) {
        let shown = |count: u16| count.clamp(1, 1000).try_into().unwrap();
        self.shown.state().parser.screen_mut().set_size(shown(rows), shown(columns));
        self.master.as_ref().unwrap().resize(size(columns, rows)).unwrap();
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        Pid::from_raw(pid).unwrap()
    }

    /// Waits until the program has stopped itself, then continues it.
    pub fn resume(&self) {
        let end = Instant::now() + LIMIT;
        let options = WaitOptions::UNTRACED | WaitOptions::NOHANG;
        while !waitpid(Some(self.pid()), options).unwrap().is_some_and(|(_, status)| status.stopped()) {
            assert!(Instant::now() < end, "the program did not stop");
            thread::sleep(Duration::from_millis(2));
        }
        self.signal(Signal::CONT);
    }

    /// Closes the window: the terminal is gone. The program must draw when its size changes.
    pub fn hang_up(&mut self) {
        self.shown.state().closing = true;
        self.resize(100, 30);
        let mut state = self.shown.state();
        while !state.ended {
            state = self.shown.changed.wait_timeout(state, LIMIT).unwrap().0;
        }
        drop(state);
        self.writer = None;
        self.master = None;
    }

    /// Waits for the program's end and gives its exit code.
    pub fn wait_exit(&mut self) -> u32 {
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            let contents = self.screen_text();
            assert!(Instant::now() < end, "the program did not end; the screen is\n{contents}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for the end as [`Self::wait_exit`], then for the last bytes it wrote.
    pub fn wait_end(&mut self) -> u32 {
        let code = self.wait_exit();
        let mut state = self.shown.state();
        while !state.ended {
            let (next, waited) = self.shown.changed.wait_timeout(state, LIMIT).unwrap();
            assert!(!waited.timed_out(), "something still holds the terminal");
            state = next;
        }
        code
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A program that ended already cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a terminal sends for a key.
fn bytes_of(key: Key) -> Vec<u8> {
    let mut bytes = if key.mods().has(Mods::ALT) { vec![0x1b] } else { Vec::new() };
    let (mut letter, control);
    let plain: &[u8] = match key.code() {
        Code::Char(c) if key.mods().has(Mods::CTRL) => {
            control = [(c as u8) & 0x1f];
            &control
        }
        Code::Char(c) => {
            letter = [0; 4];
            c.encode_utf8(&mut letter).as_bytes()
        }
        Code::Enter => b"\r",
        Code::Tab if key.mods().has(Mods::SHIFT) => b"\x1b[Z",
        Code::Tab => b"\t",
        Code::Backspace => b"\x7f",
        // As a kitty terminal says it: a lone Esc byte and what is pressed next would be Alt.
        Code::Esc => b"\x1b[27u",
        Code::Delete => b"\x1b[3~",
        Code::Insert => b"\x1b[2~",
        Code::Home => b"\x1b[H",
        Code::End => b"\x1b[F",
        Code::PageUp => b"\x1b[5~",
        Code::PageDown => b"\x1b[6~",
        Code::Up => b"\x1b[A",
        Code::Down => b"\x1b[B",
        Code::Right => b"\x1b[C",
        Code::Left => b"\x1b[D",
        Code::F(number) => panic!("F{number} is not needed by any test"),
    };
    bytes.extend_from_slice(plain);
    bytes
}
