//! The filter sheet: chips that narrow a pane, and the filters the project keeps.
//!
//! A chip is the text of a query that parses; it is checked before it gets here, so every chip
//! compiles. A letter that adds or opens closes the sheet; what changes chips already there keeps it.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::choose::Choose;
use super::prompt::Prompt;
use crate::base::text::{thousands, width};
use crate::base::time::{Instant, parse_phrase};
use crate::project::model::Filter as SavedFilter;
use crate::project::{Edit, Set};
use crate::search::filter::{Context, Filter};
use crate::search::query::{Query, Term};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::chat::Pane;
use crate::tui::pane::rows::RowWhat;
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::completion::Completion;
use crate::tui::widget::picker::{Choice, cursor_row};

/// Letters with a meaning on the sheet: a saved filter never gets one of them.
pub const RESERVED: &str = "tpynlr/isoxgqjku?.";
/// Above so many messages saved filters are listed without their counts.
const COUNTED: usize = 20_000;
/// What `y` offers, with what it means.
const TYPES: [(&str, &str); 10] = [
    ("type:message", "what people wrote"),
    ("type:reply", "answers in threads"),
    ("type:bot", "what programs wrote"),
    ("-is:bot", "everything but programs"),
    ("type:join", "who joined"),
    ("type:topic", "changes of topic"),
    ("type:call", "calls and huddles"),
    ("has:file", "with files"),
    ("type:edited", "changed after posting"),
    ("type:deleted", "deleted"),
];

/// Which panes the chips narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    This,
    All,
}

/// The filter sheet.
pub struct FilterSheet {
    reach: Reach,
    cursor: usize,
    only_saved: bool,
    counts: Vec<Option<usize>>,
}

impl FilterSheet {
    /// Opens over the focused pane.
    pub fn new(app: &App) -> Self {
        let panes = &app.chat.panes;
        let chips = focused_chips(app);
        let same = panes.len() > 1 && !chips.is_empty() && panes.iter().all(|pane| pane.chips == chips);
        let reach = if same { Reach::All } else { Reach::This };
        Self { reach, cursor: 0, only_saved: false, counts: saved_counts(app) }
    }

    fn letter(&mut self, ctx: &mut Ctx<'_>, letter: char) -> anyhow::Result<Flow> {
        if self.only_saved {
            return self.open_letter(ctx, letter);
        }
        let reach = self.reach;
        match letter {
            't' => ctx.open(pick_tag(ctx.app, reach)),
            'p' => ctx.open(pick_person(ctx.app, reach)),
            'y' => ctx.open(pick_type(reach)),
            'n' => add(ctx, reach, &["has:note"]),
            'l' => add(ctx, reach, &["is:timeline"]),
            'r' => ctx.open(ask_range(ctx.app, reach)),
            '/' => ctx.open(ask_expression(ctx.app, reach)),
            's' => ask_name(ctx)?,
            'x' => clear(ctx, reach),
            'i' => return self.invert(ctx),
            'g' => {
                self.other_reach(ctx);
                return Ok(Flow::Used);
            }
            'o' => {
                anyhow::ensure!(!ctx.app.session.project().filters().is_empty(), "No filter is saved yet; s saves one");
                self.only_saved = true;
                return Ok(Flow::Used);
            }
            'q' | '?' => return Ok(Flow::CloseAndPass),
            letter => return self.open_letter(ctx, letter),
        }
        Ok(Flow::Close)
    }

    fn open_letter(&self, ctx: &mut Ctx<'_>, letter: char) -> anyhow::Result<Flow> {
        let saved = ctx.app.session.project().filters().values().find(|filter| filter.key == Some(letter)).cloned();
        let Some(saved) = saved else {
            anyhow::bail!("No saved filter has the letter {letter}; arrows and Enter open any");
        };
        open_saved(ctx, self.reach, &saved)?;
        Ok(Flow::Close)
    }

    fn invert(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        let mut chips = focused_chips(ctx.app);
        let Some(last) = chips.pop() else { anyhow::bail!("There is no chip to turn round; t, p, y add one") };
        chips.push(Query::parse(&last)?.inverted().to_string());
        set(ctx, self.reach, &chips);
        Ok(Flow::Used)
    }

