//! The calls to the file system by which a project is kept, so that tests can let each of them fail.
//!
//! Everything that writes a project goes through [`Fs`]; [`Disk`] is the real one.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{Access, OFlags};

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Its device and inode.
    pub place: (u64, u64),
    /// Its length in bytes.
    pub len: u64,
    /// When it was written last.
    pub modified: Option<SystemTime>,
    /// Its permission bits.
    pub mode: u32,
    /// How many names it has.
    pub links: u64,
}

/// An open file that is written.
pub trait Handle: Send + Debug {
    /// Writes all bytes at the end, in one call where the system takes them in one.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns once what was written would outlive a power cut.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the file.
    fn set_len(&mut self, len: u64) -> io::Result<()>;
    /// Takes the exclusive lock; `false` when somebody else has it. Goes with the handle.
    fn try_lock(&mut self) -> io::Result<bool>;
}

/// The calls a project needs.
pub trait Fs: Send + Sync + Debug {
    /// The whole content.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The content from a place on; nothing where the file is shorter.
    fn read_from(&self, path: &Path, offset: u64) -> io::Result<Vec<u8>> {
        let bytes = self.read(path)?;
        Ok(usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default().to_vec())
    }
    /// What is known of a file or folder; links are followed.
    fn stat(&self, path: &Path) -> io::Result<Stat>;
    /// The path with links followed.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;
    /// The files in a folder, sorted by name.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;
    /// Makes a folder and those above it.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
    /// Opens a file to write at its end; makes it when it is missing; never through a link.
    fn append(&self, path: &Path) -> io::Result<Box<dyn Handle>>;
    /// Makes a file that must not exist yet; the mask of the process takes from `mode`.
    fn create(&self, path: &Path, mode: u32) -> io::Result<Box<dyn Handle>>;
    /// Gives a file another name, in place of whatever had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file a second name, which must be free.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Takes a name away.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Takes an empty folder away.
    fn remove_folder(&self, folder: &Path) -> io::Result<()>;
    /// Returns once the names in a folder would outlive a power cut.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Whether names can be made in a folder.
    fn is_writable(&self, folder: &Path) -> bool;
    /// Whether other machines may write into a folder, too.
    fn is_remote(&self, _folder: &Path) -> bool {
        false
    }
    /// Lets those to `path` who may read or write `model`, with its group, and its owner by `least`
    /// in any case; a folder is entered by those who may read. Where the system does not let us, fewer
    /// may. Never fails: what is written is worth more than who else reads it.
    fn copy_access(&self, _model: &Path, _path: &Path, _least: u32) {}
    /// Waits.
    fn pause(&self, length: Duration) {
        std::thread::sleep(length);
    }
}

/// Kinds of file system that other machines write to, by the numbers of statfs(2): NFS, SMB, CIFS,
/// SMB2, FUSE (as sshfs), AFS, Ceph, 9P.
const REMOTE: [u32; 8] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546, 0x5346_414f, 0x00c3_6400, 0x0102_1997];

/// The real file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Fs for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn read_from(&self, path: &Path, offset: u64) -> io::Result<Vec<u8>> {
        let (mut file, mut bytes) = (File::open(path)?, Vec::new());
        file.seek(SeekFrom::Start(offset))?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let metadata = std::fs::metadata(path)?;
        Ok(Stat {
            place: (metadata.dev(), metadata.ino()),
            len: metadata.len(),
            modified: metadata.modified().ok(),
            mode: metadata.permissions().mode() & 0o7777,
            links: metadata.nlink(),
        })
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            paths.push(entry?.path());
        }
        paths.sort();
        Ok(paths)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        let mut options = OpenOptions::new();
        // Read as well: over NFS a lock needs a file that is open for both.
        options.read(true).append(true).create(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
        Ok(Box::new(DiskFile(options.open(path)?)))
    }

    fn create(&self, path: &Path, mode: u32) -> io::Result<Box<dyn Handle>> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true).mode(mode & 0o777);
        let file = options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)?;
        Ok(Box::new(DiskFile(file)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::hard_link(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::remove_dir(folder)
    }

    fn is_remote(&self, folder: &Path) -> bool {
        rustix::fs::statfs(folder).is_ok_and(|status| REMOTE.contains(&(status.f_type as u32)))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    fn copy_access(&self, model: &Path, path: &Path, least: u32) {
        let (Ok(wanted), Ok(given)) = (std::fs::metadata(model), std::fs::metadata(path)) else { return };
        let mut mode = wanted.permissions().mode() & 0o777;
        let is_group_kept =
            wanted.gid() == given.gid() || std::os::unix::fs::chown(path, None, Some(wanted.gid())).is_ok();
        if !is_group_kept {
            // The group of this file is other people.
            mode &= !0o070;
        }
        if given.is_dir() {
            mode |= (mode & 0o444) >> 2;
        }
        mode |= least;
        if given.permissions().mode() & 0o777 != mode {
            let _ = std::fs::set_permissions(path, PermissionsExt::from_mode(mode));
        }
    }

    fn is_writable(&self, folder: &Path) -> bool {
        rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
    }
}

#[derive(Debug)]
struct DiskFile(File);

impl Handle for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        match self.0.try_lock() {
            Ok(()) => Ok(true),
            Err(std::fs::TryLockError::WouldBlock) => Ok(false),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }
}
