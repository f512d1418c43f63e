//! The tag sheet: a letter puts a tag on what was chosen, again takes it off. What the letters will
//! hit stays bright behind it.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::prompt::Prompt;
use crate::archive::MessageType;
use crate::base::id::{TagId, Target};
use crate::project::model::Tag;
use crate::project::taxonomy::Taxonomy;
use crate::project::{Edit, Project};
use crate::tui::app::{App, Repeat};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::picker::{Choice, Picker, cursor_row, matched};

/// Cells of one tag on the sheet.
const COLUMN: u16 = 23;

/// Whether the sheet closes after a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stay {
    Once,
    Open,
}

/// The tag sheet.
pub struct TagSheet {
    targets: Option<Vec<Target>>,
    stay: Stay,
    meaning: bool,
}

impl TagSheet {
    /// Opens over what the screen's cursor or selection chose.
    pub const fn new(_app: &App) -> Self {
        Self { targets: None, stay: Stay::Once, meaning: false }
    }

    /// Opens over given targets.
    pub const fn for_targets(_app: &App, targets: Vec<Target>) -> Self {
        Self { targets: Some(targets), stay: Stay::Once, meaning: false }
    }

    fn targets(&self, app: &App) -> Vec<Target> {
        self.targets.clone().unwrap_or_else(|| app.targets())
    }

    fn columns(area: Rect) -> u16 {
        (area.width.saturating_sub(4) / COLUMN).max(1)
    }

    fn rows(app: &App, area: Rect, meaning: bool) -> u16 {
        let count = hot_tags(app.session.project()).len() as u16;
        if meaning { count } else { count.div_ceil(Self::columns(area)) }
    }
}

impl Layer for TagSheet {
    fn dock(&self, app: &App, screen: Rect) -> Dock {
        let rows = Self::rows(app, screen, self.meaning) + 4;
        Dock::Bottom(rows.min(screen.height.saturating_sub(6)))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let project = app.session.project();
        let targets = self.targets(app);
        let tags = hot_tags(project);
        let what =
            if targets.len() == 1 { "this message".to_owned() } else { format!("{} selected messages", targets.len()) };
        let known = project.tags().values().filter(|tag| tag.merged_into.is_none()).count();
        let facts = vec![Fact::quiet(format!("{} of {known}", tags.len()))];
        painter.heading(area, &Heading { title: format!("Tag {what}"), facts, focused: true, danger: false });
        if self.meaning {
            draw_meanings(painter, area, &tags);
        } else {
            draw_letters(painter, area, project, &targets, &tags);
        }
        let rows = Self::rows(app, area, self.meaning);
        let y = area.y + rows + 2;
        if y + 1 < area.bottom() {
            painter.put_cut(area.x + 2, y, area.width.saturating_sub(4), &legend(painter), painter.style(Role::Dim));
            draw_suggestions(app, painter, Rect { y: y + 1, height: 1, ..area }, &targets);
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.typed()) {
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Tab, _) => self.meaning = !self.meaning,
            (Code::Enter, _) => {
                ctx.open(ask_new(ctx.app));
                return Ok(Flow::Close);
            }
            (_, Some('/')) => {
                ctx.open(TagPicker::new(ctx.app));
                return Ok(Flow::Close);
            }
            (_, Some('t')) => self.stay = Stay::Open,
            (_, Some('j' | 'k' | 'u' | '.')) | (Code::Down | Code::Up | Code::Char('r'), None) => {
                return Ok(Flow::Pass);
            }
            (_, Some('q' | '?')) => return Ok(Flow::CloseAndPass),
            (_, Some(letter)) => return self.letter(ctx, letter),
            _ => return Ok(Flow::Used),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        let mut hints = vec![
            Hint::new("letter", "tags"),
            Hint::new(".", "repeat"),
            Hint::new("Enter", "new"),
            Hint::new("/", "all"),
            Hint::new("t", "stay open"),
            Hint::new("Tab", "meaning"),
            Hint::new("u", "undo"),
            Hint::new("Esc", "done"),
        ];
        if self.stay == Stay::Open {
            hints.retain(|hint| hint.key != "t");
            hints.insert(1, Hint::new("j k", "move"));
        }
        hints
    }

