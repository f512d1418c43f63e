//! One fixture and golden a format: what it makes of the quirks of the format, said in lines.

mod discord;
pub mod git_log;
pub mod github;
mod google_chat;
pub mod icalendar;
pub mod irc;
pub mod mail;
mod matrix;
mod mattermost;
pub mod pagerduty;
pub mod paste;
pub mod pattern;
pub mod people;
mod rocket_chat;
pub mod services;
mod slack_events;
mod slack_pages;
mod slackdump;
mod table;
mod teams;
mod telegram;
pub mod whatsapp;
mod zulip;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use meanwhile::archive::{Archive, Ids, Message};
use meanwhile::base::reading::ReadAs;
use meanwhile::import::{LoadOptions, Loaded};

use super::fixture::{Fixture, load};

/// A name and what the file of that name holds.
pub type Fixtures = &'static [(&'static str, &'static [u8])];

/// The fixtures of all formats, each found by its content.
pub const ALL: &[Fixtures] = &[
    discord::FIXTURES,
    git_log::FIXTURES,
    github::FIXTURES,
    google_chat::FIXTURES,
    icalendar::FIXTURES,
    irc::FIXTURES,
    mail::FIXTURES,
    matrix::FIXTURES,
    mattermost::FIXTURES,
    pagerduty::FIXTURES,
    paste::FIXTURES,
    pattern::FIXTURES,
    people::FIXTURES,
    rocket_chat::FIXTURES,
    services::FIXTURES,
    slack_events::FIXTURES,
    slack_pages::FIXTURES,
    slackdump::FIXTURES,
    table::FIXTURES,
    teams::FIXTURES,
    telegram::FIXTURES,
    whatsapp::FIXTURES,
    zulip::FIXTURES,
];

#[test]
fn every_fixture_cut_anywhere_costs_only_what_is_cut() {
    let count = |name: &str, content: &[u8]| {
        let fixture = Fixture::bare().file(name, content);
        let loaded = load(&[fixture.path().join(name)], &LoadOptions::default());
        loaded.map(|loaded| loaded.report.sources[0].totals.messages)
    };
    for (name, content) in ALL.iter().copied().flatten() {
        // What only a pattern of somebody's own reads is told by nothing in it.
        let Ok(whole) = count(name, content) else { continue };
        for tenth in 1..10 {
            let messages = count(name, &content[..content.len() * tenth / 10]).unwrap_or(0);
            // A line that is cut may tell something else than when it was whole.
            assert!(messages <= whole + 1, "{name} cut to {tenth} tenths gives {messages} of {whole}");
        }
    }
}

#[test]
fn only_formats_whose_sources_name_their_records_say_so() {
    let ids = |(name, content): &(&str, &[u8])| {
        let loaded = load_file(name, content);
        loaded.archive.channels().map(|(_, log)| log.meta().ids).max()
    };
    for fixtures in [irc::FIXTURES, whatsapp::FIXTURES, paste::FIXTURES, mattermost::FIXTURES] {
        assert!(fixtures.iter().all(|fixture| ids(fixture) == Some(Ids::Counted)), "{:?}", fixtures[0].0);
    }
    for fixtures in [matrix::FIXTURES, telegram::FIXTURES, slack_events::FIXTURES, pagerduty::FIXTURES] {
        let found: Vec<Ids> = fixtures.iter().filter_map(ids).collect();
        assert!(!found.is_empty() && found.iter().all(|ids| *ids == Ids::Own), "{:?}", fixtures[0].0);
    }
    let bare: &[u8] = b"time,user,text\n2022-12-06 14:36,mara,ok\n2022-12-06 14:37,oskar,no\n";
    let named: &[u8] = b"id,time,user,text\nk1,2022-12-06 14:36,mara,ok\nk2,2022-12-06 14:37,oskar,no\n";
    assert_eq!([ids(&("a.csv", bare)), ids(&("a.csv", named))], [Some(Ids::Counted), Some(Ids::Own)]);
}

/// Loads a single file, found by content, whatever its name.
pub fn load_file(name: &str, content: &[u8]) -> Loaded {
    load_file_as(name, content, ReadAs::default())
}

/// Loads a single file as somebody says that it is to be read.
pub fn load_file_as(name: &str, content: &[u8], read_as: ReadAs) -> Loaded {
    let fixture = Fixture::bare().file(name, content);
    load_paths(&[fixture.path().join(name)], read_as)
}

/// Loads files as they lie in one folder.
pub fn load_folder(files: &[(&str, &[u8])]) -> Loaded {
    let fixture = files.iter().fold(Fixture::bare(), |fixture, (name, content)| fixture.file(name, content));
    load_paths(&[fixture.path().to_owned()], ReadAs::default())
}

