//! The lock beside a project, held while its file is written.
//!
//! It is a courtesy that saves work: where there is none to be had, writing goes on without, because
//! journals and joining keep everything anyway. The lock file is never renamed and never removed.

use std::path::Path;
use std::time::Duration;

use super::fs::{Fs, Handle};

const PAUSE: Duration = Duration::from_millis(20);
const PAUSES: u32 = 100;

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _handle: Option<Box<dyn Handle>>,
}

/// Takes the lock, waiting up to two seconds for whoever has it.
pub fn acquire(fs: &dyn Fs, path: &Path) -> Lock {
    let Ok(mut handle) = fs.append(path) else { return Lock { _handle: None } };
    for _ in 0..PAUSES {
        match handle.try_lock() {
            Ok(false) => fs.pause(PAUSE),
            Ok(true) => return Lock { _handle: Some(handle) },
            Err(_) => break,
        }
    }
    Lock { _handle: None }
}