    fn other_reach(&mut self, ctx: &mut Ctx<'_>) {
        let chips = focused_chips(ctx.app);
        if self.reach == Reach::All {
            self.reach = Reach::This;
            set(ctx, Reach::All, &[]);
            set(ctx, Reach::This, &chips);
        } else {
            self.reach = Reach::All;
            set(ctx, Reach::All, &chips);
        }
    }

    fn drop_last(&self, ctx: &mut Ctx<'_>) {
        let mut chips = focused_chips(ctx.app);
        if chips.pop().is_some() {
            set(ctx, self.reach, &chips);
        }
    }
}

impl Layer for FilterSheet {
    fn dock(&self, app: &App, screen: Rect) -> Dock {
        let saved = app.session.project().filters().len().min(8) as u16;
        let preview = if screen.height >= 34 { 4 } else { 0 };
        let rows =
            if self.only_saved { saved + 2 } else { 5 + saved.max(1) + preview + u16::from(screen.height >= 34) };
        Dock::Bottom(rows.min(screen.height.saturating_sub(5)))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let reach = if self.reach == Reach::All { "all panes  g this pane" } else { "this pane  g all panes" };
        let title = if self.only_saved { "Open a saved filter" } else { "Filter" };
        let facts = vec![Fact::quiet(reach)];
        painter.heading(area, &Heading { title: title.to_owned(), facts, focused: true, danger: false });
        let mut y = area.y + 1;
        if !self.only_saved {
            draw_now(app, painter, Rect { y, height: 1, ..area });
            y += if area.height > 12 { 2 } else { 1 };
            y = draw_letters(painter, Rect { y, height: area.bottom().saturating_sub(y), ..area });
            y += u16::from(area.height > 12);
        }
        let y = self.draw_saved(app, painter, Rect { y, height: area.bottom().saturating_sub(y), ..area });
        if y + 3 <= area.bottom() && !self.only_saved {
            draw_preview(app, painter, Rect { y: y + 1, height: area.bottom() - y - 1, ..area });
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = ctx.app.session.project().filters().len().saturating_sub(1);
        match (key.code(), key.typed()) {
            (Code::Esc, _) if self.only_saved => self.only_saved = false,
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Down, _) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) => self.cursor = self.cursor.saturating_sub(1),
            (Code::Backspace, _) => self.drop_last(ctx),
            (Code::Enter, _) => {
                if let Some(saved) = ctx.app.session.project().filters().values().nth(self.cursor).cloned() {
                    open_saved(ctx, self.reach, &saved)?;
                }
                return Ok(Flow::Close);
            }
            (_, Some(letter)) => return self.letter(ctx, letter),
            _ => {}
        }
        Ok(Flow::Used)
    }

    fn hints(&self, app: &App) -> Vec<Hint> {
        if self.only_saved {
            return vec![Hint::new("letter", "opens"), Hint::new("Enter", "opens it"), Hint::new("Esc", "back")];
        }
        let mut hints = Vec::new();
        if !app.session.project().filters().is_empty() {
            hints.push(Hint::new("letter", "opens a saved one"));
            hints.push(Hint::new("o", "all saved"));
        }
        if !focused_chips(app).is_empty() {
            hints.push(Hint::new("Backspace", "drops the last"));
            hints.push(Hint::new("s", "save as"));
            hints.push(Hint::new("x", "clear all"));
        }
        hints.push(Hint::new("Esc", "done"));
        hints
    }

    fn name(&self) -> &'static str {
        "filter"
    }
}

