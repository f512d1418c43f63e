//! A small archive to search in, built for tests.

use std::sync::Arc;

use crate::archive::builder::{LogBuilder, Record};
use crate::archive::log::Provenance;
use crate::archive::{Archive, ChannelKind, ChannelMeta, Flags, MessageType, MsgIx, People, Person, PersonIx};
use crate::base::id::PersonId;
use crate::base::time::{Instant, Zone};

/// A message to be said.
pub struct Said<'a> {
    /// `14:36:12` on 6 December 2024, UTC.
    pub clock: &'a str,
    /// The handle of who says it.
    pub by: &'a str,
    /// What is said.
    pub text: &'a str,
    /// Its type.
    pub kind: MessageType,
    /// Its marks.
    pub flags: Flags,
    /// The clock of the message it answers.
    pub answers: Option<&'a str>,
}

/// A plain message.
pub const fn said<'a>(clock: &'a str, by: &'a str, text: &'a str) -> Said<'a> {
    Said { clock, by, text, kind: MessageType::Message, flags: Flags(0), answers: None }
}

/// The instant of a clock on the day of the incident.
pub fn at(clock: &str) -> Instant {
    Instant::parse_rfc3339(&format!("2024-12-06T{clock}Z")).unwrap()
}

/// The id that a message of that clock has within its channel.
pub fn native(clock: &str) -> String {
    format!("{}.000000", at(clock).micros() / 1_000_000)
}

/// Builds an archive of channels.
#[derive(Default)]
pub struct Sample {
    people: People,
    logs: Vec<Arc<crate::archive::ChannelLog>>,
}

impl Sample {
    /// Adds a person with id, handle and name.
    pub fn person(mut self, id: &str, handle: &str, name: &str) -> Self {
        let mut person = Person::unlisted(PersonId::new("slack", id), name.into());
        person.handle = handle.into();
        self.people.insert(person);
        self
    }

    /// Adds a channel with what was said in it.
    pub fn channel(mut self, id: &str, name: &str, kind: ChannelKind, messages: &[Said]) -> Self {
        let mut builder = LogBuilder::new(ChannelMeta { kind, ..ChannelMeta::named("slack", id, name) });
        for said in messages {
            let author = self.author(said.by);
            builder.push(record(said, author));
        }
        self.logs.push(Arc::new(builder.finish()));
        self
    }

    fn author(&self, handle: &str) -> Option<PersonIx> {
        self.people.iter().find(|(_, person)| person.handle.unsanitised() == handle).map(|(ix, _)| ix)
    }

    /// The archive.
    pub fn build(self) -> Arc<Archive> {
        Arc::new(Archive::new(self.logs, Arc::new(self.people), true))
    }
}

fn record(said: &Said, author: Option<PersonIx>) -> Record {
    Record {
        native_id: native(said.clock),
        time: at(said.clock),
        author,
        kind: said.kind,
        flags: said.flags,
        text: said.text.to_owned(),
        thread: said.answers.map(native),
        declared_replies: None,
        quality: crate::archive::Quality::EXACT,
        extras: None,
        provenance: Provenance::default(),
    }
}

/// The clocks of messages, to compare them.
pub fn clocks(archive: &Archive, found: impl IntoIterator<Item = MsgIx>) -> Vec<String> {
    let time = |ix| archive.message(ix).map_or(Instant::UNDATED, |message| message.time());
    found.into_iter().map(|ix| Zone::UTC.clock(time(ix))).collect()
}

/// Two channels in which people mistype.
pub fn outage() -> Arc<Archive> {
    let flagged = |said: Said<'static>, kind, flags| Said { kind, flags, ..said };
    Sample::default()
        .person("U1", "ines", "Ines Duarte")
        .person("U2", "teo", "Teo Marquand")
        .person("U3", "tlind", "Teo Lind")
        .person("B1", "pager", "Pager")
        .channel(
            "C1",
            "sev-search",
            ChannelKind::Public,
            &[
                flagged(said("14:30:00", "pager", "ALERT: search errors at 2 %"), MessageType::Bot, Flags::BOT),
                flagged(said("14:31:00", "teo", "teo joined"), MessageType::Join, Flags::default()),
                said("14:35:07", "ines", "the read alias does not name it!"),
                said("14:35:29", "tlind", "so we can read it if the alias points there?"),
                Said {
                    answers: Some("14:35:29"),
                    ..flagged(said("14:35:40", "teo", "yes. adding it by hand"), MessageType::Reply, Flags::REPLY)
                },
                said("14:36:12", "teo", "who re-adds the allias to be read when it is gone?"),
                flagged(
                    said("14:38:50", "ines", "Alias is back, see http://wiki.example/alias"),
                    MessageType::Message,
                    Flags::EDITED.with(Flags::LINK),
                ),
            ],
        )
        .channel(
            "D1",
            "ines-teo",
            ChannelKind::Dm,
            &[
                said("14:35:20", "ines", "skip_alias() hides the method, migration runs"),
                said("14:40:00", "teo", "serach is slow"),
                said("14:41:00", "ines", "search again"),
                flagged(said("14:42:00", "teo", "flow.png"), MessageType::File, Flags::FILE.with(Flags::REACTION)),
            ],
        )
        .build()
}
