//! A table of shifts: `person,start,end,rota`, in any order and case.
//!
//! The end of a shift belongs to whoever follows. A row without start and end is somebody who always
//! is on call.

use super::ImportError;
use super::directory::Directory;
use super::format::{Claim, Detect, Format};
use super::headed::{Header, cell};
use super::lane;
use super::report::Trouble;
use super::sample::Sample;
use super::whole::{self, Reading, Transcript};
use crate::archive::Shift;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "shifts",
    name: "list of shifts",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const WHO: &[&str] = &["person", "who", "name", "user", "oncall", "engineer", "responder", "assignee", "member"];
const EMAIL: &[&str] = &["email", "emailaddress", "mail", "useremail"];
const START: &[&str] =
    &["start", "starttime", "startsat", "startat", "from", "begin", "begins", "startdate", "startutc"];
const END: &[&str] = &["end", "endtime", "endsat", "endat", "to", "until", "ends", "enddate", "endutc"];
const ROTA: &[&str] = &["rota", "schedule", "rotation", "team", "service", "schedulename"];
const LEVEL: &[&str] = &["level", "escalationlevel", "tier"];

/// Columns that only a table of messages or events has.
const ELSE: &[&str] = &["text", "message", "body", "content", "summary", "title"];

fn claim(sample: &Sample) -> Option<Claim> {
    let header = Header::of_sample(sample)?;
    let is_one = (header.has(WHO) || header.has(EMAIL)) && header.has(START) && header.has(END) && !header.has(ELSE);
    is_one.then(|| Claim::sure("its first row names somebody, a start and an end"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut directory = Directory::default();
    reading.each_text(transcript, |transcript, _, text| {
        let Some(header) = Header::of(text) else {
            transcript.warn_file(Trouble::NotAList, "it has no row that names its columns");
            return Ok(());
        };
        header.each_row(transcript, text, |transcript, row| take(transcript, &mut directory, &header, row));
        Ok(())
    })
}

fn take(transcript: &mut Transcript, directory: &mut Directory, header: &Header, row: &csv::StringRecord) {
    let say = |names: &[&str]| cell(row, header.find(names));
    let (who, email) = (say(WHO), say(EMAIL));
    // Some write the address where the name belongs.
    let (who, email) =
        if email.is_empty() && who.contains('@') && !who.contains(' ') { ("", who) } else { (who, email) };
    let Some(person) = directory.somebody(transcript, who, email) else {
        return transcript.bad_record("the row names nobody");
    };
    let mut time = |names: &[&str]| -> Result<Option<Instant>, String> {
        match say(names) {
            "" => Ok(None),
            told => lane::moment(transcript, told).map(|(at, _)| Some(at)).ok_or_else(|| told.to_owned()),
        }
    };
    let span = time(START).and_then(|start| Ok((start, time(END)?)));
    match span {
        Ok((Some(start), Some(end))) if end <= start => transcript.bad_record("the shift ends before it begins"),
        Ok((start, end)) => {
            transcript.pass_record();
            let level = say(LEVEL).parse().ok();
            transcript.shifts.push(Shift { person, start, end, rota: RawString::from(say(ROTA)), level });
        }
        Err(told) => transcript.bad_record(&format!("“{told}” is no time; write 2024-12-06T14:36:00Z")),
    }
}