impl FilterSheet {
    fn draw_saved(&self, app: &App, painter: &mut Painter<'_>, area: Rect) -> u16 {
        let saved = app.session.project().filters();
        let dim = painter.style(Role::Dim);
        painter.put(area.x + 2, area.y, 8, "saved", dim);
        if saved.is_empty() {
            let words = "none yet: s keeps the chips under a name, for everybody in this project";
            painter.put_cut(area.x + 10, area.y, area.width.saturating_sub(12), words, dim);
            return area.y + 1;
        }
        let rows = usize::from(area.height).min(8);
        let first = (self.cursor + 1).saturating_sub(rows.max(1));
        let right = area.right().saturating_sub(2);
        let mut y = area.y;
        for (nth, filter) in saved.values().enumerate().skip(first).take(rows) {
            let style = cursor_row(painter, area.x, y, nth == self.cursor);
            let letter = filter.key.map(String::from).unwrap_or_default();
            painter.put(area.x + 10, y, 1, &letter, painter.theme.bold(Role::Accent));
            let query_x = area.x + 12 + 32.min(area.width / 3);
            painter.put_cut(area.x + 12, y, query_x.saturating_sub(area.x + 14), &filter.name, style);
            let count = self.counts.get(nth).copied().flatten().map(thousands).unwrap_or_default();
            let end = painter.put_right(right, y, &count, Style::new());
            painter.put_cut(query_x, y, end.saturating_sub(query_x + 2), &filter.query, dim);
            y += 1;
        }
        y
    }
}

fn draw_now(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let dim = painter.style(Role::Dim);
    let right = area.right().saturating_sub(2);
    let words = app.chat.focused().map(shown_words).unwrap_or_default();
    let end = right.saturating_sub(width(&words) as u16);
    painter.put(area.x + 2, area.y, 8, "now", dim);
    let chips = focused_chips(app);
    if chips.is_empty() {
        painter.put_cut(area.x + 10, area.y, end.saturating_sub(area.x + 12), "everything", dim);
    }
    let bold = painter.theme.bold(Role::Text);
    let spans: Vec<Span> = chips.iter().map(|chip| Span::new(format!("[{chip}] "), bold)).collect();
    painter.put_spans(area.x + 10, area.y, end.saturating_sub(area.x + 12), &spans);
    if end > area.x + 20 {
        painter.put(end, area.y, right.saturating_sub(end), &words, dim);
    }
}

/// `41 of 4,377 shown, 4,336 hidden`.
fn shown_words(pane: &Pane) -> String {
    let events = pane.rows.events.len();
    let folded: usize = pane.rows.list.iter().map(|row| usize::from(row.folded)).sum();
    let shown = pane.rows.list.len().saturating_sub(events) + folded;
    let hidden = pane.rows.hidden;
    if hidden == 0 {
        return format!("{} shown", thousands(shown));
    }
    format!("{} of {} shown, {} hidden", thousands(shown), thousands(shown + hidden), thousands(hidden))
}

fn draw_letters(painter: &mut Painter<'_>, area: Rect) -> u16 {
    const LETTERS: [(&str, &str); 8] = [
        ("t", "tag"),
        ("p", "person"),
        ("y", "type"),
        ("n", "noted"),
        ("l", "on timeline"),
        ("r", "time range"),
        ("/", "expression"),
        ("i", "invert"),
    ];
    const CELL: u16 = 17;
    painter.put(area.x + 2, area.y, 8, "add", painter.style(Role::Dim));
    let columns = (area.width.saturating_sub(12) / CELL).clamp(1, 4);
    for (place, (letter, word)) in LETTERS.iter().enumerate() {
        let (column, row) = (place as u16 % columns, place as u16 / columns);
        let (x, y) = (area.x + 10 + column * CELL, area.y + row);
        if y < area.bottom() {
            painter.put(x, y, 1, letter, painter.theme.bold(Role::Accent));
            painter.put(x + 2, y, CELL - 3, word, Style::new());
        }
    }
    area.y + (LETTERS.len() as u16).div_ceil(columns)
}

