//! People as exports know them: one table an archive, shared by all its logs.

use std::collections::HashMap;

use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Zone;

/// A person's place in [`People`]. Places only grow while loading, so they hold over the archives
/// of one load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonIx(pub u32);

/// What an export says about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Platform and user id.
    pub id: PersonId,
    /// The name shown: display name, else real name, else handle, else the id.
    pub name: RawString,
    /// The handle, without `@`.
    pub handle: RawString,
    /// Job title, where told.
    pub title: RawString,
    /// E-mail address, where told.
    pub email: RawString,
    /// Team, where told.
    pub team: RawString,
    /// Where they work, where told.
    pub location: RawString,
    /// Who manages them, where told.
    pub manager: RawString,
    /// First day with the company as the source writes it, `2016-07-11`, where told.
    pub started_on: RawString,
    /// Their zone, where told.
    pub zone: Option<Zone>,
    /// Whether it is a program.
    pub is_bot: bool,
    /// Whether a user list tells of them; else only their id or name in a message.
    pub is_listed: bool,
    /// Whether the platform gave a user id (not only a bot id or a name).
    pub has_user_id: bool,
    /// Whether the account is closed.
    pub is_deleted: bool,
}

impl Person {
    /// Somebody known only by an id.
    pub fn unlisted(id: PersonId, name: RawString) -> Self {
        Self {
            id,
            handle: RawString::default(),
            name,
            title: RawString::default(),
            email: RawString::default(),
            team: RawString::default(),
            location: RawString::default(),
            manager: RawString::default(),
            started_on: RawString::default(),
            zone: None,
            is_bot: false,
            is_listed: false,
            has_user_id: true,
            is_deleted: false,
        }
    }

    /// Takes what another source tells of the same person, where this one leaves it open.
    pub fn fill_in(&mut self, told: Self) {
        let texts = [
            (&mut self.handle, told.handle),
            (&mut self.title, told.title),
            (&mut self.email, told.email),
            (&mut self.team, told.team),
            (&mut self.location, told.location),
            (&mut self.manager, told.manager),
            (&mut self.started_on, told.started_on),
        ];
        for (known, told) in texts {
            if known.is_empty() {
                *known = told;
            }
        }
        let is_nameless = [self.id.native(), self.email.unsanitised()].contains(&self.name.unsanitised());
        if is_nameless && !told.name.is_empty() {
            self.name = told.name;
        }
        self.zone = self.zone.or(told.zone);
        self.is_bot |= told.is_bot;
        self.is_listed |= told.is_listed;
        self.is_deleted |= told.is_deleted;
    }

    /// The handle when there is one, else the name: what stands beside a message.
    pub fn short(&self) -> &RawString {
        if self.handle.is_empty() { &self.name } else { &self.handle }
    }
}

/// Everybody who is listed or wrote, by place and by id.
#[derive(Debug, Clone, Default)]
pub struct People {
    people: Vec<Person>,
    by_id: HashMap<PersonId, PersonIx>,
}

impl People {
    /// Adds somebody, or finds who has that id already (the first entry stays).
    pub fn insert(&mut self, person: Person) -> PersonIx {
        if let Some(&ix) = self.by_id.get(&person.id) {
            return ix;
        }
        self.add(person)
    }

    /// Adds somebody, or fills in what the first entry of that id leaves open.
    pub fn join(&mut self, person: Person) -> PersonIx {
        let Some(&ix) = self.by_id.get(&person.id) else { return self.add(person) };
        if let Some(known) = self.people.get_mut(ix.0 as usize) {
            known.fill_in(person);
        }
        ix
    }

    /// Everybody as `change` makes them, each in their place; of those who come to share an id the
    /// first is found by it.
    #[must_use]
    pub fn mapped(&self, change: impl Fn(&Person) -> Person) -> Self {
        let people: Vec<Person> = self.people.iter().map(change).collect();
        let mut by_id = HashMap::new();
        for (ix, person) in people.iter().enumerate() {
            by_id.entry(person.id.clone()).or_insert(PersonIx(ix as u32));
        }
        Self { people, by_id }
    }

    fn add(&mut self, person: Person) -> PersonIx {
        let ix = PersonIx(self.people.len() as u32);
        self.by_id.insert(person.id.clone(), ix);
        self.people.push(person);
        ix
    }

    /// Gives somebody that no list tells of a name seen in a message.
    pub fn rename(&mut self, ix: PersonIx, name: RawString, handle: RawString) {
        if let Some(person) = self.people.get_mut(ix.0 as usize).filter(|person| !person.is_listed) {
            person.name = name;
            person.handle = handle;
        }
    }

    /// Somebody by place.
    pub fn get(&self, ix: PersonIx) -> Option<&Person> {
        self.people.get(ix.0 as usize)
    }

    /// Somebody's place by id.
    pub fn find(&self, id: &PersonId) -> Option<PersonIx> {
        self.by_id.get(id).copied()
    }

    /// Everybody with their places, in the order in which they were met.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (PersonIx, &Person)> {
        self.people.iter().enumerate().map(|(ix, person)| (PersonIx(ix as u32), person))
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody is known.
    pub const fn is_empty(&self) -> bool {
        self.people.is_empty()
    }
}
