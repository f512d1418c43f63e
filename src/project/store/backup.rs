//! What lies beside a project for a bad day: earlier snapshots, what was done, and a bit of room.
//!
//! Nothing here is needed to open a project, and nothing here can make one fail.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::project::document::JournalEntry;
use crate::project::fs::Fs;
use crate::project::{file, journal};

/// The folder of earlier snapshots.
const FOLDER: &str = "bak";
/// What was done, by whom and when.
pub(super) const HISTORY: &str = "history.jsonl";
/// Room that is given up to let the last edits land on a full disk.
pub(super) const RESERVE: &str = "reserve";

const RESERVE_LEN: usize = 1 << 20;
const HISTORY_LEN: usize = 16 << 20;
const STAMP: &str = "%Y%m%dT%H%M%S%.3fZ";
const LATEST: usize = 10;
const HOURS: i64 = 24;
const DAYS: i64 = 14;

/// Gives the snapshot that is about to be replaced a name among the earlier ones.
pub(super) fn keep(fs: &dyn Fs, path: &Path, sidecar: &Path, rev: u64) -> io::Result<()> {
    let stat = match fs.stat(path) {
        Ok(stat) => stat,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let folder = sidecar.join(FOLDER);
    fs.make_folder(&folder)?;
    let name = format!("{}-{rev}.json", Utc::now().format(STAMP));
    let kept = folder.join(name);
    // Where a file cannot have two names it is copied.
    if fs.link(path, &kept).is_err() {
        let bytes = fs.read(path)?;
        let mut handle = fs.create(&kept, stat.mode)?;
        fs.copy_access(path, &kept, 0);
        handle.write(&bytes)?;
        handle.sync()?;
    }
    fs.sync_folder(&folder)
}

/// Earlier snapshots, the oldest first.
pub(super) fn list(fs: &dyn Fs, sidecar: &Path) -> Vec<PathBuf> {
    let paths = fs.list(&sidecar.join(FOLDER)).unwrap_or_default();
    paths.into_iter().filter(|path| stamp(path).is_some()).collect()
}

/// The newest earlier snapshot that can be read.
pub(super) fn newest_readable(fs: &dyn Fs, sidecar: &Path) -> Option<PathBuf> {
    let readable = |path: &PathBuf| fs.read(path).is_ok_and(|bytes| file::parse(&bytes).is_ok());
    list(fs, sidecar).into_iter().rev().find(readable)
}

fn stamp(path: &Path) -> Option<DateTime<Utc>> {
    let name = path.file_stem()?.to_str()?;
    let (stamp, _) = name.rsplit_once('-')?;
    NaiveDateTime::parse_from_str(stamp, STAMP).ok().map(|at| at.and_utc())
}

/// Removes earlier snapshots but the last 10, one an hour of the last day and one a day of the last
/// two weeks.
pub(super) fn prune(fs: &dyn Fs, sidecar: &Path, now: SystemTime) {
    let paths = list(fs, sidecar);
    for path in outlived(&paths, now.into()) {
        // If it stays, the next fold tries again.
        let _ = fs.remove(path);
    }
}

fn outlived(paths: &[PathBuf], now: DateTime<Utc>) -> Vec<&PathBuf> {
    let (mut hours, mut days) = (BTreeSet::new(), BTreeSet::new());
    let mut outlived = Vec::new();
    for (place, path) in paths.iter().rev().enumerate() {
        let Some(at) = stamp(path) else { continue };
        let age = now.signed_duration_since(at);
        let of_its_hour = age.num_hours() < HOURS && hours.insert(at.timestamp() / 3600);
        let of_its_day = age.num_days() < DAYS && days.insert(at.date_naive());
        if place >= LATEST && !of_its_hour && !of_its_day {
            outlived.push(path);
        }
    }
    outlived
}

/// Keeps some room that [`super::Store::append`] gives up when the disk is full.
pub(super) fn keep_reserve(fs: &dyn Fs, sidecar: &Path) {
    let path = sidecar.join(RESERVE);
    if fs.stat(&path).is_ok() {
        return;
    }
    let made = fs.create(&path, 0o600).and_then(|mut handle| handle.write(&vec![0; RESERVE_LEN]));
    if made.is_err() {
        // Half a reserve on a full disk takes the room it was to keep.
        let _ = fs.remove(&path);
    }
}

/// What was done in runs that have ended, the oldest first.
pub(super) fn past(fs: &dyn Fs, sidecar: &Path) -> Vec<JournalEntry> {
    journal::read_past(&fs.read(&sidecar.join(HISTORY)).unwrap_or_default())
}

/// Adds edits to the history beside the project; beyond its length the older half goes.
pub(super) fn remember(fs: &dyn Fs, sidecar: &Path, entries: &[JournalEntry]) -> io::Result<()> {
    let path = sidecar.join(HISTORY);
    if fs.stat(&path).is_ok_and(|stat| stat.len > HISTORY_LEN as u64) {
        halve(fs, &path)?;
    }
    let mut text = String::new();
    for entry in entries {
        text.push_str(&journal::past_line(entry)?);
    }
    if text.is_empty() {
        return Ok(());
    }
    let mut handle = fs.append(&path)?;
    handle.write(text.as_bytes())?;
    handle.sync()
}

fn halve(fs: &dyn Fs, path: &Path) -> io::Result<()> {
    let bytes = fs.read(path)?;
    let middle =
        bytes.iter().skip(bytes.len() / 2).position(|byte| *byte == b'\n').map_or(0, |at| bytes.len() / 2 + at + 1);
    let temp = path.with_extension("tmp");
    let _ = fs.remove(&temp);
    let mut handle = fs.create(&temp, 0o600)?;
    handle.write(bytes.get(middle..).unwrap_or_default())?;
    handle.sync()?;
    fs.rename(&temp, path)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_last_ten_one_an_hour_and_one_a_day_are_kept() {
        let now = DateTime::from_timestamp(1_733_500_000, 0).unwrap();
        let name =
            |minutes: i64| PathBuf::from(format!("{}-1.json", (now - TimeDelta::minutes(minutes)).format(STAMP)));
        let paths: Vec<PathBuf> = (0..30 * 24 * 6).rev().map(|n| name(n * 10)).collect();
        let gone = outlived(&paths, now);
        let kept: Vec<&PathBuf> = paths.iter().filter(|path| !gone.contains(path)).collect();
        assert!((10 + 22 + 12..=10 + 24 + 14).contains(&kept.len()), "{}", kept.len());
        assert!(kept.contains(&&name(90)), "the tenth");
        assert!(kept.iter().all(|path| now - stamp(path).unwrap() < TimeDelta::days(DAYS)));
    }
}
