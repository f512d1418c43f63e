//! How long a search takes, in process: each letter as it is typed, whole queries beside `fzf` and
//! nucleo, and the vocabulary.
//!
//! `cargo bench --bench search` prints the tables for 100,000 and 1,000,000 messages; other numbers
//! come from `MEANWHILE_BENCH_MESSAGES=5000000`. All texts are made up. It judges nothing.

use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use meanwhile::archive::Archive;
use meanwhile::jobs::search::{Basis, Found, Searcher};
use meanwhile::project::Project;
use meanwhile::search::{Context, Query, Scan, ScanState, Scope, Vocabulary};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Matcher, Utf32Str};

mod messages;

const TYPED: [&str; 6] = ["read alias fix", "raed alai", "alrt serch", "deploy", "kafka billing", "zzxqj"];
const WHOLE: [&str; 6] = ["read alias", "alrt serch", "deploy", "e", "kafka billing", "zzxqj"];
const ROUNDS: usize = 5;

/// Processor time of this process so far, all threads together: what a busy machine changes least. It
/// comes in steps of 10 ms, so only means over several rounds tell.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

fn mean(times: &[Duration]) -> f64 {
    millis(times.iter().sum()) / times.len().max(1) as f64
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().map_or(0.0, millis)
}

/// A person who types: the searcher as the program runs it, and what it tells.
struct Typist {
    searcher: Searcher,
    found: std::sync::mpsc::Receiver<(Clock, Found)>,
    generation: u64,
}

/// What came of one letter.
struct Answer {
    cpu: Duration,
    first: Duration,
    whole: Duration,
    exact: usize,
    close: usize,
}

impl Typist {
    fn new() -> Option<Self> {
        let (sender, found) = std::sync::mpsc::channel();
        let searcher = Searcher::start(move |found| sender.send((Clock::now(), found)).unwrap_or_default());
        Some(Self { searcher: searcher.ok()?, found, generation: 0 })
    }

    fn ask(&mut self, context: &Context, typed: &str) -> Option<Answer> {
        let query = Query::parse(typed).ok().filter(|query| !query.is_empty())?;
        self.generation += 1;
        let (begun, spent) = (Clock::now(), cpu());
        self.searcher.submit(self.generation, Scan::new(&query, context, Scope::All), Basis::default());
        let mut first = None;
        loop {
            let (at, found) = self.found.recv().ok().filter(|(_, found)| found.generation == self.generation)?;
            let first = *first.get_or_insert(at - begun);
            if found.is_done {
                let (exact, close) = (found.hits.exact_total, found.hits.fuzzy_total);
                return Some(Answer { cpu: cpu().saturating_sub(spent), first, whole: at - begun, exact, close });
            }
        }
    }
}

/// The text after each key: its letters one by one, then five taken back.
fn keys(typed: &str) -> Vec<&str> {
    let forth = (1..=typed.len()).filter_map(|end| typed.get(..end));
    let back = (1..=typed.len().min(5)).filter_map(|less| typed.get(..typed.len() - less));
    forth.chain(back).collect()
}

fn print_letters(context: &Context) {
    println!("| typed, then 5 back | first p50 | p99 | final p50 | p99 | max ms | cpu mean | exact | close |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let (mut firsts, mut finals, mut cpus) = (Vec::new(), Vec::new(), Vec::new());
    for typed in TYPED {
        let (mut first, mut whole, mut cpu, mut last) = (Vec::new(), Vec::new(), Vec::new(), (0, 0));
        for _ in 0..ROUNDS {
            let Some(mut typist) = Typist::new() else { return };
            for key in keys(typed) {
                let Some(answer) = typist.ask(context, key) else { continue };
                if key == typed {
                    last = (answer.exact, answer.close);
                }
                first.push(answer.first);
                whole.push(answer.whole);
                cpu.push(answer.cpu);
            }
        }
        firsts.extend_from_slice(&first);
        finals.extend_from_slice(&whole);
        cpus.extend_from_slice(&cpu);
        row(typed, [&mut first, &mut whole, &mut cpu], last);
    }
    row("all keys", [&mut firsts, &mut finals, &mut cpus], (0, 0));
}

fn row(name: &str, [first, whole, cpu]: [&mut [Duration]; 3], (exact, close): (usize, usize)) {
    println!(
        "| {name} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {exact} | {close} |",
        percentile(first, 50),
        percentile(first, 99),
        percentile(whole, 50),
        percentile(whole, 99),
        percentile(whole, 100),
        mean(cpu),
    );
}

fn texts(archive: &Archive) -> Vec<&str> {
    let messages = archive.channels().flat_map(|(ix, _)| archive.messages(ix));
    messages.map(|message| message.text().unsanitised()).collect()
}

/// Matches and time of `fzf --filter` over the texts, one a line; nothing where it is not installed.
fn fzf(lines: &[u8], query: &str) -> Option<(Duration, usize)> {
    let mut child = Command::new("fzf")
        .args(["--filter", query])
        .env_clear()
        .env("PATH", std::env::var_os("PATH")?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let begun = Clock::now();
    let mut stdin = child.stdin.take()?;
    let found = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(lines));
        child.wait_with_output()
    });
    let count = String::from_utf8_lossy(&found.ok()?.stdout).lines().count();
    Some((begun.elapsed(), count))
}