    fn mode(&self) -> Option<&'static str> {
        (self.stay == Stay::Open).then_some("TAG")
    }

    fn keeps_targets_bright(&self) -> bool {
        true
    }

    fn name(&self) -> &'static str {
        "tag sheet"
    }
}

impl TagSheet {
    fn letter(&self, ctx: &mut Ctx<'_>, letter: char) -> anyhow::Result<Flow> {
        let Some(id) = ctx.app.session.project().tag_by_key(letter).cloned() else {
            ctx.cannot(format!("No tag has the letter {letter}; / finds one, 5 Tags gives letters"));
            return Ok(Flow::Used);
        };
        let targets = self.targets(ctx.app);
        put_on(ctx, &targets, id.as_str(), None)?;
        if self.stay == Stay::Once {
            ctx.app.chat.selection.clear();
        }
        Ok(if self.stay == Stay::Open { Flow::Used } else { Flow::Close })
    }
}

fn legend(painter: &Painter<'_>) -> String {
    let (all, some) = (painter.theme.glyph(Glyph::Done), painter.theme.glyph(Glyph::Draft));
    format!("{all} all have it   {some} some have it   a letter again takes it off")
}

fn draw_letters(painter: &mut Painter<'_>, area: Rect, project: &Project, targets: &[Target], tags: &[(&TagId, &Tag)]) {
    let columns = TagSheet::columns(area);
    for (place, (id, tag)) in tags.iter().enumerate() {
        let (row, column) = (place as u16 / columns, place as u16 % columns);
        let (x, y) = (area.x + 2 + column * COLUMN, area.y + 1 + row);
        if y >= area.bottom() {
            break;
        }
        let letter = tag.key.map(String::from).unwrap_or_default();
        painter.put(x, y, 1, &letter, painter.theme.bold(Role::Accent));
        let span = crate::tui::pane::message::tag_span(painter.theme, tag);
        let end = painter.put_cut(x + 2, y, COLUMN - 6, &span.text, span.style);
        if let Some(sign) = share(project, targets, id) {
            painter.glyph(end + 1, y, sign, Style::new());
        }
    }
}

fn draw_meanings(painter: &mut Painter<'_>, area: Rect, tags: &[(&TagId, &Tag)]) {
    for (place, (_, tag)) in tags.iter().enumerate() {
        let y = area.y + 1 + place as u16;
        if y >= area.bottom() {
            break;
        }
        let letter = tag.key.map(String::from).unwrap_or_default();
        painter.put(area.x + 2, y, 1, &letter, painter.theme.bold(Role::Accent));
        let span = crate::tui::pane::message::tag_span(painter.theme, tag);
        painter.put_cut(area.x + 4, y, 22, &span.text, span.style);
        let room = area.width.saturating_sub(30);
        painter.put_cut(
            area.x + 27,
            y,
            room,
            tag.definition.as_deref().unwrap_or("no definition yet"),
            painter.style(Role::Dim),
        );
    }
}

/// Whether all or some of the targets carry a tag.
fn share(project: &Project, targets: &[Target], id: &TagId) -> Option<Glyph> {
    let with = targets.iter().filter(|target| project.tags_of(target).contains(id)).count();
    match with {
        0 => None,
        _ if with == targets.len() => Some(Glyph::Done),
        _ => Some(Glyph::Draft),
    }
}

fn hot_tags(project: &Project) -> Vec<(&TagId, &Tag)> {
    let mut tags: Vec<_> =
        project.tags().iter().filter(|(_, tag)| tag.key.is_some() && tag.merged_into.is_none()).collect();
    let order: Vec<TagId> = Taxonomy::embedded().definitions().map(crate::project::taxonomy::Definition::id).collect();
    let rank = |id: &TagId| order.iter().position(|known| known == id).unwrap_or(order.len());
    tags.sort_by_key(|(id, tag)| (rank(id), tag.label()));
    tags
}

