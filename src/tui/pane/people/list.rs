//! Draws the People screen: the list, the folded programs, names that may be one, the person below.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::doc::{self, Doc};
use super::super::notation;
use super::{PeopleScreen, Row};
use crate::analysis::activity::heights;
use crate::analysis::calendar::PartOfDay;
use crate::analysis::duty::{Duty, OnCall};
use crate::analysis::identity;
use crate::analysis::presence::{self, Participant};
use crate::base::text::count_words;
use crate::timeline::ToldZone;
use crate::tui::app::App;
use crate::tui::paint::{Fact, Heading, Painter, Span};
use crate::tui::popup::person_card::{handles, moment_of};
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Name,
    Title,
    Team,
    Local,
    OnCall,
    Messages,
    Spark,
    Interview,
}

/// A column with its place and cells.
type Column = (What, u16, u16);

const WIDE: &[Column] = &[
    (What::Name, 3, 16),
    (What::Title, 20, 21),
    (What::Team, 42, 14),
    (What::Local, 57, 12),
    (What::OnCall, 70, 10),
    (What::Messages, 81, 8),
    (What::Spark, 92, 16),
    (What::Interview, 110, 9),
];
const MIDDLE: &[Column] = &[
    (What::Name, 3, 16),
    (What::Title, 20, 15),
    (What::Local, 36, 11),
    (What::OnCall, 48, 9),
    (What::Messages, 58, 8),
    (What::Interview, 69, 9),
];
const NARROW: &[Column] = &[(What::Name, 3, 16), (What::Local, 20, 11), (What::OnCall, 32, 9), (What::Messages, 42, 8)];
const LEAST: &[Column] = &[(What::Name, 3, 14), (What::Local, 18, 11)];

const fn columns(width: u16) -> &'static [Column] {
    match width {
        112.. => WIDE,
        79..112 => MIDDLE,
        52..79 => NARROW,
        _ => LEAST,
    }
}

/// What a line of the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Row(usize, Row),
    Bots,
    Blank,
}

/// Draws the screen.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>) {
    let main = crate::tui::layout::frame(painter.area()).main;
    let screen = &app.people;
    let bots = screen.people.iter().filter(|person| person.is_bot).count();
    let people = screen.people.len() - bots;
    let mut facts: Vec<Fact> = app.loading_words().map(Fact::quiet).into_iter().collect();
    facts.push(Fact::quiet(format!(
        "{}, {}",
        count_words(people, "person", "people"),
        count_words(bots, "bot", "bots")
    )));
    facts.extend([Fact::quiet(screen.order.words()), Fact::quiet("times at the cursor")]);
    painter.heading(main, &Heading { title: "People".to_owned(), facts, focused: true, danger: false });
    if screen.rows.is_empty() {
        empty(app, painter, main);
        return;
    }
    header(app, painter, main);
    let lines = lines(screen);
    let below = match main.height {
        0..14 => 0,
        14..26 => 6,
        _ => 11,
    };
    let height = main.height.saturating_sub(2 + below).min(lines.len() as u16);
    let at = lines.iter().position(|line| matches!(line, Line::Row(place, _) if *place == screen.cursor)).unwrap_or(0);
    let top = view.list_top("people", at, lines.len(), usize::from(height));
    for (nth, line) in lines.iter().skip(top).take(usize::from(height)).enumerate() {
        draw_line(app, painter, Rect { y: main.y + 2 + nth as u16, height: 1, ..main }, *line);
    }
    let y = main.y + 2 + height + 1;
    if below > 0 && y < main.bottom() {
        let area = Rect { y, height: main.bottom() - y, ..main };
        let doc = person_below(app, main.width);
        doc.draw(painter, area, 0);
    }
}

fn empty(app: &App, painter: &mut Painter<'_>, main: Rect) {
    let words = if app.session.is_loading() {
        "Nobody was read yet."
    } else {
        "Nobody is here: no export is open and the project has no cards. meanwhile add EXPORT brings people in."
    };
    let area = Rect {
        x: main.x + 2,
        y: main.y + 2,
        width: main.width.saturating_sub(4),
        height: main.height.saturating_sub(2),
    };
    painter.paragraph(area, words, Style::new());
}

fn header(app: &App, painter: &mut Painter<'_>, main: Rect) {
    let zone = app.zone();
    let dim = painter.style(Role::Dim);
    for &(what, x, cells) in columns(main.width) {
        let title = match what {
            What::Name => "name".to_owned(),
            What::Title => "title".to_owned(),
            What::Team => "team".to_owned(),
            What::Local => "local".to_owned(),
            What::OnCall => "on call".to_owned(),
            What::Messages => "messages".to_owned(),
            What::Spark => {
                app.people.span.map_or_else(String::new, |(from, to)| format!("{} to {}", zone.day(from), zone.day(to)))
            }
            What::Interview => "interview".to_owned(),
        };
        painter.put_cut(main.x + x, main.y + 1, cells, &title, dim);
    }
}

