//! Named readers over a folder, a zip or a single file, with limits.
//!
//! A zip is read in place, never extracted; a folder is walked without following links. Names are
//! paths with `/` between the parts; none leads out of the source. What is not looked at is named
//! in the source's warnings.

mod buffers;
mod cut_zip;
mod file_at;
mod inflate;
mod walk;
mod zip_list;
mod zip_top;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;
use zip::ZipArchive;

use super::report::{Trouble, Warnings};
use super::{ImportError, Limits};
pub(crate) use buffers::Buffers;
use file_at::FileAt;
use inflate::Inflaters;
use walk::{Reach, Walk};

/// One readable file inside a source.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its path inside the source; foreign.
    pub name: String,
    /// How many bytes it says it has, unpacked.
    pub bytes: u64,
    at: At,
}

#[derive(Debug, Clone)]
enum At {
    /// In the folder, under its name: a workspace has files by the hundred thousand.
    Name,
    /// Where it is not under its name, for that is not how the disk spells it.
    Path(Box<Path>),
    Index(usize),
}

#[derive(Debug, Clone)]
enum Holder {
    Folder,
    Zip(Zipped),
    File,
    Memory(Arc<[u8]>),
}

/// A zip with its table of contents read.
#[derive(Debug, Clone)]
struct Zipped {
    archive: ZipArchive<FileAt>,
    file: FileAt,
    inflaters: Arc<Inflaters>,
}

/// What a source is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A folder.
    Folder,
    /// A zip.
    Zip,
    /// A single file.
    File,
}

/// A folder, zip or file with the entries that can be read.
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    holder: Holder,
    entries: Vec<Entry>,
    bytes: u64,
    limits: Limits,
    warnings: Warnings,
}

/// Why one entry could not be read.
#[derive(Debug, Error)]
pub enum EntryError {
    /// Larger than allowed, or than it said.
    #[error("{0}")]
    TooLarge(String),
    /// The system or the zip refuses it.
    #[error("{0}")]
    Unreadable(String),
}

impl EntryError {
    /// The kind of trouble that this is.
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::TooLarge(_) => Trouble::TooLarge,
            Self::Unreadable(_) => Trouble::Unreadable,
        }
    }
}