/// Tags that fit by what the message is: proposed, never applied.
fn suggestions(app: &App, targets: &[Target]) -> Vec<(TagId, &'static str)> {
    let archive = &app.session.archive;
    let mut found = BTreeSet::new();
    let mut push = |label: &str, why: &'static str| {
        found.insert((TagId::from_label(label), why));
    };
    for message in targets.iter().filter_map(|target| archive.message(archive.find(&target.message()?)?)) {
        match message.kind() {
            MessageType::Join => push("Responder - Joins", "a join"),
            MessageType::Leave => push("Responder - Leaves or hands off", "somebody left"),
            MessageType::Bot => push("Detection - Alert", "a program's post"),
            MessageType::Call => push("Communication - Side channel", "a call"),
            _ => {}
        }
        for reaction in message.extras().map(|extras| extras.reactions.as_slice()).unwrap_or_default() {
            match reaction.name.unsanitised() {
                "eyes" => push("Diagnosis - Evidence seen", ":eyes:"),
                "warning" | "rotating_light" | "fire" => push("Impact", "the reaction"),
                "white_check_mark" | "tada" => push("Action - Repair complete", "the reaction"),
                "question" | "thinking_face" => push("Diagnosis - Ambiguity", "the reaction"),
                _ => {}
            }
        }
    }
    let project = app.session.project();
    found.into_iter().filter(|(id, _)| project.tag(id).is_some()).collect()
}

fn draw_suggestions(app: &App, painter: &mut Painter<'_>, area: Rect, targets: &[Target]) {
    let project = app.session.project();
    let words: Vec<String> = suggestions(app, targets)
        .iter()
        .filter_map(|(id, why)| {
            let (_, tag) = project.tag(id)?;
            let key = tag.key.map(|key| format!("{key} ")).unwrap_or_default();
            Some(format!("{key}{} ({why})", crate::tui::pane::message::tag_span(painter.theme, tag).text))
        })
        .collect();
    let repeated = app.repeat.as_ref().and_then(|repeat| match repeat {
        Repeat::Tag(id) => project
            .tag(id)
            .map(|(_, tag)| format!(". repeats {}", crate::tui::pane::message::tag_span(painter.theme, tag).text)),
        Repeat::Note(_) => Some(". repeats the note".to_owned()),
    });
    let suggested = (!words.is_empty()).then(|| format!("suggested here: {}", words.join("  ")));
    let line: Vec<String> = suggested.into_iter().chain(repeated).collect();
    painter.put_cut(area.x + 2, area.y, area.width.saturating_sub(4), &line.join("   "), painter.style(Role::Dim));
}

/// Puts a tag on what the cursor or selection chose, or takes it off when all have it (unless
/// `only_on`).
pub fn put(ctx: &mut Ctx<'_>, tag: &str, only_on: bool) -> anyhow::Result<()> {
    let targets = ctx.app.targets();
    put_on(ctx, &targets, tag, only_on.then_some(true))?;
    ctx.app.chat.selection.clear();
    Ok(())
}

/// Puts a tag on targets; without `on`, takes it off when all have it.
pub fn put_on(ctx: &mut Ctx<'_>, targets: &[Target], tag: &str, on: Option<bool>) -> anyhow::Result<()> {
    if targets.is_empty() {
        anyhow::bail!("No message is here to tag");
    }
    let project = ctx.app.session.project();
    let known = project.tags().keys().find(|id| id.as_str() == tag).cloned();
    let id = known.unwrap_or_else(|| TagId::from_label(tag));
    let all = targets.iter().all(|target| project.tags_of(target).contains(&id));
    let on = on.unwrap_or(!all);
    let edits = targets
        .iter()
        .map(|target| Edit::Tag { target: target.clone(), tag: tag.to_owned(), on, copy: None })
        .collect();
    let what = crate::base::text::count_words(targets.len(), "message", "messages");
    ctx.edit(format!("tag {tag} on {what}"), edits)?;
    let project = ctx.app.session.project();
    let span = project.tag(&id).map(|(_, tag)| crate::tui::pane::message::tag_span(ctx.app.settings.theme, tag).text);
    let label = span.unwrap_or_else(|| tag.to_owned());
    let count = if targets.len() == 1 { String::new() } else { format!("{} ", targets.len()) };
    ctx.toast(if on {
        format!("tagged {count}{label}, u undoes")
    } else {
        format!("{label} taken off {count}, u undoes")
    });
    if on {
        ctx.app.repeat = Some(Repeat::Tag(id));
    }
    crate::tui::tour::did(ctx.app, crate::tui::tour::Step::Tag);
    Ok(())
}

