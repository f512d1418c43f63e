//! IRC logs: one dialect a client, all read by the same loop.
//!
//! Logs of ZNC and of Ubuntu's channels were measured; the line shapes of the other clients are from
//! their documentation, so those are synthetic only. A line has no id, so its file and number are
//! its id. A nick is a person within a file and no further: who follows whom over a change of nick is
//! for an investigator to say. What a line tells less than a full time is taken from the lines before
//! it and marked so.

mod body;
mod dialect;
mod place;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime};

use super::ImportError;
use super::format::{Claim, Detect, Format};
use super::sample::{Root, Sample};
use super::stamp::{self, Days, Decision, Written};
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelMeta, Ids, Person, PersonIx, Quality};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::{DAY, HOUR, Instant, Zone};
use body::Said;
use dialect::{Dialect, Line};
use place::Place;

const PLATFORM: &str = "irc";

/// ZNC's log module, and energymech, which writes the same lines.
pub(super) const ZNC: Format = Format {
    key: "irc-znc",
    name: "IRC log of ZNC",
    detect: Detect::File(|sample| claim(&dialect::ZNC, sample)),
    open: |source, setting| whole::open(source, setting, |reading, told| read(&dialect::ZNC, reading, told)),
};

/// Eggdrop.
pub(super) const EGGDROP: Format = Format {
    key: "irc-eggdrop",
    name: "IRC log of eggdrop",
    detect: Detect::File(|sample| claim(&dialect::EGGDROP, sample)),
    open: |source, setting| whole::open(source, setting, |reading, told| read(&dialect::EGGDROP, reading, told)),
};

/// The logs of Ubuntu's channels.
pub(super) const UBUNTU: Format = Format {
    key: "irc-ubuntu",
    name: "IRC log of Ubuntu",
    detect: Detect::File(|sample| claim(&dialect::UBUNTU, sample)),
    open: |source, setting| whole::open(source, setting, |reading, told| read(&dialect::UBUNTU, reading, told)),
};

/// irssi.
pub(super) const IRSSI: Format = Format {
    key: "irc-irssi",
    name: "IRC log of irssi",
    detect: Detect::File(|sample| claim(&dialect::IRSSI, sample)),
    open: |source, setting| whole::open(source, setting, |reading, told| read(&dialect::IRSSI, reading, told)),
};

/// `WeeChat`.
pub(super) const WEECHAT: Format = Format {
    key: "irc-weechat",
    name: "IRC log of WeeChat",
    detect: Detect::File(|sample| claim(&dialect::WEECHAT, sample)),
    open: |source, setting| whole::open(source, setting, |reading, told| read(&dialect::WEECHAT, reading, told)),
};

/// `HexChat` and `XChat`.
pub(super) const HEXCHAT: Format = Format {
    key: "irc-hexchat",
    name: "IRC log of HexChat",
    detect: Detect::File(|sample| claim(&dialect::HEXCHAT, sample)),
    open: |source, setting| whole::open(source, setting, |reading, told| read(&dialect::HEXCHAT, reading, told)),
};

/// supybot, Limnoria and what writes like them.
pub(super) const SUPYBOT: Format = Format {
    key: "irc-supybot",
    name: "IRC log of supybot",
    detect: Detect::File(|sample| claim(&dialect::SUPYBOT, sample)),
    open: |source, setting| whole::open(source, setting, |reading, told| read(&dialect::SUPYBOT, reading, told)),
};

fn claim(dialect: &Dialect, sample: &Sample) -> Option<Claim> {
    if !matches!(sample.root, Root::Text) || !sample.lines().any(|line| (dialect.is_told_by)(line)) {
        return None;
    }
    let fits = |line: &str| match (dialect.line)(line) {
        Some(Line::Day(..)) => true,
        Some(Line::Said { body, .. }) => Said::of(body, dialect.stars).is_shaped(),
        None => false,
    };
    Claim::lines(sample.share_of_lines(fits), dialect.shape)
}

fn read(dialect: &Dialect, reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    for entry in reading.source.entries() {
        reading.check_cancel()?;
        let day = place::day(&entry.name);
        if day.is_some_and(|day| !may_be_wanted(day, transcript)) {
            continue;
        }
        let Some(text) = reading.text_of_lines(entry, transcript) else { continue };
        let place = Place::of(&entry.name, reading.source.path(), &text);
        let meta = ChannelMeta { ids: Ids::Counted, ..ChannelMeta::named(PLATFORM, &place.channel, &place.name) };
        let room = transcript.room_as_told(meta);
        if !transcript.wants(room) {
            continue;
        }
        transcript.begin_file(&entry.name, &text);
        let mut log = Log::new(dialect, reading, transcript, &text, day);
        for (number, line) in (1_usize..).zip(text.split('\n')) {
            if number.is_multiple_of(4096) {
                reading.check_cancel()?;
            }
            let line = line.trim_end_matches('\r');
            if !line.trim().is_empty() {
                log.take(transcript, room, line, &format!("{}:{number}", place.file));
            }
        }
    }
    Ok(())
}

/// A file that is named after a day may begin on it and go on past midnight.
fn may_be_wanted(day: NaiveDate, transcript: &Transcript) -> bool {
    let zone = transcript.clock_zone().unwrap_or(Zone::UTC);
    let first = transcript.skewed(zone.instant(day.and_time(NaiveTime::MIN)));
    transcript.may_want(first, first.plus(2 * DAY))
}

/// One file while it is read: which day it is, and when the last line was written.
struct Log<'a> {
    dialect: &'a Dialect,
    days: Days,
    /// The day that was told last: by the log itself, its name or somebody.
    told_day: Option<NaiveDate>,
    year: i32,
    last: Option<(Instant, Quality)>,
    last_month: u32,
}

