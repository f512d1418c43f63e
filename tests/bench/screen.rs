//! What the screen thread does for a key: time to draw it, bytes that reach the terminal, and what an
//! edit costs in a project of 50,000 annotations.
//!
//! `cargo bench --bench screen` prints the tables for 1,000,000 messages in 120 channels; other numbers
//! come from `MEANWHILE_BENCH_MESSAGES=100000`. It judges nothing.

use std::cell::Cell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use meanwhile::archive::{Archive, ChannelIx};
use meanwhile::base::id::InvestigatorId;
use meanwhile::jobs::save::Saver;
use meanwhile::project::store::{SaveState, Store, StoreOptions};
use meanwhile::project::{Author, Document, Edit, Set};
use meanwhile::tui::frames::Frames;
use meanwhile::tui::gate::Gate;
use meanwhile::tui::harness::Harness;
use meanwhile::tui::session::{Keeping, Session};

mod messages;
mod project;

const ANNOTATIONS: usize = 50_000;
const ENTRIES: usize = 5_000;
const PANES: [&str; 3] = ["#channel-0", "#channel-1", "#channel-2"];

/// A terminal that counts bytes.
#[derive(Clone, Default)]
struct Counter(Rc<Cell<usize>>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A person at a terminal.
struct Seat {
    stage: Harness,
    frames: Frames<Counter>,
    counter: Counter,
}

impl Seat {
    fn new(mut stage: Harness) -> Self {
        let counter = Counter::default();
        let frames = Frames::new(Gate::new(counter.clone()), stage.buffer().area);
        let mut seat = Self { stage, frames, counter };
        seat.draw();
        seat
    }

    fn draw(&mut self) {
        let buffer = self.stage.buffer();
        self.frames.paint(buffer.area, |next| next.clone_from(&buffer));
        self.frames.write().unwrap_or_default();
    }

    fn press(&mut self, keys: &str) {
        self.stage.press(keys);
        self.draw();
    }

    /// Presses a key so often; prints time and bytes of each, drawing included.
    fn measure(&mut self, what: &str, keys: &str, times: usize) {
        let (mut spent, mut bytes) = (Vec::new(), Vec::new());
        for _ in 0..times {
            let (begun, before) = (Clock::now(), self.counter.0.get());
            self.press(keys);
            spent.push(begun.elapsed());
            bytes.push(self.counter.0.get() - before);
        }
        bytes.sort_unstable();
        let byte =
            |percent: usize| bytes.get((bytes.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
        let [middle, most] = [50, 99].map(|percent| percentile(&mut spent, percent));
        println!("| {what} | {middle:.2} | {most:.2} | {} | {} |", byte(50), byte(99));
    }
}

fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

fn print_keys(archive: &Arc<Archive>) {
    println!(
        "| key (twice drawn: once for where things lie, once for the terminal) | p50 ms | p99 ms | bytes p50 | bytes p99 |"
    );
    println!("|---|---|---|---|---|");
    for panes in [1, 3] {
        let open = PANES.get(..panes).unwrap_or_default();
        let author = Author::new(InvestigatorId::from_name("Ida Holm"));
        let session = Session::new(Document::new(&author), author, Keeping::Memory);
        let mut seat = Seat::new(Harness::over(archive, session, open, (120, 40)));
        seat.measure(&format!("{panes} pane: G, first time"), "G", 1);
        seat.measure(&format!("{panes} pane: gg"), "g g", 1);
        for (what, keys) in [("j", "j"), ("k", "k"), ("half page", "Ctrl-d"), ("page", "PgDn"), ("gg G", "g g G")] {
            seat.measure(&format!("{panes} pane: {what}"), keys, 60);
        }
    }
}

/// How long edits take until the saver has heard from the disk that they are safe.
fn print_saved(stage: &mut Harness) {
    let mut spent = Vec::new();
    for _ in 0..100 {
        let begun = Clock::now();
        stage.press("a j");
        while stage.app.session.save_state() != SaveState::Saved {
            std::thread::sleep(Duration::from_micros(100));
        }
        spent.push(begun.elapsed());
    }
    print_times("edit until acknowledged saved", &mut spent);
}

fn print_edits(archive: &Arc<Archive>) {
    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
    let begun = Clock::now();
    let document = project::annotated(archive, &author, ANNOTATIONS, ENTRIES);
    println!(
        "\n{} annotations made in {:.0} ms",
        document.project().messages().len(),
        begun.elapsed().as_secs_f64() * 1e3
    );
    println!("| act, {ANNOTATIONS} annotations, 3 panes | p50 ms | p99 ms | bytes p50 | bytes p99 |");
    println!("|---|---|---|---|---|");
    let folder = std::env::temp_dir().join(format!("meanwhile-bench-{}", std::process::id()));
    let path = folder.join("incident.json");
    let kept = std::fs::create_dir_all(&folder).and_then(|()| {
        meanwhile::project::store::write_copy(&meanwhile::project::fs::Disk, &path, &document, &[])
            .map_err(io::Error::other)
    });
    if let Err(error) = kept {
        println!("no project: {error}");
        return;
    }
    let Ok(opened) = Store::open(&path, &author, &StoreOptions::default()) else { return };
    let saver = Saver::start(opened.store, opened.document.clone(), Box::new(|| {}));
    let session = Session::new(opened.document, author, Keeping::Saver(saver));
    let mut seat = Seat::new(Harness::over(archive, session, &PANES, (120, 40)));
    let mut copies: Vec<Duration> = (0..20).map(|_| timed(|| drop(seat.stage.app.session.project().clone()))).collect();
    print_times("a copy of the project, made by an edit while a check runs", &mut copies);
    seat.measure("on the timeline or off: a", "a", 40);
    seat.measure("tag: t i", "t i", 40);
    seat.measure("undo: u", "u", 40);
    print_saved(&mut seat.stage);
    let renamed = |label: &str| Edit::DefineTag {
        tag: "impact".into(),
        key: Set::Keep,
        definition: Set::Keep,
        section: Set::Keep,
        label: Some(label.to_owned()),
        on: true,
    };
    let mut spent = Vec::new();
    for nth in 0..20 {
        let begun = Clock::now();
        drop(seat.stage.app.session.act("rename".to_owned(), vec![renamed(&format!("Impact - Name {nth}"))]));
        seat.stage.app.refresh();
        seat.draw();
        spent.push(begun.elapsed());
    }
    print_times(&format!("rename a tag of {} uses", ANNOTATIONS / 3), &mut spent);
    seat.measure("Timeline of 5,000: entered", "1 2", 10);
    seat.measure("Timeline of 5,000: j", "j", 60);
    seat.measure("Timeline of 5,000: half page", "Ctrl-d", 60);
    seat.measure("Timeline of 5,000: G, g g", "G g g", 20);
    seat.measure("Timeline of 5,000: an entry off and undone", "a u", 20);
    seat.measure("Tags entered", "1 5", 10);
    seat.measure("Tags: over all, j", "j", 60);
    print_report(&mut seat);
    let begun = Clock::now();
    let closed = seat.stage.app.session.close();
    println!(
        "| fold and close ({}) | {:.0} | | | |",
        closed.map_or_else(|error| error.to_string(), |_| "whole file".to_owned()),
        begun.elapsed().as_secs_f64() * 1e3
    );
    drop(std::fs::remove_dir_all(&folder));
}

/// What keys cost on the Report screen while a check runs, which is when they cost most; and the check.
fn print_report(seat: &mut Seat) {
    seat.stage.holds_checks = true;
    seat.measure("Report: entered before anything is known", "3", 1);
    seat.stage.answer();
    seat.draw();
    seat.measure("Report: entered, nothing changed", "1 3", 20);
    seat.measure("Report: j", "j", 60);
    seat.measure("Report: k", "k", 60);
    seat.press("g g j j j j");
    seat.measure("Report: to the section of 16,667 pieces and off it, k j", "k j", 20);
    seat.press("e");
    seat.measure("Report: j over its evidence", "j", 60);
    seat.press("e");
    let (mut edits, mut undos, mut checks, mut answers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..20 {
        // The check of the state before still runs, and holds the project.
        edits.push(timed(|| seat.press("S")));
        undos.push(timed(|| seat.press("u")));
        while let Some(job) = seat.stage.check.take() {
            let begun = Clock::now();
            let checked = job.run();
            checks.push(begun.elapsed());
            answers.push(timed(|| {
                seat.stage.checked(checked);
                seat.draw();
            }));
        }
    }
    print_times("Report: an edit, S", &mut edits);
    print_times("Report: undo, u", &mut undos);
    print_times("Report: what a check found is taken", &mut answers);
    print_times("a check, on its own thread", &mut checks);
    seat.measure("Report: n", "n", 20);
    seat.measure("Report: writing begun, i, and left, Esc", "i Esc", 20);
    seat.stage.press("i");
    seat.measure("Report: a letter typed", "x", 60);
    seat.measure("Report: a sentence saved, Esc", "Esc", 1);
}

fn timed(act: impl FnOnce()) -> Duration {
    let begun = Clock::now();
    act();
    begun.elapsed()
}

fn print_times(what: &str, times: &mut [Duration]) {
    let [middle, most] = [50, 99].map(|percent| percentile(times, percent));
    println!("| {what} | {middle:.2} | {most:.2} | | |");
}

fn main() {
    let messages =
        std::env::var("MEANWHILE_BENCH_MESSAGES").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let archive = messages::archive(messages);
    let rows = archive.log(ChannelIx(0)).map_or(0, |log| log.len());
    println!("{messages} messages, {rows} in the channel shown\n");
    print_keys(&archive);
    print_edits(&archive);
}
