//! Where an input is built: a folder or a zip of a Slack export with one thing wrong in it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use super::seen::NEEDLE;

/// What is said after every attack, and must stand there unharmed.
pub const AFTER: &str = "the row after it stands";

/// A place of one input.
pub struct Place {
    home: TempDir,
    source: PathBuf,
}

impl Place {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let source = home.path().join("export");
        Self { home, source }
    }

    /// What is to be read.
    pub fn source(&self) -> &Path {
        &self.source
    }

    /// The folder around it.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Says which of the things there is to be read.
    pub fn read(&mut self, name: &str) -> &mut Self {
        self.source = self.home.path().join(name);
        self
    }

    /// Writes a file of the export.
    pub fn file(&mut self, name: &str, content: impl AsRef<[u8]>) -> &mut Self {
        let path = self.home.path().join("export").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Two users and two channels.
    pub fn lists(&mut self) -> &mut Self {
        let user = |id: &str, name: &str| json!({ "id": id, "name": name, "profile": { "real_name": name } });
        self.file("users.json", json!([user("U1", "Runa Halvorik"), user("U2", "Teo Marquand")]).to_string());
        let channel = |id: &str, name: &str| json!({ "id": id, "name": name, "members": ["U1", "U2"] });
        self.file("channels.json", json!([channel("C1", "general"), channel("C2", "quiet")]).to_string())
    }

    /// An export of two channels, one of which is whole; `day` is a day of the other.
    pub fn day(&mut self, day: impl AsRef<[u8]>) -> &mut Self {
        self.lists().file("quiet/2024-12-06.json", json!([after()]).to_string()).file("general/2024-12-06.json", day)
    }

    /// An export whose first message says `attack` and the word that is searched for.
    pub fn text(&mut self, attack: &str) -> &mut Self {
        self.texts(&[attack])
    }

    /// One message for each attack.
    pub fn texts(&mut self, attacks: &[&str]) -> &mut Self {
        let said = |(n, attack): (usize, &&str)| said(n, &format!("{attack} {NEEDLE}"));
        let mut day: Vec<Value> = attacks.iter().enumerate().map(said).collect();
        day.push(after());
        self.day(Value::from(day).to_string())
    }

    /// Packs entries into a zip, which is then what is read.
    pub fn zip(&mut self, entries: &[(&str, &[u8])]) -> &mut Self {
        self.read("export.zip");
        let mut writer = zip::ZipWriter::new(fs::File::create(&self.source).unwrap());
        for (name, content) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap();
        self
    }

    /// Changes the bytes of the zip.
    pub fn patch(&mut self, change: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        let mut bytes = fs::read(&self.source).unwrap();
        change(&mut bytes);
        fs::write(&self.source, bytes).unwrap();
        self
    }

    /// Names of everything outside what is read.
    pub fn others(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home.path()).unwrap().map(|entry| entry.unwrap());
        let others = entries.filter(|entry| entry.path() != self.source);
        others.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

/// A message; the later, the larger `n`.
pub fn said(n: usize, text: &str) -> Value {
    json!({ "type": "message", "user": "U1", "ts": format!("17334960{:02}.{n:06}", n % 60), "text": text })
}

/// The last message.
pub fn after() -> Value {
    json!({ "type": "message", "user": "U2", "ts": "1733499000.000100", "text": AFTER })
}

/// A day of a message each and the last one.
pub fn day(messages: &[Value]) -> String {
    Value::from(messages.iter().cloned().chain([after()]).collect::<Vec<_>>()).to_string()
}
