//! The one table: how long everything takes from the side of who uses it, beside its bar.
//!
//! `cargo bench --bench table -- 10k 100k 1m` makes the exports, runs the built program on them, in a
//! pseudo-terminal and without, in rounds with what a person would use instead, and prints one
//! Markdown table. `--rounds 9` says how many rounds, `--peers 100k` at which size others
//! are run, `--only load` which rows are wanted. It judges nothing: what misses its bar is printed as well.

#[path = "corpus.rs"]
mod corpus;
#[path = "cost.rs"]
mod cost;
#[path = "loads.rs"]
mod loads;
#[path = "peers.rs"]
mod peers;
#[path = "terminal.rs"]
mod terminal;
#[path = "waits.rs"]
mod waits;

use std::path::Path;
use std::time::Duration;

use corpus::Corpus;

/// What is asked for on the command line.
pub struct Asked {
    sizes: Vec<usize>,
    peers: Vec<usize>,
    rounds: usize,
    only: Option<String>,
}

impl Asked {
    fn read() -> anyhow::Result<Self> {
        let mut asked = Self { sizes: Vec::new(), peers: vec![100_000, 1_000_000], rounds: 5, only: None };
        // Cargo adds `--bench` to what it is told.
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            match word.as_str() {
                "--rounds" => asked.rounds = words.next().unwrap_or_default().parse()?,
                "--only" => asked.only = words.next(),
                "--peers" => asked.peers = vec![count(&words.next().unwrap_or_default())?],
                size => asked.sizes.push(count(size)?),
            }
        }
        if asked.sizes.is_empty() {
            asked.sizes = vec![10_000, 100_000, 1_000_000];
        }
        Ok(asked)
    }

    fn wants(&self, rows: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == rows)
    }
}

/// `100k`, `5m`.
fn count(size: &str) -> anyhow::Result<usize> {
    let lower = size.to_ascii_lowercase();
    let (digits, unit) = match (lower.strip_suffix('k'), lower.strip_suffix('m')) {
        (Some(digits), _) => (digits, 1_000),
        (_, Some(digits)) => (digits, 1_000_000),
        _ => (lower.as_str(), 1),
    };
    Ok(digits.parse::<usize>()? * unit)
}

/// The table as it grows.
#[derive(Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// Adds a row: what, at which size, what was measured, and the bar it has, empty without one.
    pub fn add(&mut self, what: &str, at: &str, measured: &str, bar: &str) {
        eprintln!("{what} · {at} · {measured} · {bar}");
        self.0.push([what, at, measured, bar].map(str::to_owned));
    }

    fn print(&self) {
        println!("| what | at | measured | bar |\n|---|---|---|---|");
        for [what, at, measured, bar] in &self.0 {
            println!("| {what} | {at} | {measured} | {bar} |");
        }
    }
}

/// Milliseconds as people read them.
pub fn millis(time: f64) -> String {
    match time {
        ..10.0 => format!("{time:.1} ms"),
        ..10_000.0 => format!("{time:.0} ms"),
        _ => format!("{:.1} s", time / 1_000.0),
    }
}

/// A duration as milliseconds.
pub fn as_millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let told = |path: &str, key: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).map(str::to_owned);
        line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned())).unwrap_or_default()
    };
    let memory = told("/proc/meminfo", "MemTotal");
    let gib = memory.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) >> 20;
    format!("{cores} cores ({}), {gib} GiB, {}", told("/proc/cpuinfo", "model name"), std::env::consts::OS)
}

fn shape_row(table: &mut Table, corpus: &Corpus) -> anyhow::Result<()> {
    let shape = &corpus.shape;
    let (a_message, text) = (shape.bytes / shape.messages as u64, shape.text_bytes / shape.messages as u64);
    let zip = corpus.zip.metadata()?.len();
    let lengths = |lengths: &[usize]| lengths.iter().map(usize::to_string).collect::<Vec<_>>().join("/");
    let (goal_message, goal_text, goal_lengths) = corpus::GOAL;
    table.add(
        "the export: day files, bytes a message, of its text, lengths of texts p10/50/90/99/max, folder : zip",
        &corpus.name,
        &format!(
            "{}, {a_message}, {text}, {}, {:.1} : 1",
            shape.files,
            lengths(&shape.lengths),
            shape.bytes as f64 / zip as f64
        ),
        &format!("aimed at {goal_message}, {goal_text}, {}, 6.7 : 1", lengths(&goal_lengths)),
    );
    Ok(())
}

fn main() -> anyhow::Result<()> {
    if let Some(folder) = std::env::args().skip_while(|word| word != "--read").nth(1) {
        return loads::read_all(Path::new(&folder));
    }
    let asked = Asked::read()?;
    let corpora = asked.sizes.iter().map(|&messages| Corpus::of(messages)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut table = Table::default();
    let mut growth = loads::Growth::default();
    for corpus in &corpora {
        if asked.wants("shape") {
            shape_row(&mut table, corpus)?;
        }
        if asked.wants("start") {
            waits::starts(&mut table, corpus, asked.rounds)?;
        }
        if asked.wants("load") {
            let with_peers = asked.peers.contains(&corpus.shape.messages);
            loads::loads(&mut table, corpus, asked.rounds, with_peers, &mut growth)?;
        }
        if asked.wants("wait") {
            waits::keys_and_letters(&mut table, corpus, &mut growth)?;
            if asked.peers.contains(&corpus.shape.messages) {
                waits::less(&mut table, corpus, asked.rounds)?;
            }
        }
    }
    growth.add_to(&mut table);
    println!("{}\n", machine());
    table.print();
    Ok(())
}
