//! People of no platform: those that a list, a calendar or a table of shifts tells by name or e-mail.
//!
//! An e-mail address is one person in all such sources, so a list and a calendar agree by
//! themselves; who they are on a platform is for somebody to say.

use std::collections::HashMap;

use super::whole::Transcript;
use crate::archive::{Person, PersonIx};
use crate::base::id::{PersonId, slug};
use crate::base::text::RawString;

/// The platform part of their ids.
const PLATFORM: &str = "person";

/// People of one source by name, so that a name without an address means who has it beside one.
#[derive(Debug, Default)]
pub(super) struct Directory {
    by_name: HashMap<String, PersonIx>,
}

impl Directory {
    /// Somebody by name and e-mail address, of which one may be empty; nobody without both.
    pub(super) fn somebody(&mut self, transcript: &mut Transcript, name: &str, email: &str) -> Option<PersonIx> {
        let (name, email) = (name.trim(), email.trim());
        let by_name = slug(name);
        if by_name.is_empty() && email.is_empty() {
            return None;
        }
        if let Some(&known) = self.by_name.get(&by_name).filter(|_| email.is_empty()) {
            return Some(known);
        }
        let id = match email {
            "" => PersonId::from_name(PLATFORM, name),
            address => PersonId::new(PLATFORM, &address.to_lowercase()),
        };
        let mut person = Person::unlisted(id, RawString::from(if name.is_empty() { email } else { name }));
        person.email = RawString::from(email);
        person.has_user_id = !email.is_empty();
        person.is_listed = true;
        let ix = transcript.person(person);
        if !by_name.is_empty() {
            self.by_name.entry(by_name).or_insert(ix);
        }
        Some(ix)
    }
}
