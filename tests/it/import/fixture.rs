//! Small Slack exports made in code, in a folder that goes away with them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use meanwhile::archive::{Archive, Message};
use meanwhile::base::id::ChannelId;
use meanwhile::import::{self, ImportError, LoadOptions, Loaded};
use tempfile::TempDir;

pub const USERS: &str = r#"[
  {"id":"U1","name":"runa","real_name":"Runa Halvorik","tz":"Europe/Oslo","profile":{"display_name":"Runa","real_name":"Runa Halvorik","title":"Support engineer","email":"runa@mail.example"}},
  {"id":"U2","name":"teo","real_name":"Teo Marquand","profile":{"display_name":"","real_name":"Teo Marquand"}},
  {"id":"U3","name":"builder","is_bot":true,"profile":{"real_name":"Builder"}}
]"#;

pub const CHANNELS: &str = r#"[
  {"id":"C1","name":"general","topic":{"value":"all of it"},"purpose":{"value":""}},
  {"id":"C2","name":"quiet"}
]"#;

/// An export in a folder.
pub struct Fixture(TempDir);

impl Fixture {
    /// With two users, a bot and two channels, and no message.
    pub fn new() -> Self {
        Self::bare().file("users.json", USERS).file("channels.json", CHANNELS)
    }

    /// With nothing.
    pub fn bare() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// With a day of `#general`.
    pub fn day(self, content: impl AsRef<[u8]>) -> Self {
        self.file("general/2024-12-06.json", content)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn load(&self) -> Loaded {
        load(&[self.path().to_owned()], &LoadOptions::default()).unwrap()
    }

    /// The same files in a zip, each name after `prefix`.
    pub fn zip(&self, prefix: &str) -> ZipFixture {
        let zip = ZipFixture::new();
        let mut writer = zip::ZipWriter::new(fs::File::create(zip.path()).unwrap());
        for name in names(self.path(), "") {
            writer.start_file(format!("{prefix}{name}"), zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(&fs::read(self.path().join(&name)).unwrap()).unwrap();
        }
        writer.finish().unwrap();
        zip
    }
}

fn names(folder: &Path, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            found.extend(names(&entry.path(), &format!("{name}/")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// A zip in a folder of its own.
pub struct ZipFixture(TempDir);

impl ZipFixture {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("export.zip")
    }
}

pub fn load(paths: &[PathBuf], options: &LoadOptions) -> Result<Loaded, ImportError> {
    import::load(paths, options, &AtomicBool::new(false), &|_| {})
}

/// All messages of a channel.
pub fn messages<'a>(archive: &'a Archive, id: &str) -> Vec<Message<'a>> {
    let channel = archive.channel(&ChannelId::from_text(id)).unwrap();
    archive.messages(channel).collect()
}

/// The text of all messages of `#general`.
pub fn texts(archive: &Archive) -> Vec<&str> {
    messages(archive, "slack/C1").iter().map(|message| message.text().unsanitised()).collect()
}

/// The codes of all warnings with their counts.
pub fn codes(loaded: &Loaded) -> Vec<(&'static str, usize)> {
    let warnings = loaded.report.sources.iter().flat_map(|source| source.warnings.iter());
    warnings.map(|(trouble, problem)| (trouble.code(), problem.count)).collect()
}
