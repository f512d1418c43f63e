//! Who else is here: a small file a run, locked while the run lives, gone when it ends.
//!
//! It is made where a project has its folder, written again at most once a look and only while
//! somebody else is here. It is never part of the project, and nothing here can fail a save.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Clock};

use serde::{Deserialize, Serialize};

use super::{SavePlace, Store};
use crate::base::id::InvestigatorId;
use crate::base::time::Instant;
use crate::project::clock::Actor;
use crate::project::fs::{Fs, Handle};

/// The folder of presences.
const FOLDER: &str = "presence";
/// How often a presence is written again though nobody moved, so that machines that cannot see each
/// other's locks see each other.
const BEAT: Duration = Duration::from_secs(10);
/// Without a beat for so long a run on another machine has ended.
const SILENCE: Duration = Duration::from_secs(35);

/// Who somebody is and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Who.
    pub by: InvestigatorId,
    /// The name to show.
    pub name: String,
    /// The initials to show.
    pub initials: String,
    /// The screen, as its title says it.
    pub screen: String,
    /// The name of the channel that the cursor stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// What the cursor stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The instant of the cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// Grows with each writing.
    #[serde(default)]
    pub beat: u64,
}

/// Somebody else who has the project open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// In which run.
    pub actor: Actor,
    /// Who and where.
    pub presence: Presence,
}

/// Presences of this run and of others.
#[derive(Debug, Default)]
pub(super) struct Presences {
    own: Option<Own>,
    others: BTreeMap<PathBuf, (Presence, Clock)>,
}

#[derive(Debug)]
struct Own {
    path: PathBuf,
    handle: Box<dyn Handle>,
    place: (u64, u64),
    written: Presence,
    written_at: Clock,
}

impl Store {
    /// Says where this run is, and gives who else is here and where.
    pub fn meet(&mut self, mine: Option<&Presence>) -> Vec<Partner> {
        let (fs, folder) = (std::sync::Arc::clone(&self.fs), self.sidecar().join(FOLDER));
        if fs.stat(&self.sidecar()).is_err() {
            return Vec::new();
        }
        let partners = self.presence.others_in(&*fs, &folder, self.author.actor, self.is_remote);
        if let Some(mine) = mine.filter(|_| self.place == SavePlace::Beside) {
            self.presence.announce(&*fs, &folder, self.author.actor, mine, !partners.is_empty());
        }
        partners
    }

    /// Takes this run's presence away.
    pub fn part(&mut self) {
        let Some(own) = self.presence.own.take() else { return };
        // What is left behind is cleared away by whoever comes next.
        let _ = self.fs.remove(&own.path);
        let _ = self.fs.remove_folder(&self.sidecar().join(FOLDER));
    }
}

impl Presences {
    fn others_in(&mut self, fs: &dyn Fs, folder: &Path, own: Actor, is_remote: bool) -> Vec<Partner> {
        let mut known = std::mem::take(&mut self.others);
        let mut partners = Vec::new();
        for path in fs.list(folder).unwrap_or_default() {
            let actor = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<Actor>().ok());
            let Some(actor) = actor.filter(|actor| *actor != own) else { continue };
            let before = known.remove(&path);
            // One that is being written reads as what it was before.
            let read = fs.read(&path).ok().and_then(|bytes| serde_json::from_slice::<Presence>(&bytes).ok());
            let (presence, beat_at) = match (read, before) {
                (Some(read), Some((before, at))) if read.beat == before.beat => (read, at),
                (Some(read), _) => (read, Clock::now()),
                (None, Some(before)) => before,
                (None, None) => continue,
            };
            if has_ended(fs, &path, beat_at, is_remote) {
                let _ = fs.remove(&path);
                continue;
            }
            partners.push(Partner { actor, presence: presence.clone() });
            self.others.insert(path, (presence, beat_at));
        }
        partners
    }

    fn announce(&mut self, fs: &dyn Fs, folder: &Path, actor: Actor, mine: &Presence, is_paired: bool) {
        let is_there = |own: &Own| fs.stat(&own.path).is_ok_and(|stat| stat.place == own.place);
        if self.own.as_ref().is_none_or(|own| !is_there(own)) {
            self.own = begin(fs, folder, actor, mine);
            return;
        }
        let Some(own) = &mut self.own else { return };
        let same = Presence { beat: own.written.beat, ..mine.clone() } == own.written;
        if !is_paired || (same && own.written_at.elapsed() < BEAT) {
            return;
        }
        let next = Presence { beat: own.written.beat + 1, ..mine.clone() };
        // Read half written it counts as not written.
        if write(&mut *own.handle, &next).is_ok() {
            (own.written, own.written_at) = (next, Clock::now());
        }
    }
}

fn begin(fs: &dyn Fs, folder: &Path, actor: Actor, mine: &Presence) -> Option<Own> {
    fs.make_folder(folder).ok()?;
    let path = folder.join(format!("{actor}.json"));
    let mut handle = fs.append(&path).ok()?;
    // Without a lock the beat says that this run lives.
    let _ = handle.try_lock();
    write(&mut *handle, mine).ok()?;
    let place = fs.stat(&path).ok()?.place;
    Some(Own { path, handle, place, written: mine.clone(), written_at: Clock::now() })
}

fn write(handle: &mut dyn Handle, presence: &Presence) -> std::io::Result<()> {
    let text = serde_json::to_string(presence)? + "\n";
    handle.set_len(0)?;
    handle.write(text.as_bytes())
}

/// Whether a run is over: its lock is free. Where other machines write, too, or locks do not work, it
/// must have been silent for long as well.
fn has_ended(fs: &dyn Fs, path: &Path, beat_at: Clock, is_remote: bool) -> bool {
    let is_silent = beat_at.elapsed() > SILENCE;
    let locked = fs.append(path).and_then(|mut handle| handle.try_lock());
    locked.map_or(is_silent, |is_free| is_free && (!is_remote || is_silent))
}
