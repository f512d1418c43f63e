//! Finding as one types: exact hits, close ones, what may have been meant, and what stands around
//! the hit under the cursor.

use std::sync::Arc;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::archive::MsgIx;
use crate::base::id::MessageId;
use crate::base::text::thousands;
use crate::search::Match;
use crate::search::filter::Context;
use crate::search::highlight::Highlighter;
use crate::search::query::Query;
use crate::search::scan::{KeptHit, Scan, Scope};
use crate::timeline::evidence_of;
use crate::tui::app::{App, Place};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::rows::View;
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines};

/// How far a search reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The focused pane.
    Pane,
    /// All channels.
    Everywhere,
}

/// Finding as one types.
pub struct FindLayer {
    line: LineEditor,
    reach: Reach,
    cursor: usize,
    before: Place,
}

/// Opens the search with an empty line, or searches a text at once.
pub fn open(ctx: &mut Ctx<'_>, reach: Reach, text: Option<&str>) {
    let mut layer = FindLayer::new(ctx.app, reach, text);
    if text.is_some() {
        layer.changed(ctx);
    }
    ctx.open(layer);
}

impl FindLayer {
    fn new(app: &mut App, reach: Reach, text: Option<&str>) -> Self {
        let mut history = app.memory.typed_before("find");
        history.reverse();
        let line = LineEditor::new(Lines::One, text.unwrap_or("")).with_history(history);
        app.find.clear();
        app.find.everywhere = reach == Reach::Everywhere;
        Self { line, reach, cursor: 0, before: app.place() }
    }

    fn changed(&mut self, ctx: &mut Ctx<'_>) {
        self.cursor = 0;
        let app = &mut *ctx.app;
        self.line.text().clone_into(&mut app.find.text);
        app.find.generation += 1;
        app.find.problem = None;
        match Query::parse(&app.find.text) {
            Err(error) => app.find.problem = Some(error.to_string()),
            Ok(query) if query.is_empty() => {
                app.find.hits = None;
                app.find.highlight(None);
            }
            Ok(query) => {
                // Corrected words come with the results: finding them takes longer than a frame may.
                app.find.highlight(Some(Arc::new(Highlighter::new(&query, None))));
                app.find.running = true;
                ctx.ask(Effect::Search);
            }
        }
    }

    fn go(&self, ctx: &mut Ctx<'_>) -> Flow {
        let text = ctx.app.find.text.clone();
        ctx.app.memory.typed("find", &text);
        let Some(ix) = ctx.app.find.at(self.cursor) else {
            return if text.is_empty() { Flow::Close } else { Flow::Used };
        };
        if let Some(target) = ctx.app.session.archive.message(ix).map(|message| message.id().target())
            && let Err(why) = ctx.app.go_to(&target)
        {
            ctx.cannot(why);
        }
        Flow::Close
    }

