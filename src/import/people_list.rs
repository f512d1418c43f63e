//! A table of people: `name,email,location,title,team,manager,startDate`, in any order and case.
//!
//! It holds no messages: its people give title, team, place and tenure to those who wrote, once
//! somebody says who is who.

use super::ImportError;
use super::directory::Directory;
use super::format::{Claim, Detect, Format};
use super::headed::{Header, cell};
use super::report::Trouble;
use super::sample::Sample;
use super::stamp::{self, WrittenDay};
use super::whole::{self, Reading, Transcript};
use crate::base::text::RawString;
use crate::base::time::Zone;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "people",
    name: "list of people",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const NAME: &[&str] = &["name", "fullname", "displayname", "realname", "person", "employee"];
const FIRST: &[&str] = &["firstname", "givenname", "forename"];
const LAST: &[&str] = &["lastname", "surname", "familyname"];
const EMAIL: &[&str] = &["email", "emailaddress", "mail", "workemail"];
const PLACE: &[&str] = &["location", "office", "city", "site", "place"];
const TITLE: &[&str] = &["title", "jobtitle", "role", "position", "job"];
const TEAM: &[&str] = &["team", "department", "group", "unit", "squad"];
const MANAGER: &[&str] = &["manager", "reportsto", "managername", "lead", "supervisor"];
const STARTED: &[&str] = &["startdate", "started", "startedon", "hiredate", "hired", "dateofhire", "joined", "since"];
const HANDLE: &[&str] = &["handle", "username", "slack", "slackhandle", "login", "github"];
const ZONE: &[&str] = &["zone", "timezone", "tz"];

/// Columns that only a table of messages, events or shifts has.
const ELSE: &[&str] =
    &["time", "timestamp", "ts", "date", "createdat", "message", "text", "body", "start", "end", "from", "to"];

fn claim(sample: &Sample) -> Option<Claim> {
    let header = Header::of_sample(sample)?;
    let names = header.has(NAME) || header.has(EMAIL) || (header.has(FIRST) && header.has(LAST));
    let facts = [EMAIL, PLACE, TITLE, TEAM, MANAGER, STARTED, ZONE];
    let told = facts.into_iter().filter(|names| header.has(names)).count();
    (names && told >= 2 && !header.has(ELSE)).then(|| Claim::sure("its first row names columns about people"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut directory = Directory::default();
    reading.each_text(transcript, |transcript, _, text| {
        let Some(header) = Header::of(text) else {
            transcript.warn_file(Trouble::NotAList, "it has no row that names its columns");
            return Ok(());
        };
        let columns = Columns::of(&header);
        header.each_row(transcript, text, |transcript, row| columns.take(transcript, &mut directory, row));
        Ok(())
    })
}

/// Where a table says what.
struct Columns {
    name: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    email: Option<usize>,
    place: Option<usize>,
    title: Option<usize>,
    team: Option<usize>,
    manager: Option<usize>,
    started: Option<usize>,
    handle: Option<usize>,
    zone: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Self {
        Self {
            name: header.find(NAME),
            first: header.find(FIRST),
            last: header.find(LAST),
            email: header.find(EMAIL),
            place: header.find(PLACE),
            title: header.find(TITLE),
            team: header.find(TEAM),
            manager: header.find(MANAGER),
            started: header.find(STARTED),
            handle: header.find(HANDLE),
            zone: header.find(ZONE),
        }
    }

    fn take(&self, transcript: &mut Transcript, directory: &mut Directory, row: &csv::StringRecord) {
        let name = match cell(row, self.name) {
            "" => super::lane::words([cell(row, self.first), cell(row, self.last)]),
            name => name.to_owned(),
        };
        let Some(ix) = directory.somebody(transcript, &name, cell(row, self.email)) else {
            return transcript.bad_record("the row has neither a name nor an e-mail address");
        };
        let started = cell(row, self.started);
        let day = day(started);
        if day.is_none() && !started.is_empty() {
            let reason = format!("“{started}” is no day that can be read in one way; write 2022-10-03");
            transcript.warn(Trouble::BadField, &reason);
        }
        let zone = Zone::parse(cell(row, self.zone));
        transcript.pass_record();
        let Some(person) = transcript.person_mut(ix) else { return };
        let facts = [
            (&mut person.title, cell(row, self.title)),
            (&mut person.team, cell(row, self.team)),
            (&mut person.location, cell(row, self.place)),
            (&mut person.manager, cell(row, self.manager)),
            (&mut person.handle, cell(row, self.handle).trim_start_matches('@')),
            (&mut person.started_on, day.as_deref().unwrap_or(started)),
        ];
        for (fact, told) in facts.into_iter().filter(|(fact, _)| fact.is_empty()) {
            // A cell may hold several lines; a fact is one.
            *fact = RawString::from(told.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        person.zone = person.zone.or(zone);
    }
}

/// A day as `2022-10-03`, where it can be read in one way only.
fn day(told: &str) -> Option<String> {
    match stamp::read(told)?.day()? {
        WrittenDay::Sure(day) => Some(day.to_string()),
        _ => None,
    }
}
