//! How long a load takes, beside reading the same files and beside what others take for it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::cost::{Cost, median, timed};
use crate::peers::{self, Peer};
use crate::terminal::MANY_FILES;
use crate::{Table, as_millis, millis};

/// What grows with the number of messages: a row, how many messages, what was measured.
#[derive(Default)]
pub struct Growth(Vec<(&'static str, usize, f64)>);

impl Growth {
    /// Notes what was measured at a size.
    pub fn note(&mut self, what: &'static str, messages: usize, measured: f64) {
        self.0.push((what, messages, measured));
    }

    /// A row for each: the exponent between the smallest size and each larger one.
    pub fn add_to(&self, table: &mut Table) {
        let mut told = Vec::new();
        for (what, ..) in &self.0 {
            if told.contains(what) {
                continue;
            }
            told.push(*what);
            let own: Vec<_> = self.0.iter().filter(|(name, ..)| name == what).collect();
            let Some(((_, least, first), larger)) = own.split_first().map(|(first, larger)| (*first, larger)) else {
                continue;
            };
            for (_, messages, measured) in larger {
                let exponent = (measured / first).ln() / (*messages as f64 / *least as f64).ln();
                let at = format!("{} → {}", crate::corpus::size_words(*least), crate::corpus::size_words(*messages));
                table.add(&format!("growth of {what}, exponent"), &at, &format!("{exponent:.2}"), "≤ 1.0");
            }
        }
    }
}

/// Reads all files below a folder on all cores and does nothing with them: the floor of every load.
pub fn read_all(folder: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    let bytes = files.par_iter().map(|file| fs::read(file).map(|bytes| bytes.len())).sum::<Result<usize, _>>()?;
    println!("{} files, {bytes} bytes", files.len());
    Ok(())
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

fn ours(export: &Path) -> Vec<OsString> {
    let mut command: Vec<OsString> = vec![env!("CARGO_BIN_EXE_meanwhile").into(), "inspect".into(), export.into()];
    command.extend(["--json"].into_iter().chain(MANY_FILES).map(OsString::from));
    command
}

/// Rows of one size: each round runs all of them, one after the other.
pub fn loads(
    table: &mut Table,
    corpus: &Corpus,
    rounds: usize,
    with_peers: bool,
    growth: &mut Growth,
) -> anyhow::Result<()> {
    let this = std::env::current_exe()?.into_os_string();
    let read = Peer {
        name: "reading the files, 2 threads",
        bar: None,
        command: vec![this, "--read".into(), corpus.folder.clone().into()],
    };
    let folder = Peer { name: "folder", bar: None, command: ours(&corpus.folder) };
    let zip = Peer { name: "zip", bar: None, command: ours(&corpus.zip) };
    let (others, mut missing) = if with_peers { peers::all(corpus)? } else { (Vec::new(), Vec::new()) };
    let mut runs: Vec<(Peer, Vec<Cost>)> =
        [read, folder, zip].into_iter().chain(others).map(|peer| (peer, Vec::new())).collect();
    for round in 0..rounds {
        for (at, (peer, costs)) in runs.iter_mut().enumerate() {
            // Those that take minutes are run once.
            let is_slow = costs.first().is_some_and(|cost| at > 2 && cost.wall.as_secs() > 20);
            if !is_slow {
                costs.extend(timed(&peer.command));
            }
            anyhow::ensure!(at > 2 || costs.len() > round, "{} failed in round {round}", peer.name);
        }
    }
    for (peer, _) in runs.extract_if(.., |(_, costs)| costs.is_empty()) {
        missing.push(format!("{}: it failed", peer.name));
    }
    add_rows(table, corpus, &runs, growth);
    for missing in &missing {
        table.add("not measured", &corpus.name, missing, "");
    }
    Ok(())
}

fn add_rows(table: &mut Table, corpus: &Corpus, runs: &[(Peer, Vec<Cost>)], growth: &mut Growth) {
    let [read, folder, zip, others @ ..] = runs else { return };
    let wall = |cost: &Cost| as_millis(cost.wall);
    let processor = |cost: &Cost| as_millis(cost.processor);
    let middle = |costs: &[Cost], of: &dyn Fn(&Cost) -> f64| median(costs.iter().map(of).collect());
    // Rounds are paired: what disturbs one of a round disturbs the others.
    let ratio = |ours: &[Cost], theirs: &[Cost], of: &dyn Fn(&Cost) -> f64| {
        median(ours.iter().zip(theirs).map(|(ours, theirs)| of(ours) / of(theirs)).collect())
    };
    let costs =
        |costs: &[Cost]| format!("{}, processors {}", millis(middle(costs, &wall)), millis(middle(costs, &processor)));
    let both = |ours: &[Cost], theirs: &[Cost]| {
        format!("{:.2} ×, by processors {:.2} ×", ratio(ours, theirs, &wall), ratio(ours, theirs, &processor))
    };
    let at = &corpus.name;
    table.add("reading the same files with 2 threads", at, &costs(&read.1), "");
    table.add("start → all loaded, folder", at, &costs(&folder.1), "");
    table.add("… × reading the same files", at, &both(&folder.1, &read.1), "≤ 3.0 ×");
    table.add("start → all loaded, zip", at, &costs(&zip.1), "");
    table.add("… × the folder", at, &both(&zip.1, &folder.1), "≤ 1.25 ×");
    for (peer, theirs) in others {
        let what = format!("load, folder × {}", peer.name);
        let bar = peer.bar.map(|bar| format!("≤ {bar} ×")).unwrap_or_default();
        table.add(&what, at, &format!("{} ({})", both(&folder.1, theirs), costs(theirs)), &bar);
    }
    growth.note("the load's processor time", corpus.shape.messages, middle(&folder.1, &processor));
}