fn draw_preview(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let dim = painter.style(Role::Dim);
    let Some(pane) = app.chat.focused() else { return };
    painter.put(area.x + 2, area.y, 8, "preview", dim);
    let room = usize::from(area.height.min(3));
    let messages = pane.rows.list.iter().skip(pane.cursor.min(pane.rows.list.len().saturating_sub(room)));
    let mut y = area.y;
    for row in messages.take(room) {
        let RowWhat::Message(ix) = row.what else { continue };
        let Some(message) = app.session.archive.message(ix) else { continue };
        painter.put(area.x + 10, y, 8, &app.zone().clock(row.at), dim);
        painter.put_cut(area.x + 19, y, 8, &message.author_label().tty_line(), dim);
        let end = area.right().saturating_sub(2);
        painter.put_cut(
            area.x + 28,
            y,
            end.saturating_sub(area.x + 28),
            &message.text().shown().tty_line(),
            Style::new(),
        );
        y += 1;
    }
    if y == area.y {
        let look = painter.theme.glyph(Glyph::Look);
        let words = format!("{look} nothing passes; Backspace drops the last chip, x all of them");
        painter.put_cut(area.x + 10, y, area.width.saturating_sub(12), &words, painter.style(Role::Warning));
    }
}

fn focused_chips(app: &App) -> Vec<String> {
    app.chat.focused().map(|pane| pane.chips.clone()).unwrap_or_default()
}

fn set(ctx: &mut Ctx<'_>, reach: Reach, chips: &[String]) {
    let focus = ctx.app.chat.focus;
    for (place, pane) in ctx.app.chat.panes.iter_mut().enumerate() {
        if reach == Reach::All || place == focus {
            pane.chips = chips.to_vec();
        }
    }
    ctx.app.rebuild_panes();
    let archive = ctx.app.session.archive.clone();
    ctx.app.chat.follow(&archive);
}

fn add(ctx: &mut Ctx<'_>, reach: Reach, more: &[&str]) {
    let mut chips = focused_chips(ctx.app);
    for chip in more {
        if !chips.iter().any(|known| known == chip) {
            chips.push((*chip).to_owned());
        }
    }
    set(ctx, reach, &chips);
    tell(ctx);
}

fn tell(ctx: &mut Ctx<'_>) {
    let words = ctx.app.chat.focused().map(shown_words).unwrap_or_default();
    ctx.toast(format!("{words}; f x shows all again"));
}

/// Takes all chips off the focused pane, or off all panes when they share them.
pub fn clear_all(ctx: &mut Ctx<'_>) {
    let reach = FilterSheet::new(ctx.app).reach;
    clear(ctx, reach);
}

fn clear(ctx: &mut Ctx<'_>, reach: Reach) {
    set(ctx, reach, &[]);
    ctx.toast("all is shown again");
}

