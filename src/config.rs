//! Settings and the folders of this machine: what a person prefers, never what a project holds.
//!
//! Everything here has a default, so the program runs without a file; a file that cannot be read
//! says where and why instead of being passed over.

pub mod recent;
pub mod request;

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;
use thiserror::Error;

use crate::base::id::InvestigatorId;
use crate::base::text::Raw;

pub use recent::{Extent, Recent, RecentProject};
pub use request::{ColorChoice, OpenRequest, Raised, Screen, Window};

/// Why settings or folders were not found.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// No home folder is known.
    #[error("no home folder is known; set MEANWHILE_STATE_DIR and MEANWHILE_CONFIG_DIR to folders of yours")]
    NoHome,
    /// The settings file is there and cannot be read.
    #[error("the settings in {} cannot be read: {source}; correct the file or move it away", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The settings file holds something else than settings.
    #[error("the settings in {} are not understood: {reason}", shown(path))]
    NotSettings {
        /// The file.
        path: PathBuf,
        /// Which line, and what is wrong with it.
        reason: String,
    },
}

fn shown(path: &Path) -> String {
    Raw::new(&path.to_string_lossy()).tty_line().into_owned()
}

/// The folders of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Drafts, recent projects, places left, work on what cannot be written to.
    pub state: PathBuf,
    /// Settings.
    pub config: PathBuf,
}

impl Folders {
    /// The folders that the system gives, each replaced by `MEANWHILE_STATE_DIR` or
    /// `MEANWHILE_CONFIG_DIR` where it is set. Makes none.
    pub fn find() -> Result<Self, ConfigError> {
        let named = |name: &str| env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        let system = directories::ProjectDirs::from("", "", "meanwhile");
        let state =
            |dirs: &directories::ProjectDirs| dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned();
        let config = |dirs: &directories::ProjectDirs| dirs.config_dir().to_owned();
        Ok(Self {
            state: named("MEANWHILE_STATE_DIR").or_else(|| system.as_ref().map(state)).ok_or(ConfigError::NoHome)?,
            config: named("MEANWHILE_CONFIG_DIR").or_else(|| system.as_ref().map(config)).ok_or(ConfigError::NoHome)?,
        })
    }

    /// Where a team's own templates of the report lie.
    pub fn templates(&self) -> PathBuf {
        self.config.join("templates")
    }

    /// Where the settings are looked for.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// As the terminal says.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Without colours.
    Mono,
}

/// How what stands back is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DimChoice {
    /// As the terminal's contrast asks.
    #[default]
    Auto,
    /// By the terminal's dim attribute.
    Faint,
    /// As plain text.
    Plain,
}

/// What a person prefers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The investigator's name; the login name unless set.
    pub name: Option<String>,
    /// What stands beside notes; made of the name unless set.
    pub initials: Option<String>,
    /// Light or dark.
    pub theme: ThemeChoice,
    /// How what stands back is drawn.
    pub dim: DimChoice,
    /// Whether only ASCII is drawn; told by the locale unless set.
    pub ascii: Option<bool>,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// Shapes of records by the names under which `--pattern` finds them.
    pub patterns: BTreeMap<String, String>,
}

impl Config {
    /// Reads `file`, else the settings file of `folders`; a missing settings file gives the defaults,
    /// a missing `file` is an error.
    pub fn load(file: Option<&Path>, folders: &Folders) -> Result<Self, ConfigError> {
        let path = file.map_or_else(|| folders.config_file(), Path::to_owned);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|reason| ConfigError::NotSettings { path, reason }),
            Err(error) if error.kind() == io::ErrorKind::NotFound && file.is_none() => Ok(Self::default()),
            Err(source) => Err(ConfigError::Unreadable { path, source }),
        }
    }

    /// Reads settings; the error says the line and the reason in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            let at = line.map_or(String::new(), |line| format!("line {line}: "));
            format!("{at}{}", Raw::new(error.message()).tty_line())
        })
    }

    /// The investigator's name.
    pub fn investigator_name(&self) -> String {
        let set = self.name.clone().filter(|name| !name.trim().is_empty());
        set.or_else(login_name).unwrap_or_else(|| "investigator".to_owned())
    }

    /// The investigator's id: the same on every machine where the name is the same.
    pub fn investigator_id(&self) -> InvestigatorId {
        InvestigatorId::from_name(&self.investigator_name())
    }

    /// What stands beside the investigator's notes: as set, else the first letters of the name.
    pub fn investigator_initials(&self) -> String {
        let set = self.initials.clone().filter(|initials| !initials.trim().is_empty());
        set.unwrap_or_else(|| initials_of(&self.investigator_name()))
    }
}

fn login_name() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| env::var(name).ok()).find(|name| !name.is_empty())
}

/// The first letters of up to three words, or the first two letters of one.
fn initials_of(name: &str) -> String {
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let letters: String = match words.as_slice() {
        [one] => one.chars().take(2).collect(),
        several => several.iter().take(3).filter_map(|word| word.chars().next()).collect(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_made_of_any_name() {
        assert_eq!(initials_of("Ines Halden"), "IH");
        assert_eq!(initials_of("oskar"), "OS");
        assert_eq!(initials_of("jo van den berg"), "JVD");
        assert_eq!(initials_of(""), "");
    }

    #[test]
    fn settings_say_which_line_is_wrong() {
        let config = Config::parse("name = \"Ines Halden\"\ntheme = \"light\"\n").unwrap();
        assert_eq!((config.investigator_id().as_str(), config.theme), ("ines-halden", ThemeChoice::Light));
        let error = Config::parse("name = \"x\"\ncolour = 3\n").unwrap_err();
        assert!(error.starts_with("line 2: ") && error.contains("colour"), "{error}");
    }

    #[test]
    fn a_missing_settings_file_is_only_an_error_when_it_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders { state: folder.path().to_owned(), config: folder.path().to_owned() };
        assert_eq!(Config::load(None, &folders).unwrap(), Config::default());
        assert!(Config::load(Some(&folder.path().join("other.toml")), &folders).is_err());
    }
}