impl<'a> Log<'a> {
    fn new(
        dialect: &'a Dialect,
        reading: &Reading<'_>,
        transcript: &Transcript,
        text: &str,
        named_day: Option<NaiveDate>,
    ) -> Self {
        let said = stamp::day_said(reading.read_as().day, transcript.wanted_since(), transcript.clock_zone());
        let day = named_day.or_else(|| day_before_change(dialect, text)).or(said);
        Self {
            dialect,
            days: Days::from(day),
            told_day: day,
            year: day.map_or_else(|| stamp::no_day().year(), |day| day.year()),
            last: None,
            last_month: 0,
        }
    }

    fn take(&mut self, transcript: &mut Transcript, room: Room, line: &str, id: &str) {
        match (self.dialect.line)(line) {
            Some(Line::Day(day)) => self.begin_day(day),
            Some(Line::Said { stamp, body }) => {
                let (time, quality) = match stamp {
                    Some(written) => self.time(transcript, &written),
                    None => self.time_before(),
                };
                self.push(transcript, room, (time, quality), body, line, id);
            }
            None => {
                let time = self.time_before();
                self.push(transcript, room, time, line, line, id);
            }
        }
    }

    fn begin_day(&mut self, day: NaiveDate) {
        self.days.set(day);
        self.year = day.year();
        self.last_month = day.month();
        self.told_day = Some(day);
    }

    /// A line without a time stands at that of the line before.
    fn time_before(&self) -> (Instant, Quality) {
        let (at, quality) = self.last.unwrap_or((Instant::UNDATED, Quality::EXACT));
        (at, if at.is_dated() { quality.with(Quality::INFERRED) } else { quality })
    }

    fn time(&mut self, transcript: &mut Transcript, written: &Written) -> (Instant, Quality) {
        let told = match *written {
            Written::Clock(clock, quality) => self.time_of_clock(transcript, clock, quality),
            _ => self.time_of_day(transcript, written),
        };
        let Some(told) = told else { return self.time_before() };
        self.last = Some(told);
        told
    }

    fn time_of_clock(
        &mut self,
        transcript: &mut Transcript,
        clock: NaiveTime,
        quality: Quality,
    ) -> Option<(Instant, Quality)> {
        if self.days.day().is_none() {
            self.days.set(stamp::no_day());
            transcript.guess("nothing tells the day of a log; 1 January 1970 stands for it (--day says it)");
        }
        let wall = self.days.at(clock)?;
        let is_told = self.told_day == Some(wall.date());
        let inferred = if is_told { Quality::EXACT } else { Quality::INFERRED };
        let told = transcript.wall(wall, quality.with(inferred));
        Some(self.in_order(transcript, told, wall))
    }

    fn time_of_day(&mut self, transcript: &mut Transcript, written: &Written) -> Option<(Instant, Quality)> {
        self.roll_year(written);
        let decision = Decision::default();
        if let Some((at, quality)) = written.instant(&decision, self.year) {
            return Some((transcript.skewed(at), quality));
        }
        let (wall, quality) = written.wall(&decision, self.year)?;
        Some(transcript.wall(wall, quality))
    }

    /// The second hour of a day on which clocks go back; a clock that was set back a little keeps
    /// the order of the lines.
    fn in_order(&self, transcript: &Transcript, told: (Instant, Quality), wall: NaiveDateTime) -> (Instant, Quality) {
        let Some((last, _)) = self.last.filter(|(last, _)| *last > told.0) else { return told };
        let later = told.0.plus(HOUR);
        let is_twice = transcript.clock_zone().is_some_and(|zone| {
            let unskewed = zone.instant(wall).plus(HOUR);
            zone.wall(unskewed) == Some(wall)
        });
        if is_twice && later >= last {
            return (later, told.1);
        }
        (last, told.1.with(Quality::INFERRED))
    }

    /// Lines without a year: the year goes on when December is followed by January.
    fn roll_year(&mut self, written: &Written) {
        let Some(stamp::WrittenDay::NoYear { month, .. }) = written.day() else { return };
        if self.last_month > month && self.last_month - month > 6 {
            self.year += 1;
        }
        self.last_month = month;
    }

    fn push(
        &self,
        transcript: &mut Transcript,
        room: Room,
        (time, quality): (Instant, Quality),
        body: &str,
        line: &str,
        id: &str,
    ) {
        let said = Said::of(body, self.dialect.stars);
        let mut record = Record::new(id, time);
        record.quality = quality;
        record.author = said.who.map(|nick| person(transcript, nick));
        record.kind = said.kind.message_type();
        said.text.clone_into(&mut record.text);
        if let Some(subtype) = said.kind.subtype() {
            record.extras().subtype = Some(RawString::from(subtype));
        }
        super::links::note(&mut record);
        transcript.push(room, record, line);
    }
}

/// The day before the first change of day, for a log that was cut out of a longer one.
fn day_before_change(dialect: &Dialect, text: &str) -> Option<NaiveDate> {
    let mut has_clock = false;
    for line in text.lines() {
        match (dialect.line)(line) {
            Some(Line::Day(day)) => return if has_clock { day.pred_opt() } else { Some(day) },
            Some(Line::Said { stamp: Some(_), .. }) => has_clock = true,
            _ => {}
        }
    }
    None
}

fn person(transcript: &mut Transcript, nick: &str) -> PersonIx {
    // Nicks that differ only in signs are different people, so that the id keeps them.
    let id = PersonId::new(PLATFORM, &format!("name:{nick}"));
    transcript.person(Person::unlisted(id, RawString::from(nick)))
}
