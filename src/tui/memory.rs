//! What the screen keeps between runs, by project and user: panes, cursor, bookmarks, drafts. Lies in
//! the state folder, never in the project, and is never shown to a partner.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::app::{ScreenId, Settings};
use super::layout::{Arrangement, Share};
use super::pane::display::{Density, EmojiDisplay, LongLines, NoteDisplay, TimeDisplay};
use super::pane::rows::Shown;
use crate::base::time::{Instant, Micros};

/// A pane as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PaneMemory {
    /// The channel's id; `*` for all channels.
    pub channel: String,
    /// What the cursor stood on.
    pub cursor: Option<String>,
    /// When that was.
    pub at: Option<Instant>,
    /// Its filters.
    pub chips: Vec<String>,
    /// How large it is among the others.
    pub share: Share,
    /// How far its clock is ahead, by hand.
    pub offset: Micros,
    /// Whether it stays where it is while others follow.
    pub locked: bool,
}

/// What the keys of `z` chose; see [`Settings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LookMemory {
    density: Density,
    notes: NoteDisplay,
    times: TimeDisplay,
    long_lines: LongLines,
    emoji: EmojiDisplay,
    reactions: bool,
    heat: bool,
    system: bool,
    bots: bool,
    replies: bool,
}

impl LookMemory {
    /// What is to be kept of the settings.
    pub const fn of(settings: &Settings) -> Self {
        let &Settings { density, notes, times, long_lines, emoji, reactions, heat, shown, .. } = settings;
        let Shown { system, bots, replies } = shown;
        Self { density, notes, times, long_lines, emoji, reactions, heat, system, bots, replies }
    }

    /// Settings as they were left, what belongs to the terminal as it is now.
    pub fn applied(self, to: Settings) -> Settings {
        let Self { density, notes, times, long_lines, emoji, reactions, heat, system, bots, replies } = self;
        let shown = Shown { system, bots, replies };
        Settings { density, notes, times, shown, reactions, emoji, long_lines, heat, ..to }
    }
}

impl Default for LookMemory {
    fn default() -> Self {
        Self::of(&Settings::default())
    }
}

/// How panes lie to each other and follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatMemory {
    /// One above the other, or side by side.
    pub arrangement: Arrangement,
    /// How much later than the cursor still counts as then.
    pub tolerance: Micros,
    /// Whether the other panes stand still.
    pub unsynced: bool,
    /// Whether the focused pane alone is shown.
    pub zoomed: bool,
    /// Whether the grid of moments and channels is shown.
    pub meanwhile: bool,
}

/// Panes with their sizes and filters, kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LayoutMemory {
    /// One above the other, or side by side.
    pub arrangement: Arrangement,
    /// The panes, in order; where their cursors stood is not kept.
    pub panes: Vec<PaneMemory>,
}

/// What is kept between runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The panes, in order.
    pub panes: Vec<PaneMemory>,
    /// Which had the focus.
    pub focus: usize,
    /// The screen, by its name.
    pub screen: String,
    /// How things are shown.
    pub look: LookMemory,
    /// How panes lie to each other and follow each other.
    pub chat: ChatMemory,
    /// Layouts of panes, by their names.
    pub layouts: BTreeMap<String, LayoutMemory>,
    /// Bookmarks: letter to what it names.
    pub bookmarks: BTreeMap<char, String>,
    /// Text typed and not saved, by the form it was typed into.
    pub drafts: BTreeMap<String, String>,
    /// What was typed into prompts, by prompt, the last one first.
    pub history: BTreeMap<String, Vec<String>>,
    /// Sources that were asked for once, by their ids.
    pub asked_for: BTreeSet<String>,
    /// How many steps of the tour are done; `None` when it is off.
    pub tour: Option<u8>,
    #[serde(skip)]
    path: Option<PathBuf>,
}

impl Memory {
    /// Reads what was kept for a project; nothing when nothing was, or when it cannot be read.
    pub fn open(folder: &Path, project: &str) -> Self {
        let path = folder.join("projects").join(format!("{}.json", crate::base::id::slug(project)));
        let kept = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        Self { path: Some(path), ..kept.unwrap_or_default() }
    }

    /// This, or what was kept under another name while nothing was under this one.
    #[must_use]
    pub fn or_from(self, folder: &Path, before: &str) -> Self {
        if self.path.as_ref().is_none_or(|path| path.exists()) {
            return self;
        }
        Self { path: self.path, ..Self::open(folder, before) }
    }

    /// Where it is kept; `None` when it is not.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The text to write; see [`Memory::path`].
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Remembers what was typed into a prompt.
    pub fn typed(&mut self, prompt: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let entries = self.history.entry(prompt.to_owned()).or_default();
        entries.retain(|entry| entry != text);
        entries.insert(0, text.to_owned());
        entries.truncate(100);
    }

    /// What was typed into a prompt, the last one first.
    pub fn typed_before(&self, prompt: &str) -> Vec<String> {
        self.history.get(prompt).cloned().unwrap_or_default()
    }

    /// Keeps or forgets the draft of a form.
    pub fn draft(&mut self, form: &str, text: &str) {
        if text.trim().is_empty() {
            self.drafts.remove(form);
        } else {
            self.drafts.insert(form.to_owned(), text.to_owned());
        }
    }

    /// The screen that was left.
    pub fn screen(&self) -> ScreenId {
        ScreenId::from_word(&self.screen).unwrap_or_default()
    }
}

/// Writes what is kept, whole or not at all; readable by its owner only.
pub fn write(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let Some(folder) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_comes_back_and_damage_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Memory::open(folder.path(), "0198f3");
        memory.draft("note on x", "half a thou");
        memory.bookmarks.insert('a', "slack/C1/1.0".to_owned());
        write(memory.path().unwrap(), &memory.to_json()).unwrap();
        let again = Memory::open(folder.path(), "0198f3");
        assert_eq!(again.drafts["note on x"], "half a thou");
        std::fs::write(memory.path().unwrap(), "{").unwrap();
        assert_eq!(Memory::open(folder.path(), "0198f3").drafts.len(), 0);
    }

    #[test]
    fn what_was_kept_under_the_name_before_counts_until_there_is_more() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |key: &str, draft: &str| {
            let mut memory = Memory::open(folder.path(), key);
            memory.draft("note on x", draft);
            write(memory.path().unwrap(), &memory.to_json()).unwrap();
        };
        let kept = || Memory::open(folder.path(), "0198f3").or_from(folder.path(), "place");
        assert_eq!(kept().drafts.len(), 0);
        keep("place", "half a thought");
        assert_eq!(kept().drafts["note on x"], "half a thought");
        assert_eq!(kept().path(), Memory::open(folder.path(), "0198f3").path());
        keep("0198f3", "a whole one");
        assert_eq!(kept().drafts["note on x"], "a whole one");
    }

    #[test]
    fn what_was_typed_last_comes_first_and_once() {
        let mut memory = Memory::default();
        for text in ["a", "b", "a", " "] {
            memory.typed("find", text);
        }
        assert_eq!(memory.typed_before("find"), ["a", "b"]);
    }
}
