//! Ids for records whose source gives none: a hash of what the record says, so that it keeps its id
//! whatever is exported before and after it.

use std::collections::HashMap;

/// The ids of the unnamed records of one file.
#[derive(Debug, Default)]
pub(crate) struct Unnamed {
    /// How often an id was given, by the number that it writes.
    seen: HashMap<u64, u32>,
}

impl Unnamed {
    /// The id of a record that says `parts`; one that says the same as one before gets a number, as
    /// two equal lines may well be two messages.
    pub(crate) fn id(&mut self, parts: &[&str]) -> String {
        let key = key_of(parts) >> 16;
        let count = self.seen.entry(key).or_default();
        *count += 1;
        if *count == 1 { format!("{key:012x}") } else { format!("{key:012x}.{count}") }
    }
}

/// A number that stands for texts in their order; it never changes.
pub(crate) fn key_of(parts: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    hash.as_bytes().iter().take(8).fold(0, |key, &byte| key << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_records_are_numbered_and_parts_do_not_run_together() {
        let mut ids = Unnamed::default();
        let first = ids.id(&["a", "bc"]);
        assert_eq!(ids.id(&["a", "bc"]), format!("{first}.2"));
        assert_ne!(ids.id(&["ab", "c"]), first);
        assert_eq!(Unnamed::default().id(&["a", "bc"]), first);
    }
}