    fn draw_hits(&self, app: &App, painter: &mut Painter<'_>, mut y: u16, bottom: u16) -> u16 {
        let Some(hits) = &app.find.hits else { return y };
        let exact = hits.exact.len();
        let room = usize::from(bottom.saturating_sub(y));
        // Without exact ones the close ones have all the room but that for what may have been meant.
        let most = if exact == 0 { room.saturating_sub(4) } else { 3.max(room / 4) };
        let close_rows = hits.fuzzy.len().min(most) + usize::from(!hits.fuzzy.is_empty()) * 2;
        let exact_rows = room.saturating_sub(close_rows + 3).max(2);
        if exact > 0 {
            let place = if self.cursor < exact {
                format!("{} of {}", thousands(self.cursor + 1), thousands(hits.exact_total))
            } else {
                thousands(hits.exact_total)
            };
            y = Self::label(painter, y, "exact", "every word, any order", &place);
            let page = |from, count| hits.exact.page(from, count);
            let list = Listed { page: &page, count: exact, total: hits.exact_total, offset: 0 };
            y = self.list(app, painter, y, (y + exact_rows as u16).min(bottom), &list);
        }
        if !hits.fuzzy.is_empty() && y + 2 < bottom {
            y = Self::label(painter, y, "close", "letters in order, or one letter wrong", &thousands(hits.fuzzy_total));
            let page = |from, count| hits.fuzzy.iter().skip(from).take(count).map(|hit| hit.ix).collect();
            let list = Listed { page: &page, count: hits.fuzzy.len(), total: hits.fuzzy_total, offset: exact };
            y = self.list(app, painter, y, (y + close_rows.saturating_sub(1) as u16).min(bottom), &list);
        }
        y = draw_kept(app, painter, y, bottom, &hits.kept);
        let meant: Vec<String> = hits
            .suggestions
            .iter()
            .take(3)
            .enumerate()
            .map(|(nth, suggestion)| {
                format!("{} {} {}", "Tab ".repeat(nth + 1).trim_end(), suggestion.query, thousands(suggestion.count))
            })
            .collect();
        if !meant.is_empty() && y < bottom {
            let x = painter.put(2, y, 14, "did you mean", painter.style(Role::Dim)) + 2;
            painter.put_cut(x, y, painter.area().width.saturating_sub(x + 2), &meant.join("    "), Style::new());
            y += 1;
        }
        y
    }

    fn label(painter: &mut Painter<'_>, y: u16, word: &str, about: &str, place: &str) -> u16 {
        let x = painter.put(2, y, 12, word, painter.theme.bold(Role::Text)) + 2;
        painter.put(x, y, 60, about, painter.style(Role::Dim));
        let right = painter.area().right().saturating_sub(2);
        painter.put_right(right, y, place, painter.style(Role::Dim));
        y + 1
    }

    fn list(&self, app: &App, painter: &mut Painter<'_>, y: u16, bottom: u16, hits: &Listed<'_>) -> u16 {
        let height = usize::from(bottom.saturating_sub(y));
        let at = self.cursor.checked_sub(hits.offset).filter(|&at| at < hits.count);
        let first = at.map_or(0, |at| (at + 1).saturating_sub(height.saturating_sub(usize::from(hits.count > height))));
        let mut row = y;
        for (nth, ix) in (first..).zip((hits.page)(first, height)) {
            if row >= bottom || (row + 1 == bottom && nth + 1 < hits.count && at != Some(nth)) {
                break;
            }
            draw_hit(app, painter, row, ix, at == Some(nth), self.reach);
            row += 1;
        }
        let more = hits.total.saturating_sub(first + usize::from(row - y));
        if more > 0 && row < bottom {
            painter.put(3, row, 30, &format!("{} more", thousands(more)), painter.style(Role::Dim));
            row += 1;
        }
        row
    }
}

/// Hits of one kind, of which only those that are seen are looked up.
struct Listed<'a> {
    page: &'a dyn Fn(usize, usize) -> Vec<MsgIx>,
    /// How many can be reached.
    count: usize,
    /// How many there are.
    total: usize,
    /// How many of the other kind stand before them.
    offset: usize,
}

/// What only the project keeps, the first ones: there is no pane to go to, so no cursor reaches it.
fn draw_kept(app: &App, painter: &mut Painter<'_>, y: u16, bottom: u16, kept: &[KeptHit]) -> u16 {
    if kept.is_empty() || y + 2 > bottom {
        return y;
    }
    let about = "what the project keeps of exports that are not at hand";
    let y = FindLayer::label(painter, y, "kept", about, &thousands(kept.len()));
    let right = painter.area().right().saturating_sub(2);
    let (zone, dim) = (app.zone(), painter.style(Role::Dim));
    let mut row = y;
    for (hit, y) in kept.iter().zip(y..bottom) {
        let project = app.session.project();
        let Some(found) = evidence_of(project, &app.session.archive, &hit.id.target()) else { continue };
        let when = format!("{:>6} {}", zone.day(found.at), zone.clock(found.at));
        let x = painter.put(3, y, 16, &when, dim) + 2;
        painter.put_cut(x, y, 15, &found.channel.tty_line(), dim);
        painter.put_cut(x + 17, y, 8, &found.author.tty_line(), Style::new());
        let x = x + 27;
        painter.put_cut(x, y, right.saturating_sub(x), &found.text.raw().shown().tty_line(), Style::new());
        row = y + 1;
    }
    row
}