fn load_paths(paths: &[PathBuf], read_as: ReadAs) -> Loaded {
    load(paths, &LoadOptions { read_as, ..LoadOptions::default() }).unwrap()
}

/// Everything that a load gave, said in lines: what was found, each message, each warning.
pub fn golden(loaded: &Loaded) -> String {
    let mut said = String::new();
    for source in &loaded.report.sources {
        let path = Path::new(&source.path).file_name().map(|name| name.to_string_lossy().into_owned());
        let _ = path.filter(|name| !name.starts_with(".tmp")).map(|name| writeln!(said, "{name}"));
        writeln!(said, "{} ({}): {}", source.format_name, source.format, source.why).unwrap();
        writeln!(said, "zone {:?}, {} left out, {} times on call", source.zone, source.skipped, source.shifts).unwrap();
        source.guessed.iter().for_each(|guess| writeln!(said, "guessed: {guess}").unwrap());
        source.missing.iter().for_each(|gap| writeln!(said, "missing: {gap}").unwrap());
        for (trouble, problem) in source.warnings.iter() {
            let places: Vec<String> = problem.places.iter().map(meanwhile::import::report::Place::words).collect();
            writeln!(said, "{} × {}: {}", problem.count, trouble.code(), places.join(" | ")).unwrap();
        }
    }
    say_people(&loaded.archive, &mut said);
    for (channel, log) in loaded.archive.channels() {
        let meta = log.meta();
        writeln!(said, "\n{} {} {:?}", meta.label(), meta.id, meta.kind).unwrap();
        loaded.archive.messages(channel).for_each(|message| say_message(&message, &loaded.archive, &mut said));
    }
    said
}

fn say_people(archive: &Archive, said: &mut String) {
    for (_, person) in archive.people().iter() {
        let texts = [&person.title, &person.email, &person.team, &person.location, &person.manager, &person.started_on];
        let facts: Vec<_> = texts.iter().filter(|text| !text.is_empty()).map(|text| text.tty_line()).collect();
        let kind = if person.is_bot { " (program)" } else { "" };
        writeln!(said, "person {} {}{kind} {}", person.id, person.name.tty_line(), facts.join(", ")).unwrap();
    }
    for shift in archive.shifts() {
        let person = archive.people().get(shift.person).unwrap();
        let time = |at: Option<meanwhile::base::time::Instant>| {
            at.map_or("always".to_owned(), meanwhile::base::time::Instant::rfc3339)
        };
        let (start, end, rota) = (time(shift.start), time(shift.end), shift.rota.tty_line());
        writeln!(said, "on call {} {start} to {end} {rota} level {:?}", person.name.tty_line(), shift.level).unwrap();
    }
}

fn say_message(message: &Message<'_>, archive: &Archive, said: &mut String) {
    let author = message.author_name();
    let mut line = format!(
        "{} {} {} {}: {}",
        message.log().native_id(message.ix().row),
        message.time().rfc3339_micros(),
        message.kind().word(),
        author.tty_line(),
        message.text().tty_line(),
    );
    let quality = message.quality().words().map(|words| format!("time: {words}"));
    let root = message
        .thread()
        .filter(|thread| thread.root != Some(message.ix().row))
        .map(|t| format!("answers {}", t.root_id));
    let extras = message.extras().map(|extras| {
        let mut told = Vec::new();
        told.extend(extras.subtype.as_ref().map(|subtype| format!("is {}", subtype.tty_line())));
        told.extend(extras.edited.map(|at| format!("edited {}", at.rfc3339())));
        told.extend(extras.deleted_at.map(|at| format!("deleted {}", at.rfc3339())));
        told.extend(extras.until.map(|at| format!("until {}", at.rfc3339())));
        told.extend(extras.versions.iter().map(|version| format!("was \"{}\"", version.text.tty_line())));
        told.extend(
            extras.reactions.iter().map(|r| format!(":{}: {} of {}", r.name.tty_line(), r.people.len(), r.count)),
        );
        told.extend(extras.files.iter().map(|file| format!("file {}", file.name.tty_line())));
        told.extend(extras.links.iter().map(|link| format!("link {}", link.tty_line())));
        told.extend(
            extras
                .mentions
                .iter()
                .filter_map(|ix| Some(format!("mentions {}", archive.people().get(*ix)?.name.tty_line()))),
        );
        told.join(", ")
    });
    let told: Vec<String> = [quality, root, extras].into_iter().flatten().filter(|told| !told.is_empty()).collect();
    if !told.is_empty() {
        let _ = write!(line, "  [{}]", told.join("; "));
    }
    writeln!(said, "{line}").unwrap();
}
