//! iCalendar: calendars of who is on call become times on call, all other entries a lane of events.
//!
//! What repeats is expanded only within the time that is looked at: what `--since` and `--until` say,
//! else the span of the chats loaded with it, else a year from its first start. A repeated entry keeps
//! the clock of its wall over a change of the clocks. Ends do not belong to what they end. Synthetic
//! only: from RFC 5545, as nobody publishes who was on call.

mod lines;
mod repeat;
mod when;
mod who;

use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};

use super::ImportError;
use super::directory::Directory;
use super::format::{Claim, Detect, Format};
use super::lane::{event, lasting};
use super::report::Trouble;
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::{ChannelMeta, Flags, Shift};
use crate::base::id::slug;
use crate::base::text::RawString;
use crate::base::time::{DAY, Instant, Zone};
use lines::{Calendar, Component};
use repeat::{Rule, Until, Wanted};
use when::date_time;
use when::{Clocks, When};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "icalendar",
    name: "iCalendar",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "calendar";
/// Days of all rules of a source that are walked through at most.
const MOST_DAYS: usize = 3_000_000;
/// Bytes of all entries of a source, each counted as often as it repeats, that are read at most.
const MOST_REPEATED: usize = 16 << 20;

fn claim(sample: &Sample) -> Option<Claim> {
    let start = sample.text.trim_start_matches('\u{feff}').trim_start();
    let begins = start.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCALENDAR"));
    begins.then(|| Claim::sure("it begins with BEGIN:VCALENDAR"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut reader = Reader {
        window: reading.time_looked_at(),
        directory: Directory::default(),
        budget: MOST_DAYS,
        room: MOST_REPEATED,
        has_said_whom: false,
        has_said_window: false,
    };
    reading.each_text(transcript, |transcript, entry, text| {
        reader.calendar(transcript, &entry.name, text);
        Ok(())
    })
}

struct Reader {
    window: (Option<Instant>, Option<Instant>),
    directory: Directory,
    budget: usize,
    /// Bytes that repeats may still take.
    room: usize,
    has_said_whom: bool,
    has_said_window: bool,
}

/// One time at which an entry takes place.
struct Turn {
    start: (Instant, crate::archive::Quality),
    end: Instant,
    /// The start by its own clock, for ids of repeated entries; `None` for one that does not repeat.
    wall: Option<NaiveDateTime>,
}

impl Reader {
    fn calendar(&mut self, transcript: &mut Transcript, file: &str, text: &str) {
        let calendar = Calendar::parse(text);
        let name = calendar.own.text("X-WR-CALNAME");
        let clocks = Clocks::of(&calendar);
        if calendar.odd_lines > 0 {
            let lines = crate::base::text::count_words(calendar.odd_lines, "line has", "lines have");
            transcript.warn_file(Trouble::BadField, &format!("{lines} no colon"));
        }
        let moved = moved_starts(&calendar, &clocks, transcript);
        let is_rota = is_rota(&calendar, &name);
        let mut room = None;
        for entry in calendar.entries() {
            if !entry.is_whole {
                transcript.skipped += 1;
                transcript.warn_file(Trouble::CutFile, "the last entry ends in the middle");
                continue;
            }
            let turns = match self.turns(transcript, &entry, &clocks, &moved) {
                Ok(turns) => turns,
                Err(reason) => {
                    transcript.bad_record(&reason);
                    continue;
                }
            };
            if is_rota || who::tells_of_duty(&entry.text("SUMMARY")) {
                self.shifts(transcript, &entry, &turns, &name);
            } else {
                let room = *room.get_or_insert_with(|| lane(transcript, &name, file));
                events(transcript, room, &entry, &turns);
            }
        }
    }

    /// When an entry takes place within the time that is looked at; all of it where it does not repeat.
    fn turns(
        &mut self,
        transcript: &mut Transcript,
        entry: &Component<'_>,
        clocks: &Clocks,
        moved: &HashMap<String, BTreeSet<Instant>>,
    ) -> Result<Vec<Turn>, String> {
        let start = entry.get("DTSTART").ok_or("it has no start")?;
        if let Some(zone) = clocks.unknown_zone(start) {
            let reason = format!("the zone “{zone}” is not known; the clock is read in the calendar's own zone");
            transcript.warn(Trouble::BadField, &reason);
        }
        let start = clocks.when(start).ok_or_else(|| format!("“{}” is no time", start.value))?;
        let length = length(entry, clocks, start);
        let turn = |transcript: &mut Transcript, at: When, wall| Turn {
            start: clocks.moment(transcript, at),
            end: clocks.moment(transcript, at.plus(length)).0,
            wall,
        };
        let rule = entry.get("RRULE").map(|rule| Rule::parse(&rule.value));
        if let Some(Err(part)) = &rule {
            let reason = format!("a repeat is not understood ({part}); only its first time is read");
            transcript.warn(Trouble::BadField, &reason);
        }
        let more: Vec<When> = entry.all("RDATE").flat_map(|property| clocks.list(property)).collect();
        let rule = match rule {
            Some(Ok(rule)) => Some(rule),
            _ if more.is_empty() => return Ok(vec![turn(transcript, start, None)]),
            _ => None,
        };
        let wanted = self.wanted(transcript, clocks, start, length, rule.as_ref());
        let mut walls = rule.map_or_else(|| vec![start.wall], |rule| rule.starts(start.wall, wanted, &mut self.budget));
        walls.extend(more.iter().map(|at| at.wall).filter(|at| *at >= wanted.from && *at <= wanted.to));
        walls.sort_unstable();
        walls.dedup();
        let most = (self.room / entry.raw.len().max(1)).max(1);
        if self.budget == 0 || walls.len() > most {
            let reason = "the calendar repeats too much; the rest of its repeats is left out";
            transcript.warn_file(Trouble::TooLarge, reason);
        }
        walls.truncate(most);
        self.room = self.room.saturating_sub(walls.len() * entry.raw.len());
        let left_out: Vec<When> = entry.all("EXDATE").flat_map(|property| clocks.list(property)).collect();
        let (days, times): (Vec<When>, Vec<When>) = left_out.into_iter().partition(|at| at.is_day);
        let days: BTreeSet<NaiveDate> = days.into_iter().map(|at| at.wall.date()).collect();
        let times: BTreeSet<Instant> = times.into_iter().map(|at| clocks.moment(transcript, at).0).collect();
        let moved = moved.get(&entry.text("UID"));
        let mut turns = Vec::with_capacity(walls.len());
        for wall in walls {
            let turn = turn(transcript, When { wall, ..start }, Some(wall));
            let is_left_out = days.contains(&wall.date()) || times.contains(&turn.start.0);
            if !is_left_out && moved.is_none_or(|moved| !moved.contains(&turn.start.0)) {
                turns.push(turn);
            }
        }
        Ok(turns)
    }

    /// The stretch of an entry's own clock in which its starts are wanted; said once a source.
    fn wanted(
        &mut self,
        transcript: &mut Transcript,
        clocks: &Clocks,
        start: When,
        length: chrono::Duration,
        rule: Option<&Rule>,
    ) -> Wanted {
        let zone = clocks.zone_of(start);
        let (since, until) = self.window;
        let first = clocks.moment(transcript, start).0;
        let last = until.unwrap_or_else(|| since.unwrap_or(first).max(first).plus(366 * DAY));
        let from = since.and_then(|since| zone.wall(since)).and_then(|wall| wall.checked_sub_signed(length));
        let said = if since.is_none() && until.is_none() {
            "what repeats is expanded for a year from its start; no chat was loaded with it".to_owned()
        } else {
            let from = since.map_or_else(|| "its start".to_owned(), |since| Zone::UTC.long_day(since));
            format!("what repeats is expanded from {from} to {}, the time that is looked at", Zone::UTC.long_day(last))
        };
        if !std::mem::replace(&mut self.has_said_window, true) {
            transcript.guess(said);
        }
        Wanted {
            from: from.unwrap_or(start.wall),
            to: zone.wall(last).unwrap_or(start.wall),
            until: rule.and_then(|rule| rule.until).and_then(|until| match until {
                Until::Wall(wall) => Some(wall),
                Until::Utc(wall) => zone.wall(Zone::UTC.instant(wall)),
            }),
        }
    }

    fn shifts(&mut self, transcript: &mut Transcript, entry: &Component<'_>, turns: &[Turn], calendar: &str) {
        if entry.text("STATUS").eq_ignore_ascii_case("CANCELLED") {
            return transcript.pass_record();
        }
        let duty = who::duty(entry);
        if duty.people.is_empty() {
            return transcript.bad_record("it names nobody who is on call");
        }
        if entry.get("ATTENDEE").is_none() && !std::mem::replace(&mut self.has_said_whom, true) {
            let summary = RawString::new(entry.text("SUMMARY"));
            transcript.guess(format!("who is on call is taken from summaries such as “{}”", summary.tty_line()));
        }
        transcript.pass_record();
        let rota = if duty.rota.is_empty() { calendar } else { &duty.rota };
        for (name, email) in &duty.people {
            let Some(person) = self.directory.somebody(transcript, name, email) else { continue };
            for turn in turns.iter().filter(|turn| turn.start.0.is_dated() && turn.end > turn.start.0) {
                let (start, end) = (Some(turn.start.0), Some(turn.end));
                transcript.shifts.push(Shift { person, start, end, rota: RawString::from(rota), level: duty.level });
            }
        }
    }
}

/// Whether a calendar as a whole tells who is on call.
fn is_rota(calendar: &Calendar<'_>, name: &str) -> bool {
    if who::tells_of_duty(name) {
        return true;
    }
    let (mut entries, mut telling) = (0, 0);
    for entry in calendar.entries() {
        entries += 1;
        telling += usize::from(who::tells_of_duty(&entry.text("SUMMARY")));
    }
    telling > 0 && telling * 2 >= entries
}

/// Starts that other entries of the same id stand for, by id.
fn moved_starts(
    calendar: &Calendar<'_>,
    clocks: &Clocks,
    transcript: &mut Transcript,
) -> HashMap<String, BTreeSet<Instant>> {
    let mut moved: HashMap<String, BTreeSet<Instant>> = HashMap::new();
    for entry in calendar.entries() {
        let Some(at) = entry.get("RECURRENCE-ID").and_then(|property| clocks.when(property)) else { continue };
        moved.entry(entry.text("UID")).or_default().insert(clocks.moment(transcript, at).0);
    }
    moved
}

fn length(entry: &Component<'_>, clocks: &Clocks, start: When) -> chrono::Duration {
    let zero = chrono::Duration::zero();
    if let Some(end) = entry.get("DTEND").and_then(|end| clocks.when(end)) {
        if clocks.zone_of(end) == clocks.zone_of(start) {
            return (end.wall - start.wall).max(zero);
        }
        let micros = |at: When| clocks.zone_of(at).instant(at.wall);
        return chrono::Duration::microseconds(micros(end).since(micros(start)).unwrap_or(0).max(0));
    }
    let told = entry.get("DURATION").and_then(|property| when::duration(&property.value));
    told.unwrap_or_else(|| if start.is_day { chrono::Duration::days(1) } else { zero }).max(zero)
}

fn lane(transcript: &mut Transcript, name: &str, file: &str) -> Room {
    let file = file.rsplit('/').next().unwrap_or(file);
    let name = if name.is_empty() { file.trim_end_matches(".ics") } else { name };
    let id = Some(slug(name)).filter(|id| !id.is_empty()).unwrap_or_else(|| "events".to_owned());
    transcript.room(ChannelMeta::lane(PLATFORM, &id, name))
}

fn events(transcript: &mut Transcript, room: Room, entry: &Component<'_>, turns: &[Turn]) {
    let uid = entry.text("UID");
    let uid = if uid.is_empty() { super::lane::fingerprint(entry.raw) } else { uid };
    let status = entry.text("STATUS").to_ascii_lowercase();
    let is_cancelled = status == "cancelled";
    let (summary, about) = (entry.text("SUMMARY"), entry.text("DESCRIPTION"));
    let place = Some(entry.text("LOCATION")).filter(|place| !place.is_empty());
    let place = place.map(|place| format!("({place})")).unwrap_or_default();
    let mut text = super::lane::words([if is_cancelled { "cancelled:" } else { "" }, &*summary, &*place]);
    if !about.is_empty() {
        text = format!("{text}\n{about}");
    }
    let organizer = entry.get("ORGANIZER").map(|property| property.param("CN").unwrap_or_default().to_owned());
    let author = organizer.filter(|name| !name.is_empty()).map(|name| transcript.named(PLATFORM, &name));
    let moved = entry.get("RECURRENCE-ID").map(|property| property.value.clone());
    let link = entry.text("URL");
    let records = turns.iter().map(|turn| {
        let of_turn = turn.wall.map(|wall| wall.format("%Y%m%dT%H%M%S").to_string()).or_else(|| moved.clone());
        let id = of_turn.map_or_else(|| uid.clone(), |of_turn| format!("{uid}.{of_turn}"));
        let kind = if is_cancelled { "cancelled" } else { "calendar" };
        let mut record = lasting(event(id, turn.start, kind, text.clone()), turn.end);
        record.author = author;
        if !link.is_empty() {
            record.extras().links.push(RawString::from(link.as_str()));
            record.mark(Flags::LINK);
        }
        record
    });
    transcript.push_all(room, records.collect::<Vec<_>>(), entry.raw);
}