/// Finds a tag among all of them by any letters in order.
pub struct TagPicker {
    picker: Picker,
}

impl TagPicker {
    /// Opens over what the cursor or selection chose.
    pub fn new(app: &App) -> Self {
        let tags = app.session.project().tags().iter().filter(|(_, tag)| tag.merged_into.is_none());
        let choice = |(id, tag): (&TagId, &Tag)| {
            Choice::new(&tag.label(), tag.definition.as_deref().unwrap_or_default(), id.to_string())
        };
        Self { picker: Picker::new(tags.map(choice).collect()) }
    }
}

impl Layer for TagPicker {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        Dock::Bottom(14.min(screen.height / 2 + 2))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let facts = vec![Fact::quiet(format!("{} of {}", self.picker.found_count(), self.picker.count()))];
        painter.heading(
            area,
            &Heading { title: "Tag: any letters, in order".to_owned(), facts, focused: true, danger: false },
        );
        super::prompt::draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, self.picker.line());
        let tags = app.session.project().tags();
        let height = usize::from(area.height.saturating_sub(2));
        for ((choice, ranked, is_cursor), y) in self.picker.rows(height).zip(area.y + 2..) {
            let tag = tags.get(&TagId::from_text(choice.value.as_str()));
            let (group, name) = tag.map_or((None, ""), |tag| (tag.group.as_deref(), tag.name.as_str()));
            let (sign, role) = painter.theme.group(group, name);
            let reverse = if is_cursor { Modifier::REVERSED | Modifier::BOLD } else { Modifier::empty() };
            let style = painter.style(role).add_modifier(reverse);
            cursor_row(painter, area.x, y, is_cursor);
            let mut label = vec![Span::new(sign, style)];
            label.extend(matched(&choice.label, ranked, style));
            painter.put_spans(area.x + 3, y, 34, &label);
            let key = tag.and_then(|tag| tag.key).map(String::from).unwrap_or_default();
            painter.put(area.x + 39, y, 1, &key, painter.style(Role::Accent));
            let room = area.width.saturating_sub(44);
            painter.put_cut(area.x + 42, y, room, &choice.detail, painter.style(Role::Dim));
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match key.code() {
            Code::Esc => return Ok(Flow::Close),
            Code::Enter => {
                let tag =
                    self.picker.current().map_or_else(|| self.picker.line().text().trim(), |choice| &choice.value);
                put(ctx, tag, false)?;
                return Ok(Flow::Close);
            }
            _ => self.picker.press(key),
        };
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.picker.paste(text);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("Enter", "put on"), Hint::new("↑ ↓", "choose"), Hint::new("Esc", "back")]
    }

    fn keeps_targets_bright(&self) -> bool {
        true
    }

    fn name(&self) -> &'static str {
        "tag picker"
    }
}

/// Asks for the label of a new tag, which is then put on.
pub fn ask_new(app: &App) -> Prompt {
    let answer = |ctx: &mut Ctx<'_>, label: &str| {
        let label = label.trim();
        if crate::base::id::slug(label).is_empty() {
            anyhow::bail!("A tag needs letters in its name");
        }
        put(ctx, label, true)
    };
    Prompt::new(app, "New tag: Group - Name, or a name alone", "", Box::new(answer)).over_targets()
}