fn lines(screen: &PeopleScreen) -> Vec<Line> {
    let mut lines = Vec::with_capacity(screen.rows.len() + 3);
    let mut rest = false;
    for (place, &row) in screen.rows.iter().enumerate() {
        if matches!(row, Row::Maybe(_)) && !rest {
            rest = true;
            after_people(screen, &mut lines);
        }
        lines.push(Line::Row(place, row));
    }
    if !rest {
        after_people(screen, &mut lines);
    }
    lines
}

fn after_people(screen: &PeopleScreen, lines: &mut Vec<Line>) {
    let has_bots = screen.people.iter().any(|person| person.is_bot);
    if has_bots || !screen.maybe.is_empty() {
        lines.push(Line::Blank);
    }
    if has_bots {
        lines.push(Line::Bots);
    }
}

fn draw_line(app: &App, painter: &mut Painter<'_>, area: Rect, line: Line) {
    match line {
        Line::Blank => {}
        Line::Bots => bots_line(app, painter, area),
        Line::Row(place, row) => {
            let is_cursor = place == app.people.cursor;
            if is_cursor {
                painter.glyph(area.x, area.y, Glyph::Cursor, painter.style(Role::Accent));
            }
            match row {
                Row::Person(person) => {
                    if let Some(person) = app.people.people.get(person) {
                        person_line(app, painter, area, person, is_cursor);
                    }
                }
                Row::Maybe(pair) => maybe_line(app, painter, area, pair, is_cursor),
            }
        }
    }
}

fn bots_line(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let bots: Vec<String> = app
        .people
        .people
        .iter()
        .filter(|person| person.is_bot)
        .map(|person| person.handles.first().unwrap_or(&person.name).tty_line().into_owned())
        .collect();
    let (dim, key) = (painter.style(Role::Dim), painter.style(Role::Accent));
    let words = format!("{}: {}", count_words(bots.len(), "bot", "bots"), bots.join(", "));
    let room = area.width.saturating_sub(14);
    let x = painter.put_cut(area.x + 3, area.y, room, &words, dim) + 2;
    let x = painter.put(x, area.y, 1, "b", key) + 1;
    painter.put(x, area.y, 5, if app.people.bots { "hide" } else { "show" }, dim);
}

fn maybe_line(app: &App, painter: &mut Painter<'_>, area: Rect, pair: usize, is_cursor: bool) {
    let Some(pair) = app.people.maybe.get(pair) else { return };
    let (project, archive) = (app.session.project(), &app.session.archive);
    let name = |id| Participant::find(project, archive, id).name.tty_line().into_owned();
    let platform = |id| {
        // Lists and calendars are no platform: whoever stands in one is known by address or name.
        let words = match identity::platform(id) {
            "person" => " in a list".to_owned(),
            platform => format!(" on {platform}"),
        };
        Span::new(words, painter.style(Role::Dim))
    };
    let (dim, key, bold) = (painter.style(Role::Dim), painter.style(Role::Accent), painter.theme.bold(Role::Text));
    let first = if is_cursor { doc::cursor_cell(painter.theme) } else { bold };
    let spans = [
        Span::new("Same person? ", Style::new()),
        Span::new(name(&pair.goes), first),
        platform(&pair.goes),
        Span::new(" and ", Style::new()),
        Span::new(name(&pair.stays), bold),
        platform(&pair.stays),
        Span::new(format!(": {}", pair.reason.words()), Style::new()),
        Span::new("  J", key),
        Span::new(" join", dim),
        Span::new("  x", key),
        Span::new(" they are two", dim),
    ];
    painter.put_spans(area.x + 3, area.y, area.width.saturating_sub(5), &spans);
}

fn person_line(app: &App, painter: &mut Painter<'_>, area: Rect, person: &Participant, is_cursor: bool) {
    for &(what, x, cells) in columns(area.width) {
        let (text, style) = cell(app, painter, person, what, is_cursor);
        if what == What::Messages {
            painter.put_right(area.x + x + cells, area.y, &text, style);
        } else {
            painter.put_cut(area.x + x, area.y, cells, &text, style);
        }
    }
}