/// Adds a query as a chip of the focused pane.
pub fn add_query(ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<()> {
    let query = Query::parse(text.trim())?;
    anyhow::ensure!(!query.is_empty(), "Write what is to be shown: from:, tag:, type:, words; Esc goes back");
    let reach = FilterSheet::new(ctx.app).reach;
    add(ctx, reach, &[&query.to_string()]);
    Ok(())
}

fn open_saved(ctx: &mut Ctx<'_>, reach: Reach, saved: &SavedFilter) -> anyhow::Result<()> {
    let query = Query::parse(&saved.query)?;
    let chips: Vec<String> = query.parts().iter().map(ToString::to_string).collect();
    set(ctx, reach, &chips);
    tell(ctx);
    Ok(())
}

fn pick_tag(app: &App, reach: Reach) -> Choose {
    let project = app.session.project();
    let tags = project.tags().iter().filter(|(_, tag)| tag.merged_into.is_none());
    let choices = tags.map(|(id, tag)| {
        let sign = app.settings.theme.group(tag.group.as_deref(), &tag.name).0;
        let label = format!("{sign}{}", tag.label());
        Choice::new(&label, tag.definition.as_deref().unwrap_or(""), Term::Tag(id.to_string()).to_string())
    });
    Choose::new(
        "Only with which tag?",
        choices.collect(),
        Box::new(move |ctx, chip| {
            add(ctx, reach, &[chip]);
            Ok(())
        }),
    )
}

/// People who wrote in the focused pane, most first, the author of the cursor's message preselected.
fn pick_person(app: &App, reach: Reach) -> Choose {
    let archive = &app.session.archive;
    let mut counts = std::collections::BTreeMap::new();
    let here = app.chat.focused().into_iter().flat_map(|pane| &pane.rows.list);
    for row in here {
        if let RowWhat::Message(ix) = row.what
            && let Some(author) = archive.message(ix).and_then(|message| message.author_ix())
        {
            *counts.entry(author).or_insert(0_usize) += 1;
        }
    }
    let mut people: Vec<_> = archive.people().iter().collect();
    people.sort_by_key(|(ix, person)| {
        (std::cmp::Reverse(counts.get(ix).copied().unwrap_or(0)), person.short().tty_line().into_owned())
    });
    let chip = |person: &crate::archive::Person| {
        let handle = person.handle.unsanitised();
        // A handle that somebody else has too means nobody; an id always means one.
        let shared = archive.people().iter().filter(|(_, other)| other.handle == person.handle).count() > 1;
        let name = if handle.is_empty() || shared { person.id.as_str() } else { handle };
        Term::From(name.to_owned()).to_string()
    };
    let author = app.chat.focused().and_then(|pane| pane.message(archive)).and_then(|message| message.author());
    let preselected = author.map(chip);
    let choices = people.iter().map(|(ix, person)| {
        let label = format!("{}  {}", person.short().tty_line(), person.name.tty_line());
        let count = counts.get(ix).copied().unwrap_or(0);
        let words = if count == 0 { "not in this pane".to_owned() } else { format!("{} here", thousands(count)) };
        Choice::new(&label, &words, chip(person))
    });
    let choose = Choose::new(
        "Only by whom?",
        choices.collect(),
        Box::new(move |ctx, chip| {
            add(ctx, reach, &[chip]);
            Ok(())
        }),
    );
    match preselected {
        Some(chip) => choose.with_cursor_on(&chip),
        None => choose,
    }
}

fn pick_type(reach: Reach) -> Choose {
    let choices = TYPES.iter().map(|(chip, words)| Choice::new(chip, words, *chip)).collect();
    Choose::new(
        "Only which type?",
        choices,
        Box::new(move |ctx, chip| {
            add(ctx, reach, &[chip]);
            Ok(())
        }),
    )
}

fn ask_range(app: &App, reach: Reach) -> Prompt {
    Prompt::new(
        app,
        "Only when (14:00 to 15:00, 14:00 to, to 15:00)?",
        "",
        Box::new(move |ctx, text| {
            let chips = range_chips(ctx.app, text)?;
            let chips: Vec<&str> = chips.iter().map(String::as_str).collect();
            add(ctx, reach, &chips);
            Ok(())
        }),
    )
}

/// Chips for a time range. They hold whole instants, so that a clock does not mean another day when
/// the cursor has gone there.
fn range_chips(app: &App, text: &str) -> anyhow::Result<Vec<String>> {
    let (from, to) = split_range(text);
    let at = |phrase: &str| -> anyhow::Result<Option<Instant>> {
        if phrase.is_empty() { Ok(None) } else { Ok(Some(parse_phrase(phrase, &app.phrases())?)) }
    };
    let (from, to) = (at(from)?, at(to)?);
    anyhow::ensure!(from.is_some() || to.is_some(), "Write from when to when: 14:00 to 15:00");
    if let (Some(from), Some(to)) = (from, to) {
        anyhow::ensure!(from < to, "The range ends before it begins; write the earlier time first");
    }
    let after = from.map(|from| Term::After(from.rfc3339()).to_string());
    let before = to.map(|to| Term::Before(to.rfc3339()).to_string());
    Ok(after.into_iter().chain(before).collect())
}

fn split_range(text: &str) -> (&str, &str) {
    let text = text.trim();
    if let Some(to) = text.strip_prefix("to ") {
        return ("", to.trim());
    }
    if let Some(from) = text.strip_suffix(" to") {
        return (from.trim(), "");
    }
    let (from, to) = text.split_once(" to ").or_else(|| text.split_once("..")).unwrap_or((text, ""));
    (from.trim(), to.trim())
}

fn ask_expression(app: &App, reach: Reach) -> Prompt {
    Prompt::new(
        app,
        "Only what fits (from: in: tag: type: has: is: after: before: words)?",
        "",
        Box::new(move |ctx, text| {
            let query = Query::parse(text.trim())?;
            anyhow::ensure!(!query.is_empty(), "Write what is to be shown: from:, tag:, type:, words; Esc goes back");
            add(ctx, reach, &[&query.to_string()]);
            Ok(())
        }),
    )
    .completing(Completion::of_query(app))
}

/// Asks for a name and keeps the chips of the focused pane under it.
pub fn ask_name(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let chips = focused_chips(ctx.app);
    anyhow::ensure!(!chips.is_empty(), "There is nothing to save: add a chip first, t tag, p person, / expression");
    let query = joined(&chips)?;
    let save = move |ctx: &mut Ctx<'_>, name: &str| {
        let name = name.trim();
        anyhow::ensure!(!name.is_empty(), "Give it a name; Esc goes back");
        let project = ctx.app.session.project();
        let known = project.filters().values().find(|filter| filter.name == name).and_then(|filter| filter.key);
        let key = known.or_else(|| free_letter(name, project.filters().values().filter_map(|filter| filter.key)));
        let edit = Edit::Filter { name: name.to_owned(), query: Set::To(query.clone()), key: Set::from_option(key) };
        ctx.edit(format!("filter saved \"{name}\""), vec![edit])?;
        let way = key.map_or_else(|| "f o opens it".to_owned(), |key| format!("f {key} opens it"));
        ctx.toast(format!("saved \"{name}\"; {way}"));
        Ok(())
    };
    ctx.open(Prompt::new(ctx.app, "Save this filter as?", "", Box::new(save)));
    Ok(())
}