impl Source {
    /// Lists what lies at `path`; an error as soon as `cancel` is set.
    pub fn open(path: &Path, limits: &Limits, cancel: &AtomicBool) -> Result<Self, ImportError> {
        let meta = fs::metadata(path).map_err(|source| open_error(path, source))?;
        if meta.is_dir() {
            return Self::open_folder(path, limits, Reach::All, cancel);
        }
        if !meta.is_file() {
            let reason = "it is neither a folder nor a file; give the folder or zip of an export".to_owned();
            return Err(ImportError::NotAnExport { path: path.to_owned(), reason });
        }
        let mut file = File::open(path).map_err(|source| open_error(path, source))?;
        let mut head = Vec::with_capacity(4);
        file.by_ref()
            .take(4)
            .read_to_end(&mut head)
            .map_err(|source| ImportError::Unreadable { path: path.to_owned(), source })?;
        let named_zip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        if head.starts_with(b"PK") || (named_zip && meta.len() > 0) {
            return Self::open_zip(path, file, limits, cancel);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let entries = vec![Entry { name, bytes: meta.len(), at: At::Path(path.into()) }];
        Ok(Self::new(path, Holder::File, entries, meta.len(), limits))
    }

    fn new(path: &Path, holder: Holder, entries: Vec<Entry>, bytes: u64, limits: &Limits) -> Self {
        let mut source = Self {
            path: path.to_owned(),
            holder,
            entries,
            bytes,
            limits: limits.clone(),
            warnings: Warnings::default(),
        };
        source.cut_at_total();
        source
    }

    /// Leaves out what lies beyond the limit on the whole source.
    fn cut_at_total(&mut self) {
        let mut left = self.limits.total_bytes;
        let (mut cut, mut example) = (0, String::new());
        self.entries.retain(|entry| {
            let fits = entry.bytes <= left;
            if fits {
                left -= entry.bytes;
            } else {
                cut += 1;
                example.clone_from(&entry.name);
            }
            fits
        });
        if cut > 0 {
            let limit = crate::base::text::size_words(self.limits.total_bytes);
            let reason = format!("{cut} entries beyond the limit of {limit} for a source (--max-bytes raises it)");
            self.warnings.add(Trouble::TooLarge, &example, None, &reason);
        }
    }

    fn open_folder(path: &Path, limits: &Limits, reach: Reach<'_>, cancel: &AtomicBool) -> Result<Self, ImportError> {
        let listing = fs::read_dir(path).map_err(|source| open_error(path, source))?;
        let is_cancelled = || cancel.load(Ordering::Relaxed);
        let mut walked = Walk::new(reach, limits.files, &is_cancelled).folder(listing, "", 0);
        unless_cancelled(cancel)?;
        // Mostly sorted already, which this way of sorting makes use of.
        walked.entries.sort_by(|a, b| a.name.cmp(&b.name));
        let bytes = walked.entries.iter().map(|entry| entry.bytes).sum();
        let mut source = Self::new(path, Holder::Folder, walked.entries, bytes, limits);
        source.warnings.join(walked.warnings);
        Ok(source)
    }

    /// The files that lie at the top of a folder or zip, by name alone: enough to tell most exports in
    /// next to no time, not to read one. `None` for what has no top, or shows it only when it is
    /// opened.
    pub fn top(path: &Path) -> Option<Self> {
        if path.is_dir() {
            return Self::open_folder(path, &Limits::default(), Reach::Top, &AtomicBool::new(false)).ok();
        }
        let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|meta| meta.is_file()))?;
        let mut names = zip_top::names(&FileAt::new(file)).ok()??;
        names.sort_unstable();
        let entries = names.into_iter().map(|name| Entry { name, bytes: 0, at: At::Index(0) }).collect();
        Some(Self::new(path, Holder::Folder, entries, 0, &Limits::default()))
    }

    /// Lists only what lies at the top of a folder or zip, and in the folders that `wanted` names when
    /// it is shown the top; `None` where it names none.
    pub fn of_folders(
        path: &Path,
        limits: &Limits,
        cancel: &AtomicBool,
        wanted: impl Fn(&Self) -> Vec<String>,
    ) -> Result<Option<Self>, ImportError> {
        let is_at_top = |entry: &&Entry| !entry.name.contains('/');
        if path.is_dir() {
            let folders = wanted(&Self::open_folder(path, limits, Reach::Folders(&[]), cancel)?);
            let found = Self::open_folder(path, limits, Reach::Folders(&folders), cancel)?;
            return Ok((!folders.is_empty()).then_some(found));
        }
        let whole = Self::open(path, limits, cancel)?;
        let folders = wanted(&whole.only(whole.entries.iter().filter(is_at_top).cloned().collect()));
        let is_wanted = |entry: &&Entry| {
            let folder = entry.name.split_once('/').map(|(folder, _)| folder);
            folder.is_none_or(|folder| folders.iter().any(|wanted| wanted == folder))
        };
        let found = whole.only(whole.entries.iter().filter(is_wanted).cloned().collect());
        Ok((!folders.is_empty()).then_some(found))
    }

    fn open_zip(path: &Path, file: File, limits: &Limits, cancel: &AtomicBool) -> Result<Self, ImportError> {
        let file = FileAt::new(file);
        let bytes = file.length().map_err(|source| open_error(path, source))?;
        unless_cancelled(cancel)?;
        let (archive, file, cut) = match ZipArchive::new(file.clone()) {
            Ok(archive) => (archive, file, None),
            Err(error) => reopen_cut(path, &file, &error, cancel)?,
        };
        unless_cancelled(cancel)?;
        let (listed, mut warnings) = zip_list::list(&archive, limits);
        if let Some(whole) = cut {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let reason = format!("its end is missing; {whole} whole files were found before it");
            warnings.add(Trouble::CutZip, &name, None, &reason);
        }
        let entries = listed
            .into_iter()
            .map(|listed| Entry { name: listed.name, bytes: listed.bytes, at: At::Index(listed.index) })
            .collect();
        let zipped = Zipped { archive, file, inflaters: Arc::default() };
        let mut source = Self::new(path, Holder::Zip(zipped), entries, bytes, limits);
        source.warnings.join(warnings);
        Ok(source)
    }

    /// Takes what was piped in; `name` stands for its path.
    pub fn from_bytes(name: &Path, bytes: Arc<[u8]>, limits: &Limits) -> Self {
        let length = bytes.len() as u64;
        let entry = Entry { name: name.to_string_lossy().into_owned(), bytes: length, at: At::Index(0) };
        Self::new(name, Holder::Memory(bytes), vec![entry], length, limits)
    }

    /// The same source with only some of its entries, and without its warnings.
    #[must_use]
    pub fn only(&self, entries: Vec<Entry>) -> Self {
        let bytes = entries.iter().map(|entry| entry.bytes).sum();
        let (path, holder, limits) = (self.path.clone(), self.holder.clone(), self.limits.clone());
        Self { path, holder, entries, bytes, limits, warnings: Warnings::default() }
    }

    /// Where it lies, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Folder, zip or file.
    pub const fn kind(&self) -> SourceKind {
        match self.holder {
            Holder::Folder => SourceKind::Folder,
            Holder::Zip(_) => SourceKind::Zip,
            Holder::File | Holder::Memory(_) => SourceKind::File,
        }
    }

    /// Its size on the disk.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Everything in it that can be read, by name.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The limits it was opened with.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// An entry by its name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
        self.entries.get(at)
    }

    /// Where an entry lies on the disk; `None` for what lies in a zip or was piped in.
    pub fn disk_path<'e>(&self, entry: &'e Entry) -> Option<Cow<'e, Path>> {
        match &entry.at {
            At::Name => Some(Cow::Owned(self.path.join(&entry.name))),
            At::Path(path) => Some(Cow::Borrowed(path)),
            At::Index(_) => None,
        }
    }

    /// What was not looked at while it was listed.
    pub const fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    /// Reads an entry into `buffer`, replacing what it held.
    pub fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), EntryError> {
        if entry.bytes > self.limits.file_bytes {
            buffer.clear();
            return Err(too_large(self.limits.file_bytes));
        }
        if let Some(path) = self.disk_path(entry) {
            return read_file(&path, self.limits.file_bytes, buffer);
        }
        match (&self.holder, &entry.at) {
            (Holder::Zip(zip), At::Index(index)) => self.read_zipped(zip, *index, buffer),
            (Holder::Memory(bytes), At::Index(_)) => {
                buffer.clear();
                buffer.extend_from_slice(bytes);
                Ok(())
            }
            _ => Err(EntryError::Unreadable("it belongs to another source".to_owned())),
        }
    }

    /// Reads the first bytes of an entry.
    pub fn head(&self, entry: &Entry, bytes: usize) -> Result<Vec<u8>, EntryError> {
        let mut head = Vec::new();
        if let Some(path) = self.disk_path(entry) {
            open_regular(&path).and_then(|file| file.take(bytes as u64).read_to_end(&mut head)).map_err(refusal)?;
            return Ok(head);
        }
        match (&self.holder, &entry.at) {
            (Holder::Zip(zip), At::Index(index)) => {
                let mut archive = zip.archive.clone();
                let file = archive.by_index(*index).map_err(|error| EntryError::Unreadable(error.to_string()))?;
                file.take(bytes as u64).read_to_end(&mut head).map_err(refusal)?;
            }
            (Holder::Memory(all), At::Index(_)) => head.extend_from_slice(all.get(..bytes).unwrap_or(all)),
            _ => {}
        }
        Ok(head)
    }

    fn read_zipped(&self, zip: &Zipped, index: usize, buffer: &mut Vec<u8>) -> Result<(), EntryError> {
        let entry = zip.archive.by_index_data(index).ok();
        if entry.is_some_and(|entry| zip.inflaters.read(&zip.file, &entry, buffer)) {
            return Ok(());
        }
        buffer.clear();
        // Cloning shares the table of contents; only the place in the file is a worker's own.
        let mut archive = zip.archive.clone();
        let file = archive.by_index(index).map_err(|error| EntryError::Unreadable(error.to_string()))?;
        let declared = file.size().min(self.limits.file_bytes);
        buffer.reserve(usize::try_from(declared.min(8 << 20)).unwrap_or(0));
        let mut limited = file.take(declared + 1);
        limited.read_to_end(buffer).map_err(refusal)?;
        if buffer.len() as u64 > declared {
            buffer.clear();
            return Err(EntryError::TooLarge("it unpacks to more than the zip says".to_owned()));
        }
        Ok(())
    }
}

