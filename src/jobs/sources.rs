//! Sources of a project: what it remembers of an export, and where that export lies on this
//! machine.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::reading::{PIPED_SOURCE, ReadAs, is_standard_input};
use crate::base::time::Instant;
use crate::import::SourceReport;
use crate::project::Project;
use crate::project::model::{Source, SourceChannel};

/// Bytes of a file that are read between two looks whether anybody still wants its fingerprint.
const PIECE: u64 = 4 << 20;

/// What a project at `project_path` remembers of a source that was read; reads its files once more
/// for the fingerprint, which is why this is work for another thread than the screen's, and can be
/// cancelled.
pub fn record(report: &SourceReport, project_path: &Path, now: Instant, cancel: &AtomicBool) -> io::Result<Source> {
    let channels = report.channels.iter().map(|channel| SourceChannel {
        id: channel.id.as_str().to_owned(),
        name: channel.name.unsanitised().to_owned(),
        private: channel.kind.is_private(),
    });
    let is_piped = is_standard_input(&report.path);
    Ok(Source {
        // What was piped in lies nowhere: the project's copies of its messages are what remains.
        path: if is_piped {
            format!("{PIPED_SOURCE}{}", now.rfc3339())
        } else {
            remembered_path(&report.path, project_path)?
        },
        format: report.format.to_owned(),
        fingerprint: if is_piped { String::new() } else { fingerprint(&report.path, cancel)? },
        read_as: ReadAs::default(),
        first: report.totals.first,
        last: report.totals.last,
        messages: report.totals.messages as u64,
        channels: channels.collect(),
        missing: report.missing.clone(),
        added_at: Some(now),
    })
}

/// A source's path as a project keeps it: relative when it lies below the project's folder, so that
/// both can be moved together, else absolute.
pub fn remembered_path(source: &Path, project_path: &Path) -> io::Result<String> {
    let source = fs::canonicalize(source)?;
    let folder = folder_of(project_path);
    let below = fs::canonicalize(folder).ok().and_then(|folder| source.strip_prefix(folder).ok().map(Path::to_owned));
    Ok(below.unwrap_or(source).to_string_lossy().into_owned())
}

fn folder_of(project_path: &Path) -> &Path {
    project_path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// blake3 over a file, or over the names and contents of a folder's files in the order of their
/// names. Once cancelled, an error of the kind `Interrupted`.
pub fn fingerprint(source: &Path, cancel: &AtomicBool) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    if source.is_dir() {
        hash_folder(source, source, &mut hasher, cancel)?;
    } else {
        hash_file(source, &mut hasher, cancel)?;
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn hash_folder(root: &Path, folder: &Path, hasher: &mut blake3::Hasher, cancel: &AtomicBool) -> io::Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths {
        // Links and pipes are not read on import either.
        let kind = path.symlink_metadata()?.file_type();
        if kind.is_dir() {
            hash_folder(root, &path, hasher, cancel)?;
        } else if kind.is_file() {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            hasher.update(name.as_bytes());
            hash_file(&path, hasher, cancel)?;
        }
    }
    Ok(())
}

fn hash_file(path: &Path, hasher: &mut blake3::Hasher, cancel: &AtomicBool) -> io::Result<()> {
    let mut file = File::open(path)?;
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "cancelled"));
        }
        let mut piece = file.by_ref().take(PIECE);
        let before = hasher.count();
        hasher.update_reader(&mut piece)?;
        if hasher.count() == before {
            return Ok(());
        }
    }
}

/// Where the sources of a project lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// Those that are there, by the project's ids.
    pub found: Vec<(String, PathBuf)>,
    /// Those that are gone, by the project's ids, as the project knows them.
    pub gone: Vec<(String, String)>,
}

impl Located {
    /// The paths that are there.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.found.iter().map(|(_, path)| path.clone()).collect()
    }
}

/// How the sources of a project are to be read, by where they lie: what was said for this run wins
/// over what the project remembers.
pub fn read_each_as(project: &Project, found: &[(String, PathBuf)], said: &ReadAs) -> BTreeMap<PathBuf, ReadAs> {
    let of = |(id, path): &(String, PathBuf)| {
        let remembered = &project.sources().get(id)?.read_as;
        Some((path.clone(), said.clone().or(remembered)))
    };
    found.iter().filter_map(of).collect()
}

/// Looks for the sources of a project: where it says, else by name beside it.
pub fn locate(project: &Project, project_path: &Path) -> Located {
    let folder = folder_of(project_path);
    let mut located = Located::default();
    for (id, source) in project.sources() {
        let beside = Path::new(&source.path).file_name().map(|name| folder.join(name));
        match [Some(folder.join(&source.path)), beside].into_iter().flatten().find(|path| path.exists()) {
            Some(path) => located.found.push((id.clone(), path)),
            None => located.gone.push((id.clone(), source.path.clone())),
        }
    }
    located
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_below_the_project_is_remembered_relative_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let export = folder.path().join("exports").join("slack.zip");
        fs::create_dir_all(export.parent().unwrap()).unwrap();
        fs::write(&export, "x").unwrap();
        let project = folder.path().join("incident.json");
        assert_eq!(remembered_path(&export, &project).unwrap(), "exports/slack.zip");
        let elsewhere = folder.path().join("exports").join("deep").join("incident.json");
        let absolute = remembered_path(&export, &elsewhere).unwrap();
        assert!(Path::new(&absolute).is_absolute() && Path::new(&absolute).exists());
    }

    #[test]
    fn a_fingerprint_tells_names_and_contents_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("general");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("a.json"), "[]").unwrap();
        let go_on = AtomicBool::new(false);
        let of = |path: &Path| fingerprint(path, &go_on);
        let before = of(folder.path()).unwrap();
        assert_eq!(of(folder.path()).unwrap(), before);
        fs::rename(path.join("a.json"), path.join("b.json")).unwrap();
        assert_ne!(of(folder.path()).unwrap(), before);
        let cancelled = fingerprint(folder.path(), &AtomicBool::new(true)).unwrap_err();
        assert_eq!(cancelled.kind(), io::ErrorKind::Interrupted);
    }
}