/// Matches and time of nucleo over the texts with as many threads as there are cores.
fn nucleo(texts: &[&str], query: &str) -> (Duration, usize) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let pattern = Pattern::parse(query, CaseMatching::Smart, Normalization::Never);
    let begun = Clock::now();
    let share = texts.len().div_ceil(threads);
    let mut found: Vec<(u32, usize)> = std::thread::scope(|scope| {
        let parts: Vec<_> = texts
            .chunks(share)
            .enumerate()
            .map(|(nth, part)| {
                let pattern = &pattern;
                scope.spawn(move || {
                    let (mut matcher, mut letters) = (Matcher::new(nucleo_matcher::Config::DEFAULT), Vec::new());
                    let scored = part.iter().enumerate().filter_map(|(at, text)| {
                        let text = Utf32Str::new(text, &mut letters);
                        Some((pattern.score(text, &mut matcher)?, nth * share + at))
                    });
                    scored.collect::<Vec<_>>()
                })
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
    });
    found.sort_unstable_by(|a, b| b.cmp(a));
    (begun.elapsed(), black_box(found).len())
}

fn ours(context: &Context, typed: &str) -> (Duration, usize) {
    let Ok(query) = Query::parse(typed) else { return (Duration::ZERO, 0) };
    let begun = Clock::now();
    let mut scan = Scan::new(&query, context, Scope::All);
    while scan.step(Duration::from_millis(8)) != ScanState::Done {}
    (begun.elapsed(), scan.hits().total())
}

fn print_whole(context: &Context) {
    let texts = texts(context.archive);
    let mut lines: Vec<u8> = Vec::new();
    for text in &texts {
        lines.extend(text.bytes().map(|byte| if byte == b'\n' { b' ' } else { byte }));
        lines.push(b'\n');
    }
    println!(
        "\n| whole query | ours ms | nucleo ms | fzf ms | nucleo / ours | fzf / ours | ours cpu ms | nucleo cpu ms | / | hits | nucleo | fzf |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for query in WHOLE {
        let (mut own, mut peer, mut process, mut counts) = (Vec::new(), Vec::new(), Vec::new(), [0; 3]);
        let (mut own_cpu, mut peer_cpu) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            // Interleaved, so that a busy machine is busy for all of them.
            let begun = cpu();
            let (time, count) = ours(context, query);
            own.push(time);
            own_cpu.push(cpu().saturating_sub(begun));
            counts[0] = count;
            let begun = cpu();
            let (time, count) = nucleo(&texts, query);
            peer.push(time);
            peer_cpu.push(cpu().saturating_sub(begun));
            counts[1] = count;
            if round < 3
                && let Some((time, count)) = fzf(&lines, query)
            {
                process.push(time);
                counts[2] = count;
            }
        }
        let [own, peer, process] = [&mut own, &mut peer, &mut process].map(|times| percentile(times, 50));
        let [own_cpu, peer_cpu] = [&own_cpu, &peer_cpu].map(|times| mean(times));
        let [hits, nucleo, fzf] = counts;
        let ratios = [peer / own, process / own, peer_cpu / own_cpu];
        println!(
            "| {query} | {own:.1} | {peer:.0} | {process:.0} | {:.1} | {:.1} | {own_cpu:.1} | {peer_cpu:.0} | {:.1} | {hits} | {nucleo} | {fzf} |",
            ratios[0], ratios[1], ratios[2],
        );
    }
}

fn print_tables(messages: usize) {
    let archive: Arc<Archive> = messages::archive(messages);
    let project = Project::default();
    let begun = Clock::now();
    let vocabulary = Arc::new(Vocabulary::build(&archive));
    let built = millis(begun.elapsed());
    let bytes: usize = texts(&archive).iter().map(|text| text.len()).sum();
    println!("\n## {messages} messages, {:.1} MB of text", bytes as f64 / 1e6);
    println!("vocabulary: {} words in {built:.0} ms\n", vocabulary.len());
    let context = Context::new(&archive, &project).with_vocabulary(Some(vocabulary));
    print_letters(&context);
    print_whole(&context);
}

fn main() {
    let sizes = std::env::var("MEANWHILE_BENCH_MESSAGES").unwrap_or_else(|_| "100000,1000000".to_owned());
    for messages in sizes.split(',').filter_map(|size| size.trim().parse().ok()) {
        print_tables(messages);
    }
}