/// Opens a zip without a table of contents by the headers of its entries.
fn reopen_cut(
    path: &Path,
    file: &FileAt,
    error: &zip::result::ZipError,
    cancel: &AtomicBool,
) -> Result<(ZipArchive<FileAt>, FileAt, Option<usize>), ImportError> {
    let broken = || ImportError::BrokenZip {
        path: path.to_owned(),
        reason: format!("its table of contents cannot be read ({error}) and no whole file is in it"),
    };
    let found = cut_zip::find(file, cancel);
    unless_cancelled(cancel)?;
    let found = found.ok().filter(|found| found.entries > 0).ok_or_else(broken)?;
    let whole = file.followed_by(found.table).map_err(|_| broken())?;
    let archive = ZipArchive::new(whole.clone()).map_err(|_| broken())?;
    Ok((archive, whole, Some(found.entries)))
}

fn unless_cancelled(cancel: &AtomicBool) -> Result<(), ImportError> {
    if cancel.load(Ordering::Relaxed) { Err(ImportError::Cancelled) } else { Ok(()) }
}

fn too_large(limit: u64) -> EntryError {
    let limit = crate::base::text::size_words(limit);
    EntryError::TooLarge(format!("larger than the limit of {limit} for a file (--max-bytes raises it)"))
}

