//! Writes an export in one step or not at all.
//!
//! The content goes to a file beside the target, reaches the disk, and takes the target's place; so
//! a reader finds the old file or the whole of the other, whatever happens in between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::base::text::Raw;
use crate::base::token;
use crate::project::fs::{Disk, Fs as _};

/// Why an export was not written.
#[derive(Debug, Error)]
#[error("{} was not written: {source}; choose another place", Raw::new(&path.to_string_lossy()).tty_line())]
pub struct WriteError {
    /// Where it was to go.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Replaces `path` by `content`, download tokens left out, in one step; what was there keeps its
/// permissions. A pipe or a device is written to as it is. For what comes from no project.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    write_for(path, content, Readers::AsBefore)
}

/// The same for what comes from a project: a new file may be read by those who may read that. One
/// that lies on no disk yet is its owner's.
pub fn write_like(path: &Path, content: &[u8], project: Option<&Path>) -> Result<(), WriteError> {
    let readers = match project {
        Some(project) if project.is_file() => Readers::LikeModel(project),
        // What is no file of its own, as standard input, has no rights to hand on.
        Some(project) if project.exists() => Readers::AsBefore,
        _ => Readers::OwnerAtFirst,
    };
    write_for(path, content, readers)
}

fn write_for(path: &Path, content: &[u8], readers: Readers<'_>) -> Result<(), WriteError> {
    let clean = std::str::from_utf8(content).map(token::stripped);
    write(path, clean.as_ref().map_or(content, |text| text.as_bytes()), readers)
        .map_err(|source| WriteError { path: path.to_owned(), source })
}

/// The same for what nobody but the user may read.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    write(path, content, Readers::OwnerOnly).map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Who may read a file.
#[derive(Debug, Clone, Copy)]
enum Readers<'m> {
    /// Those who might read what it replaces; what is usual for a file that was not there.
    AsBefore,
    /// Those who might read what it replaces; those of another file for one that was not there.
    LikeModel(&'m Path),
    /// Those who might read what it replaces; its owner where it was not there.
    OwnerAtFirst,
    /// Its owner.
    OwnerOnly,
}

fn write(path: &Path, content: &[u8], readers: Readers<'_>) -> io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let present = fs::metadata(&target).ok();
    if let Some(present) = &present {
        if present.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        if !present.is_file() {
            return OpenOptions::new().write(true).open(&target)?.write_all(content);
        }
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let beside = folder.join(format!(".{}.{}.part", name.to_string_lossy(), uuid::Uuid::now_v7().simple()));
    let like = match readers {
        Readers::OwnerOnly => None,
        _ if present.is_some() => Some(target.as_path()),
        Readers::LikeModel(model) => Some(model),
        Readers::AsBefore | Readers::OwnerAtFirst => None,
    };
    let written = fill(&beside, content, like, readers).and_then(|()| fs::rename(&beside, &target));
    if let Err(error) = written {
        // The part is useless; that it cannot be removed either would hide the first reason.
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    File::open(folder)?.sync_all()
}

fn fill(path: &Path, content: &[u8], like: Option<&Path>, readers: Readers<'_>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    if like.is_some() || !matches!(readers, Readers::AsBefore) {
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    if let Some(like) = like {
        Disk.copy_access(like, path, 0);
    }
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.md");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_download_token_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.md");
        write_whole(&path, b"see https://f.example/a.png?t=xoxe-1-2 and on").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"see https://f.example/a.png and on");
    }

    #[test]
    fn a_folder_or_a_missing_folder_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_whole(folder.path(), b"x").unwrap_err().to_string();
        assert!(error.contains("it is a folder"), "{error}");
        assert!(write_whole(&folder.path().join("none/report.md"), b"x").is_err());
    }

    #[test]
    fn what_comes_from_a_project_may_be_read_by_those_who_may_read_the_project() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("incident.json");
        fs::write(&project, "{}").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for rights in [0o600, 0o640, 0o664] {
            fs::set_permissions(&project, fs::Permissions::from_mode(rights)).unwrap();
            let path = folder.path().join(format!("{rights}.md"));
            write_like(&path, b"x", Some(&project)).unwrap();
            assert_eq!(mode(&path), rights);
        }
        // What somebody opened to others stays open to them; without a project it is the owner's.
        let open = folder.path().join("open.md");
        fs::write(&open, "old").unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o604)).unwrap();
        for project in [Some(project.as_path()), None] {
            write_like(&open, b"x", project).unwrap();
            assert_eq!(mode(&open), 0o604);
        }
        let alone = folder.path().join("alone.md");
        write_like(&alone, b"x", None).unwrap();
        assert_eq!(mode(&alone), 0o600);
    }

    #[test]
    fn what_is_private_is_for_its_owner_even_where_others_could_read_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write_private(&path, b"fresh").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_whole(&link, b"fresh").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"fresh");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
