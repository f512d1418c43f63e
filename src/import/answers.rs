//! Answers that point at one message each, made into threads: for platforms where an answer may itself
//! be answered, a thread hangs on the first message of the chain.

use std::collections::{HashMap, HashSet};

use super::whole::{Room, Transcript};
use crate::archive::{Flags, MessageType};

/// Makes threads of the answers of a channel, once all of it is read. `stands_for` names the record
/// that stands for one that is not there. A circle, which only a forged file holds, is no thread.
pub(crate) fn settle(transcript: &mut Transcript, room: Room, stands_for: impl Fn(&str) -> Option<String>) {
    let mut above: HashMap<String, String> = HashMap::new();
    let mut ids: HashSet<String> = HashSet::new();
    transcript.change_records(room, |record| {
        ids.insert(record.native_id.clone());
        if let Some(target) = &record.thread {
            above.insert(record.native_id.clone(), target.clone());
        }
    });
    for target in above.values_mut().filter(|target| !ids.contains(target.as_str())) {
        if let Some(found) = stands_for(target) {
            *target = found;
        }
    }
    let roots = roots_of(&above);
    transcript.change_records(room, |record| {
        if record.thread.is_none() {
            return;
        }
        record.thread = roots.get(&record.native_id).filter(|root| **root != record.native_id).cloned();
        if record.thread.is_none() {
            record.flags = Flags(record.flags.0 & !Flags::REPLY.0);
            if record.kind == MessageType::Reply {
                record.kind = MessageType::Message;
            }
        }
    });
}

/// The topmost message over each answer; each step of a chain is walked once.
fn roots_of(above: &HashMap<String, String>) -> HashMap<String, String> {
    let mut roots: HashMap<String, String> = HashMap::with_capacity(above.len());
    let mut circles: HashSet<&str> = HashSet::new();
    for start in above.keys() {
        let mut path: Vec<&str> = Vec::new();
        let mut on_path: HashSet<&str> = HashSet::new();
        let mut at = start.as_str();
        let root = loop {
            if let Some(known) = roots.get(at) {
                break Some(known.clone());
            }
            if circles.contains(at) || !on_path.insert(at) {
                break None;
            }
            path.push(at);
            match above.get(at) {
                Some(target) if above.contains_key(target) => at = target,
                Some(target) => break Some(target.clone()),
                None => break None,
            }
        };
        match root {
            Some(root) => roots.extend(path.into_iter().map(|id| (id.to_owned(), root.clone()))),
            None => circles.extend(path),
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let above = pairs.iter().map(|(id, target)| ((*id).to_owned(), (*target).to_owned())).collect();
        let mut roots: Vec<_> = roots_of(&above).into_iter().collect();
        roots.sort();
        roots
    }

    #[test]
    fn a_chain_hangs_on_its_first_message_and_a_circle_on_none() {
        let found = roots(&[("b", "a"), ("c", "b"), ("d", "gone"), ("x", "y"), ("y", "x"), ("z", "x")]);
        let expected = [("b", "a"), ("c", "a"), ("d", "gone")].map(|(id, root)| (id.to_owned(), root.to_owned()));
        assert_eq!(found, expected);
    }
}