/// One hit in one line: mark, time, channel, name, text with what was found.
fn draw_hit(app: &App, painter: &mut Painter<'_>, y: u16, ix: MsgIx, is_cursor: bool, reach: Reach) {
    let Some(message) = app.session.archive.message(ix) else { return };
    let target = message.id().target();
    let zone = app.zone();
    let right = painter.area().right().saturating_sub(2);
    let weight = if is_cursor { Modifier::BOLD } else { Modifier::empty() };
    if is_cursor {
        painter.glyph(0, y, Glyph::Cursor, painter.style(Role::Accent));
    }
    if app.session.project().entry(&target).is_some() {
        painter.glyph(1, y, Glyph::OnTimeline, Style::new());
    }
    let reverse = if is_cursor {
        painter.style(Role::Accent).add_modifier(Modifier::REVERSED | Modifier::BOLD)
    } else {
        Style::new()
    };
    let mut x = 3;
    if reach == Reach::Everywhere {
        x = painter.put(x, y, 7, &format!("{:>6}", zone.day(message.time())), painter.style(Role::Dim)) + 1;
    }
    x = painter.put(x, y, 8, &zone.clock(message.time()), reverse) + 2;
    if reach == Reach::Everywhere {
        painter.put_cut(x, y, 15, &message.log().meta().label(), painter.style(Role::Dim));
        x += 17;
    }
    let hue = message.author().map_or(Role::Dim, |author| painter.theme.hue(author.id.as_str()));
    painter.put_cut(x, y, 8, &message.author_label().tty_line(), painter.style(hue).add_modifier(weight));
    x += 10;
    let tags = crate::tui::pane::message::tag_spans(app.session.project(), painter.theme, &target);
    let tag_x = if right > 100 && !tags.is_empty() { right.saturating_sub(22) } else { right };
    let text = message.text().shown().tty_line();
    let mut spans = Vec::new();
    let mut from = 0;
    let found = app.find.highlighter().map(|highlighter| highlighter.ranges(&text)).unwrap_or_default();
    for hit in &found {
        let strength =
            if hit.how == Match::Exact { Modifier::BOLD | Modifier::UNDERLINED } else { Modifier::UNDERLINED };
        spans.push(Span::new(text.get(from..hit.range.start).unwrap_or(""), Style::new().add_modifier(weight)));
        spans.push(Span::new(text.get(hit.range.clone()).unwrap_or(""), Style::new().add_modifier(strength)));
        from = hit.range.end;
    }
    spans.push(Span::new(text.get(from..).unwrap_or(""), Style::new().add_modifier(weight)));
    painter.put_spans(x, y, tag_x.saturating_sub(x + 1), &spans);
    if let Some(tag) = tags.first().filter(|_| tag_x < right) {
        painter.put_cut(tag_x, y, right.saturating_sub(tag_x), &tag.text, tag.style);
    }
}

