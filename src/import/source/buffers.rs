//! Room for the bytes of files, used again and again: one a thread that reads.

use std::sync::{Mutex, PoisonError};

/// Most bytes that are kept from one file to the next; day files seldom have more.
const MOST_KEPT: usize = 4 << 20;

/// Buffers that nobody uses at the moment.
#[derive(Debug, Default)]
pub(crate) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    /// A buffer with whatever was read into it last, or an empty one.
    pub(crate) fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Keeps a buffer for the next file.
    pub(crate) fn put_back(&self, buffer: Vec<u8>) {
        if buffer.capacity() <= MOST_KEPT {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        }
    }
}
