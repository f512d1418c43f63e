//! The exports that benches read: each made once, into the target folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[path = "generate.rs"]
mod generate;

pub use generate::Shape;

/// The seed of all corpora.
const SEED: u64 = 7;

/// What is aimed at, measured of real exports: bytes a message, bytes of its text, and how long the
/// texts are that 10, 50, 90, 99 and 100 of 100 do not surpass.
pub const GOAL: (u64, u64, [usize; 5]) = (1_660, 126, [22, 58, 216, 1_698, 3_998]);

/// An export as folder and as zip, and what it holds.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Its size in words: `100k`.
    pub name: String,
    /// The unpacked export.
    pub folder: PathBuf,
    /// The same, packed.
    pub zip: PathBuf,
    /// What it holds.
    pub shape: Shape,
}

impl Corpus {
    /// The export of so many messages, made if it is not there yet.
    pub fn of(messages: usize) -> anyhow::Result<Self> {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora");
        fs::create_dir_all(&place)?;
        let name = size_words(messages);
        let at = |end: &str| place.join(format!("export-{name}{end}"));
        let (folder, zip, told) = (at(""), at(".zip"), at(".json"));
        if !told.exists() {
            eprintln!("making {}", folder.display());
            let shape = generate::write_export(&folder, messages, SEED)?;
            written(&told, |half| fs::write(half, serde_json::to_vec(&shape)?))?;
        }
        if !zip.exists() {
            eprintln!("making {}", zip.display());
            written(&zip, |half| generate::pack(&folder, half))?;
        }
        let shape = serde_json::from_slice(&fs::read(&told)?)?;
        Ok(Self { name, folder, zip, shape })
    }
}

/// Writes beside the place and moves it there, so that what is there is whole.
fn written(place: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let half = place.with_extension("half");
    write(&half)?;
    fs::rename(half, place)
}

/// `100k`, `5m`.
pub fn size_words(messages: usize) -> String {
    match messages {
        0..1_000 => messages.to_string(),
        1_000..1_000_000 => format!("{}k", messages / 1_000),
        _ => format!("{}m", messages / 1_000_000),
    }
}
