//! Ids for records whose source gives none: a hash of what the record says, so that it keeps its id
//! whatever is exported before and after it.

use std::collections::HashMap;

/// The ids of the unnamed records of one file.
#[derive(Debug, Default)]
pub(crate) struct Unnamed {
    seen: HashMap<String, u32>,
}

impl Unnamed {
    /// The id of a record that says `parts`; one that says the same as one before gets a number, as
    /// two equal lines may well be two messages.
    pub(crate) fn id(&mut self, parts: &[&str]) -> String {
        let id = hash_of(parts);
        let count = self.seen.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 { id } else { format!("{id}.{count}") }
    }
}

/// Twelve letters that stand for texts in their order.
pub(crate) fn hash_of(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(12).collect()
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