impl Layer for FindLayer {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let place = match self.reach {
            Reach::Pane => app.chat.focused().map(|pane| pane.title(&app.session.archive)).unwrap_or_default(),
            Reach::Everywhere => "all channels".to_owned(),
        };
        let about =
            if self.reach == Reach::Pane { "this pane; F looks everywhere" } else { "everywhere; / looks in one pane" };
        let heading =
            Heading { title: format!("/ {place}"), facts: vec![Fact::quiet(about)], focused: true, danger: false };
        painter.heading(area, &heading);
        let input = Rect { y: area.y + 1, height: 1, ..area };
        super::prompt::draw_line(painter, input, &self.line);
        painter.put_right(
            area.right().saturating_sub(2),
            area.y + 1,
            &counts(app, self.reach),
            painter.style(Role::Dim),
        );
        let mut y = area.y + if area.height > 24 { 3 } else { 2 };
        if let Some(problem) = &app.find.problem {
            painter.glyph(area.x + 2, y, Glyph::Look, painter.style(Role::Warning));
            painter.put_cut(area.x + 4, y, area.width.saturating_sub(6), problem, painter.style(Role::Warning));
            return;
        }
        let preview_rows = if area.height > 24 {
            14
        } else if area.height > 14 {
            7
        } else {
            0
        };
        let bottom = area.bottom().saturating_sub(preview_rows);
        if app.find.hits.as_ref().is_some_and(|hits| hits.total() == 0) && !app.find.running {
            painter.put_cut(
                area.x + 2,
                y,
                area.width.saturating_sub(4),
                "Nothing fits, also not with a letter wrong. F looks in all channels.",
                Style::new(),
            );
            y += 1;
        }
        y = self.draw_hits(app, painter, y, bottom);
        let _ = y;
        if let Some(ix) = app.find.at(self.cursor).filter(|_| preview_rows > 0) {
            around(app, painter, Rect::new(area.x, bottom, area.width, preview_rows), ix);
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let count = ctx.app.find.listed();
        match (key.code(), key.mods()) {
            (Code::Esc, _) => {
                let before = self.before.clone();
                ctx.app.find.clear();
                ctx.ask(Effect::StopSearch);
                ctx.app.come_back(&before);
                return Ok(Flow::Close);
            }
            (Code::Enter, _) => return Ok(self.go(ctx)),
            (Code::Down, _) | (Code::Char('n'), Mods::CTRL) => {
                self.cursor = (self.cursor + 1).min(count.saturating_sub(1));
            }
            (Code::Up, _) | (Code::Char('p'), Mods::CTRL) if count > 0 && !self.line.is_empty() => {
                self.cursor = self.cursor.saturating_sub(1);
            }
            (Code::PageDown, _) => self.cursor = (self.cursor + 10).min(count.saturating_sub(1)),
            (Code::PageUp, _) => self.cursor = self.cursor.saturating_sub(10),
            (Code::Tab, _) => {
                let suggestion = ctx.app.find.hits.as_ref().and_then(|hits| hits.suggestions.first().cloned());
                if let Some(suggestion) = suggestion {
                    self.line.set_text(&suggestion.query);
                    self.changed(ctx);
                }
            }
            _ => {
                let before = self.line.revision();
                self.line.press(key);
                if self.line.revision() != before {
                    self.changed(ctx);
                }
            }
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.line.paste(text);
        self.changed(ctx);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("Enter", "go there"),
            Hint::new("↑ ↓", "choose"),
            Hint::new("n N", "next, before"),
            Hint::new("~", "only close"),
            Hint::new("re:", "pattern"),
            Hint::new("Esc", "back where I was"),
        ]
    }

    fn mode(&self) -> Option<&'static str> {
        Some("FIND")
    }

    fn name(&self) -> &'static str {
        "find"
    }
}

fn counts(app: &App, reach: Reach) -> String {
    let Some(hits) = &app.find.hits else { return String::new() };
    let all = match reach {
        Reach::Everywhere => app.session.archive.message_count(),
        Reach::Pane => app.chat.focused().map_or(0, |pane| pane.rows.list.len()),
    };
    let running = if app.find.running { "…" } else { "" };
    format!(
        "{} exact   {} close   of {} in {} ms{running}",
        thousands(hits.exact_total),
        thousands(hits.fuzzy_total),
        thousands(all),
        app.find.millis
    )
}

