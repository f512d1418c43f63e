//! `stats`: participation over one or many incidents.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

use crate::analysis::calendar::WorkingHours;
use crate::analysis::stats::{Figure, Filter, PersonLine, Split, Stats, before};
use crate::base::text::count_words;
use crate::base::time::{Instant, Zone};
use crate::export::stats as export_stats;
use crate::jobs::projects::{self, Judge};
use crate::project::document::Author;
use crate::project::store::Access;

use super::output::{Align, Table};
use super::{Outcome, Session, opened, output};

/// Arguments of `stats`.
#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// Projects, or folders of projects; one that retells another is not counted
    #[arg(required = true, value_name = "PROJECT")]
    projects: Vec<PathBuf>,
    /// Print JSON, with the list behind each figure
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print a person a row for spreadsheets
    #[arg(long)]
    csv: bool,
    /// List what a figure counts: on-call, off-call, work-hours, off-hours, started-off-hours and their like,
    /// or a month, service, technology or person
    #[arg(long, value_name = "FIGURE", conflicts_with_all = ["json", "csv"])]
    list: Option<String>,
    /// Only incidents of this service; may be given again
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,
    /// Only incidents of this technology; may be given again
    #[arg(long, value_name = "NAME")]
    technology: Vec<String>,
    /// Only people of this team; may be given again
    #[arg(long, value_name = "NAME")]
    team: Vec<String>,
    /// Only incidents that began so long ago at most: 6months, 1year, 90days
    #[arg(long, value_name = "TIME", value_parser = since)]
    last: Option<Instant>,
    /// Hours of work, in each person's own zone; those of each project unless given, 9-17 where it has none
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    work_hours: Option<WorkingHours>,
    /// A calendar of days off, for everybody or for a zone; may be given again
    #[arg(long, value_name = "[ZONE=]CALENDAR")]
    holidays: Vec<String>,
}

/// Figures that have a name of their own.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FigureName {
    OnCall,
    OffCall,
    OnCallUnknown,
    WorkHours,
    OffHours,
    HoursUnknown,
    StartedWorkHours,
    StartedOffHours,
    StartedUnknown,
}

impl From<FigureName> for Figure {
    fn from(name: FigureName) -> Self {
        match name {
            FigureName::OnCall => Self::OnCall(Some(true)),
            FigureName::OffCall => Self::OnCall(Some(false)),
            FigureName::OnCallUnknown => Self::OnCall(None),
            FigureName::WorkHours => Self::WorkHours(Some(true)),
            FigureName::OffHours => Self::WorkHours(Some(false)),
            FigureName::HoursUnknown => Self::WorkHours(None),
            FigureName::StartedWorkHours => Self::Started(Some(true)),
            FigureName::StartedOffHours => Self::Started(Some(false)),
            FigureName::StartedUnknown => Self::Started(None),
        }
    }
}

fn since(text: &str) -> Result<Instant, String> {
    before(text, Instant::now()).ok_or_else(|| "write a length such as 6months, 1year or 90days".to_owned())
}

fn hours(text: &str) -> Result<WorkingHours, String> {
    WorkingHours::parse(text).ok_or_else(|| "write hours such as 9-17 or 8:30-16:30".to_owned())
}

pub(super) fn run(session: &Session, args: &StatsArgs) -> anyhow::Result<Outcome> {
    let stats = read(session, args)?;
    if args.json {
        output::data(&export_stats::render_json(&stats))?;
    } else if args.csv {
        output::data(&export_stats::render_csv(&stats))?;
    } else if let Some(name) = &args.list {
        let figure = figure(&stats, name)?;
        output::data(&list(&stats, &figure, session.global.zone))?;
    } else {
        output::data(&page(&stats))?;
    }
    Ok(if stats.incidents.is_empty() { Outcome::Nothing } else { Outcome::Done })
}

fn read(session: &Session, args: &StatsArgs) -> anyhow::Result<Stats> {
    let paths = projects::find(&args.projects).context("a folder cannot be read")?;
    if paths.is_empty() {
        bail!("no project is in there; a project is a file that meanwhile made, whatever its name");
    }
    let author = Author::new(session.config.investigator_id());
    let options = opened::store_options(session, Access::ReadOnly);
    let mut judge = Judge { hours: args.work_hours, ..Judge::default() };
    for calendar in &args.holidays {
        let (zone, path) =
            calendar.split_once('=').filter(|(zone, _)| Zone::parse(zone).is_some()).unwrap_or(("", calendar));
        judge.holidays.entry(zone.to_owned()).or_default().extend(projects::holidays(path.as_ref())?);
    }
    if let [path] = args.projects.as_slice()
        && path.is_file()
    {
        // One project alone: why it cannot be opened is the answer, and what it retells is no reason.
        projects::document(path, &author, &options)?;
    }
    let never = AtomicBool::new(false);
    let (incidents, notices) = projects::incidents(&paths, &author, &options, &judge, &never);
    for notice in &notices {
        output::note(session, notice);
    }
    let filter = Filter {
        services: args.service.clone(),
        technologies: args.technology.clone(),
        teams: args.team.clone(),
        since: args.last,
    };
    Ok(Stats::over(incidents, &filter))
}