fn open_error(path: &Path, source: std::io::Error) -> ImportError {
    let path = path.to_owned();
    match source.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ImportError::NotFound { path },
        _ => ImportError::Unreadable { path, source },
    }
}

fn open_regular(path: &Path) -> std::io::Result<File> {
    let file = open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(no_regular_file()) }
}

/// Opens without waiting for a writer, so that a FIFO put there after the listing cannot hang.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(path)
}

fn no_regular_file() -> std::io::Error {
    std::io::Error::other("it is no regular file")
}

// By value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn refusal(error: std::io::Error) -> EntryError {
    EntryError::Unreadable(error.to_string())
}

fn read_file(path: &Path, limit: u64, buffer: &mut Vec<u8>) -> Result<(), EntryError> {
    let file = open(path).map_err(refusal)?;
    let meta = file.metadata().map_err(refusal)?;
    if !meta.is_file() {
        return Err(refusal(no_regular_file()));
    }
    let read = read_sized(&file, meta.len().min(limit), buffer).map_err(refusal)?;
    if read && meta.len() <= limit {
        return Ok(());
    }
    // It is not as long as it was a moment ago.
    file.take(limit.saturating_add(1).saturating_sub(buffer.len() as u64)).read_to_end(buffer).map_err(refusal)?;
    if buffer.len() as u64 > limit {
        buffer.clear();
        return Err(too_large(limit));
    }
    Ok(())
}

/// Reads so many bytes at once, which nearly always is the whole file; false where it was not.
fn read_sized(mut file: &File, bytes: u64, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    let bytes = usize::try_from(bytes).unwrap_or(0);
    buffer.resize(bytes + 1, 0);
    let got = file.read(buffer)?;
    buffer.truncate(got);
    Ok(got == bytes && got > 0)
}