/// What stands around a hit in its channel.
fn around(app: &App, painter: &mut Painter<'_>, area: Rect, ix: MsgIx) {
    let Some(message) = app.session.archive.message(ix) else { return };
    let title = format!("around {}", app.zone().clock(message.time()));
    let facts = vec![Fact::quiet("what the pane shows on Enter")];
    painter.heading(area, &Heading { title, facts, ..Heading::default() });
    let rows = u32::from(area.height.saturating_sub(1));
    let first = ix.row.saturating_sub(rows / 2);
    for (nth, row) in (first..first + rows).enumerate() {
        let y = area.y + 1 + nth as u16;
        let here = MsgIx { row, ..ix };
        if y < area.bottom() && app.session.archive.message(here).is_some() {
            draw_around(app, painter, y, here, row == ix.row);
        }
    }
}

fn draw_around(app: &App, painter: &mut Painter<'_>, y: u16, ix: MsgIx, is_hit: bool) {
    let Some(message) = app.session.archive.message(ix) else { return };
    let style = if is_hit { painter.theme.bold(Role::Text) } else { painter.style(Role::Dim) };
    if is_hit {
        painter.glyph(0, y, Glyph::Cursor, painter.style(Role::Accent));
    }
    painter.put(3, y, 8, &app.zone().clock(message.time()), style);
    painter.put_cut(13, y, 8, &message.author_label().tty_line(), style);
    let right = painter.area().right().saturating_sub(2);
    painter.put_cut(23, y, right.saturating_sub(23), &message.text().shown().tty_line(), style);
}

/// The scan for what is typed; `None` when that is no query.
pub fn scan(app: &App) -> Option<Scan> {
    let query = Query::parse(&app.find.text).ok()?;
    let phrases = app.phrases();
    let context = Context {
        zone: phrases.zone,
        cursor: phrases.cursor,
        start: phrases.start,
        end: phrases.end,
        vocabulary: app.vocabulary.clone(),
        ..Context::new(&app.session.archive, app.session.project()).with_kept(kept_only(app))
    };
    Some(Scan::new(&query, &context, scope(app)))
}

/// Messages of exports that are not at hand; the project's copies stand in for them.
fn kept_only(app: &App) -> Vec<MessageId> {
    if app.session.missing.is_empty() {
        return Vec::new();
    }
    let kept = app.session.project().messages().keys();
    kept.filter(|id| app.session.archive.find(id).is_none()).cloned().collect()
}

fn scope(app: &App) -> Scope {
    use crate::tui::pane::rows::RowWhat;
    let Some(pane) = app.chat.focused().filter(|_| !app.find.everywhere) else { return Scope::All };
    if let (View::Channel(id), true) = (&pane.view, pane.chips.is_empty())
        && let Some(channel) = app.session.archive.channel(id)
    {
        return Scope::Channel(channel);
    }
    let rows = pane.rows.list.iter().filter_map(|row| match row.what {
        RowWhat::Message(ix) => Some(ix),
        RowWhat::Event(_) => None,
    });
    Scope::Rows(rows.collect())
}

/// Goes to the next hit in time, or the one before; from the last to the first.
pub fn next_hit(ctx: &mut Ctx<'_>, by: isize) {
    let archive = ctx.app.session.archive.clone();
    let key = |ix: MsgIx| archive.message(ix).map(|message| (message.time(), ix));
    let here = ctx.app.chat.focused().and_then(|pane| pane.message(&archive)).and_then(|message| key(message.ix()));
    let Some((ix, place)) = ctx.app.find.beside(here, by > 0) else { return };
    let count = ctx.app.find.listed();
    let target = archive.message(ix).map(|message| message.id().target());
    match target.map(|target| ctx.app.go_to(&target)) {
        Some(Err(why)) => ctx.cannot(why),
        _ => ctx.toast(format!("{} of {} for {}", thousands(place), thousands(count), ctx.app.find.text.clone())),
    }
}