/// A figure by its name, or by the month, service, technology or person that it is of.
fn figure(stats: &Stats, name: &str) -> anyhow::Result<Figure> {
    if let Ok(named) = FigureName::from_str(name, true) {
        return Ok(named.into());
    }
    let is_it = |other: &String| other.to_lowercase() == name.to_lowercase();
    let found = stats.months().into_keys().find(is_it).map(Figure::Month);
    let found = found.or_else(|| stats.services().into_keys().find(is_it).map(Figure::Service));
    let found = found.or_else(|| stats.technologies().into_keys().find(is_it).map(Figure::Technology));
    let person = |person: &&PersonLine| person.id.as_str() == name || is_it(&person.name.unsanitised().to_owned());
    let found = found.or_else(|| stats.people.iter().find(person).map(|person| Figure::Person(person.id.clone())));
    found.with_context(|| {
        let names: Vec<String> = FigureName::value_variants()
            .iter()
            .filter_map(|name| Some(name.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!("nothing is counted as “{name}”; write {}, or a month, service, technology or person", names.join(", "))
    })
}

/// What a figure counts: incidents, and who took part in them.
fn list(stats: &Stats, figure: &Figure, zone: Option<Zone>) -> String {
    let mut table = Table::new(&[
        ("incident", Align::Left),
        ("began", Align::Left),
        ("person", Align::Left),
        ("first word", Align::Left),
        ("their clock", Align::Left),
        ("on call", Align::Left),
        ("working hours", Align::Left),
    ]);
    let yes_no = |answer: Option<bool>| answer.map_or("not known", |yes| if yes { "yes" } else { "no" }).to_owned();
    for (incident, one) in stats.counted_in(figure) {
        let shown = zone.unwrap_or(incident.zone);
        let stamp = |zone: Zone, at: Option<Instant>| {
            let wall = at.and_then(|at| Some((zone.wall(at)?, zone.offset_label(at))));
            wall.map_or_else(
                || "not known".to_owned(),
                |(wall, offset)| format!("{} {offset}", wall.format("%Y-%m-%d %H:%M")),
            )
        };
        let clock = one.person.zone.zip(one.first).and_then(|(zone, at)| zone.wall(at));
        table.push(vec![
            output::printable(&incident.title).into_owned(),
            stamp(shown, incident.start),
            one.person.name.tty_line().into_owned(),
            stamp(shown, one.first),
            clock.map_or_else(|| "not known".to_owned(), |wall| wall.format("%a %H:%M").to_string()),
            yes_no(one.on_call),
            yes_no(one.work_hours),
        ]);
    }
    table.render()
}

fn page(stats: &Stats) -> String {
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{}", count_words(stats.incidents.len(), "incident", "incidents"));
    let months: Vec<String> = stats.months().iter().map(|(month, count)| format!("{month} {count}")).collect();
    let _ = writeln!(page, "by month: {}", output::printable(&months.join(", ")));
    for (words, counts) in [("services", stats.services()), ("technologies", stats.technologies())] {
        let names: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let _ = writeln!(page, "{words}: {}", output::printable(&names.join(", ")));
    }
    let _ = writeln!(page, "began: {}", split(stats.started(), "in working hours", "outside them"));
    let _ = writeln!(page, "took part: {}", split(stats.on_call(), "on call", "not on call"));
    let _ = writeln!(page, "took part: {}", split(stats.work_hours(), "in working hours", "outside them"));
    page.push('\n');
    page.push_str(&people(stats));
    page
}

fn split(split: Split, yes: &str, no: &str) -> String {
    let unknown = if split.unknown > 0 { format!(", {} not known", split.unknown) } else { String::new() };
    format!("{} {yes}, {} {no}{unknown}", split.yes, split.no)
}

fn people(stats: &Stats) -> String {
    let mut table = Table::new(&[
        ("person", Align::Left),
        ("title", Align::Left),
        ("hired", Align::Left),
        ("incidents", Align::Right),
        ("share", Align::Right),
        ("on call", Align::Right),
        ("not", Align::Right),
        ("unknown", Align::Right),
        ("working hours", Align::Right),
        ("outside", Align::Right),
        ("unknown", Align::Right),
    ]);
    for person in &stats.people {
        let counts = [person.on_call.yes, person.on_call.no, person.on_call.unknown].into_iter().chain([
            person.work_hours.yes,
            person.work_hours.no,
            person.work_hours.unknown,
        ]);
        let mut row = vec![
            person.name.tty_line().into_owned(),
            person.title.tty_line().into_owned(),
            output::printable(person.started_on.as_deref().unwrap_or("")).into_owned(),
            person.took_part.len().to_string(),
            format!("{:.0} %", stats.share(person) * 100.0),
        ];
        row.extend(counts.map(|count| count.to_string()));
        table.push(row);
    }
    table.render()
}
