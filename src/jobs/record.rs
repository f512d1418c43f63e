//! Reading one record of an export as it stands there; a zip may have to be unpacked for it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::archive::{Archive, MsgIx};
use crate::base::text::RawString;
use crate::import::{self, LoadOptions};

/// Which record is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedRecord {
    /// The one that a message was made of.
    OfMessage(MsgIx),
    /// One by its place.
    At {
        /// The source, as given.
        source: PathBuf,
        /// The file inside the source; foreign.
        file: RawString,
        /// Its number in the file, from 0.
        record: u32,
    },
}

/// All that is needed to read a record, so that it can be done on another thread.
#[derive(Debug)]
pub struct RecordJob {
    /// Which one.
    pub wanted: WantedRecord,
    /// What was loaded.
    pub archive: Arc<Archive>,
    /// Its sources.
    pub sources: Vec<PathBuf>,
    /// How they were read.
    pub options: LoadOptions,
}

/// A record that was read: pretty-printed, foreign; or why it could not be.
#[derive(Debug, Clone)]
pub struct ReadRecord {
    /// Which one.
    pub wanted: WantedRecord,
    /// What stands there.
    pub text: Result<String, String>,
}

impl RecordJob {
    /// Reads it; blocks until that is done.
    pub fn run(self) -> ReadRecord {
        let text = match &self.wanted {
            WantedRecord::OfMessage(ix) => import::raw_record(&self.archive, *ix, &self.sources, &self.options),
            WantedRecord::At { source, file, record } => {
                import::raw_at(source, file.unsanitised(), *record, &self.options)
            }
        };
        ReadRecord { wanted: self.wanted, text: text.map_err(|error| error.to_string()) }
    }
}