fn joined(chips: &[String]) -> anyhow::Result<String> {
    let mut whole = Query::parse("")?;
    for chip in chips {
        whole = whole.and(Query::parse(chip)?);
    }
    Ok(whole.to_string())
}

/// The first letter of a name that is free, else any.
fn free_letter(name: &str, taken: impl Iterator<Item = char>) -> Option<char> {
    let taken: Vec<char> = taken.collect();
    let is_free = |c: &char| c.is_ascii_lowercase() && !RESERVED.contains(*c) && !taken.contains(c);
    name.to_lowercase().chars().find(is_free).or_else(|| ('a'..='z').find(is_free))
}

/// How many messages of the focused pane's view each saved filter lets through.
fn saved_counts(app: &App) -> Vec<Option<usize>> {
    let archive = &app.session.archive;
    let project = app.session.project();
    if archive.message_count() > COUNTED {
        return Vec::new();
    }
    let context = Context { zone: app.zone(), ..Context::new(archive, project) };
    let count = |saved: &SavedFilter| {
        let filter = Filter::new(&Query::parse(&saved.query).ok()?, &context);
        let messages = archive.channels().flat_map(|(channel, _)| archive.messages(channel));
        Some(messages.filter(|message| filter.matches(message)).count())
    };
    project.filters().values().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_comes_from_the_name_and_is_never_one_of_the_sheet() {
        assert_eq!(free_letter("who knew what", std::iter::empty()), Some('w'));
        assert_eq!(free_letter("type", "e".chars()), Some('a'));
        assert_eq!(free_letter("w", ('a'..='z').filter(|c| *c != 'x')), None);
    }

    #[test]
    fn ranges_may_be_open_at_either_end() {
        assert_eq!(split_range("14:00 to 15:00"), ("14:00", "15:00"));
        assert_eq!(split_range("to 15:00"), ("", "15:00"));
        assert_eq!(split_range("14:00 to"), ("14:00", ""));
        assert_eq!(split_range("start..end"), ("start", "end"));
        assert_eq!(split_range("+15m"), ("+15m", ""));
    }

    #[test]
    fn every_type_offered_is_a_query() {
        for (chip, _) in TYPES {
            assert_eq!(Query::parse(chip).unwrap().to_string(), chip);
        }
    }
}