fn cell(app: &App, painter: &Painter<'_>, person: &Participant, what: What, is_cursor: bool) -> (String, Style) {
    let (theme, dim) = (painter.theme, painter.style(Role::Dim));
    let weight = if is_cursor { Modifier::BOLD } else { Modifier::empty() };
    let plain = Style::new().add_modifier(weight);
    let quiet = if is_cursor { plain } else { dim };
    match what {
        What::Name if is_cursor => (person.name.tty_line().into_owned(), doc::cursor_cell(theme)),
        What::Name => {
            let hue = person.id().map_or(Role::Text, |id| theme.hue(id.as_str()));
            let unknown = person.id().is_some_and(|id| id.native() == person.name.unsanitised());
            let style = if person.is_bot || unknown { dim } else { theme.style(hue) };
            (person.name.tty_line().into_owned(), style)
        }
        What::Title => (person.title.tty_line().into_owned(), plain),
        What::Team => (person.team.tty_line().into_owned(), quiet),
        What::Local => local(app, person, dim),
        What::OnCall => on_call(app, person, dim),
        What::Messages => (crate::base::text::thousands(person.messages()), dim),
        What::Spark => {
            let most = person.trace.bars.iter().copied().max().unwrap_or(0);
            let style = if is_cursor { painter.style(Role::Accent) } else { dim };
            (doc::bars(theme, &heights(&person.trace.bars, most), true), style)
        }
        What::Interview => (person.interview.clone().unwrap_or_default(), Style::new()),
    }
}

fn local(app: &App, person: &Participant, dim: Style) -> (String, Style) {
    let at = moment_of(app);
    let Some(zone) = person.zone.filter(|_| at.is_dated()) else { return (String::new(), dim) };
    if app.cursor_zone() == ToldZone::Unknown {
        return ("zone?".to_owned(), dim);
    }
    let night = app.people.work_time().part(zone, at) == Some(PartOfDay::Night);
    let clock = zone.minute(at);
    if night { (format!("{clock} night"), Style::new()) } else { (clock, dim) }
}

fn on_call(app: &App, person: &Participant, dim: Style) -> (String, Style) {
    let duty = Duty::of(app.session.project(), &app.session.archive, &person.identities);
    match duty.at(moment_of(app)) {
        OnCall::Unknown => (String::new(), dim),
        OnCall::No => ("no".to_owned(), dim),
        OnCall::Yes => ("yes".to_owned(), Style::new()),
        OnCall::Rotas(rotas) => (rotas.join(", "), Style::new()),
    }
}

/// The person under the cursor in some rows.
fn person_below(app: &App, width: u16) -> Doc {
    let mut doc = Doc::new(app.settings.theme, width);
    let Some(person) = app.people.current().and_then(|id| app.people.find(&id)) else { return doc };
    let at = moment_of(app);
    let mut facts = Vec::new();
    facts.extend(person.zone.map(|zone| Fact::quiet(format!("{}, {} then", zone.name(), zone.offset_words(at)))));
    facts.extend(person.started_on.as_deref().and_then(|day| presence::tenure(day, at)).map(Fact::quiet));
    facts.extend(Some(handles(person)).filter(|words| !words.is_empty()).map(Fact::quiet));
    facts.reverse();
    doc.heading(Heading { title: person.name.tty_line().into_owned(), facts, ..Heading::default() });
    doc.blank();
    let dim = doc.style(Role::Dim);
    let plain = Style::new();
    match &person.role {
        Some(role) => doc.labelled(3, "role here", 16, role, plain),
        None => doc.labelled(3, "role here", 16, "not said yet, r says it", dim),
    }
    let archive = &app.session.archive;
    let channels = person.trace.by_channel.iter().filter_map(|(&ix, &count)| {
        Some(Span::new(format!("{} {}", archive.log(ix)?.meta().label(), crate::base::text::thousands(count)), plain))
    });
    doc.labelled_spans(3, "channels", 16, channels.collect());
    let tags = tags_of(app, &doc, person);
    if !tags.is_empty() {
        doc.labelled_spans(3, "tags", 16, tags);
    }
    for (label, word) in [("first", person.trace.first), ("last", person.trace.last)] {
        let Some(word) = word else { continue };
        let when = notation::moment_of_word(app, word, None);
        let words = notation::first_line(archive, word.ix);
        let x = (16 + crate::base::text::width(&when) as u16 + 2).max(30);
        doc.cells(vec![(3, Span::new(label, dim)), (16, Span::new(when, plain)), (x, Span::new(words, plain))]);
    }
    doc.blank();
    doc.sentence(3, "Counts serve to find people to relieve and to learn from. There is no ranking here.", dim);
    doc
}

fn tags_of(app: &App, doc: &Doc, person: &Participant) -> Vec<Span> {
    let project = app.session.project();
    let mut tags = std::collections::BTreeMap::new();
    for (id, copy) in project.messages() {
        if copy.author_id.as_ref().is_some_and(|author| person.identities.contains(author)) {
            for tag in project.tags_of(&id.target()) {
                *tags.entry(tag).or_insert(0_usize) += 1;
            }
        }
    }
    tags.iter().filter_map(|(id, &count)| notation::counted_tag(doc.theme(), project, id, count)).collect()
}
