//! How far two people agree who tagged the same messages apart: tag by tag the counts, and below them
//! the messages of the tag under the cursor, each of which leads to its place.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::prompt::Prompt;
use super::sources::file_name;
use crate::analysis::agreement::{Agreement, By, Decisions, Given, agreement};
use crate::base::id::{MessageId, Target};
use crate::base::text::{count_words, width};
use crate::jobs::agreement::Other;
use crate::timeline::{Evidence, evidence_of};
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::many::usual_place;
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::{self, Doc};
use crate::tui::pane::notation::{column, moment};
use crate::tui::theme::Role;
use crate::tui::widget::completion::Completion;

/// The question for the other copy, under which former answers are found.
const WHICH: &str = "Which copy of the project, tagged by somebody else?";
/// Columns of numbers with the cells of each, the last one at the right edge.
const NUMBERS: [(&str, u16); 5] = [("both", 7), ("only here", 11), ("only there", 12), ("agreement", 11), ("kappa", 8)];
/// Most messages that are listed; a tag has fewer than all tags together.
const LISTED: usize = 1_000;
/// The row that counts all tags together.
const ALL: &str = "all tags";

/// How far two agree.
pub struct AgreementSheet {
    path: PathBuf,
    generation: u64,
    read: Read,
    /// The row of the table.
    tag: usize,
    /// The row of the list, once it was gone into.
    message: Option<usize>,
    top: Cell<usize>,
    /// What was counted, and for which state of the project.
    counted: RefCell<Option<(u64, Rc<Agreement>)>>,
}

/// What is there of the other copy.
enum Read {
    NotYet,
    Failed(String),
    Whole(Box<Other>),
}

/// Asks for the other copy, or reads the one named.
pub fn open(ctx: &mut Ctx<'_>, path: Option<&str>) {
    if let Some(path) = path.map(str::trim).filter(|path| !path.is_empty()) {
        return show(ctx, PathBuf::from(path));
    }
    let known = ctx.app.together.asked.0.as_deref().map(|path| path.to_string_lossy().into_owned());
    let before = known.unwrap_or_else(|| usual_place(&ctx.app.session));
    let answer = Box::new(|ctx: &mut Ctx<'_>, text: &str| {
        let text = text.trim();
        anyhow::ensure!(!text.is_empty(), "Name the file of the other copy: incident-bo.json");
        let is_own = |own: &PathBuf| own.as_path() == Path::new(text);
        anyhow::ensure!(!ctx.app.session.path.as_ref().is_some_and(is_own), "That is this project itself");
        show(ctx, PathBuf::from(text));
        Ok(())
    });
    ctx.open(Prompt::new(ctx.app, WHICH, &before, answer).completing(Completion::Path));
}

fn show(ctx: &mut Ctx<'_>, path: PathBuf) {
    let together = &mut ctx.app.together;
    let generation = together.asked.1 + 1;
    together.asked = (Some(path.clone()), generation);
    together.other = None;
    ctx.ask(Effect::Other { generation, path: path.clone() });
    ctx.open(AgreementSheet {
        path,
        generation,
        read: Read::NotYet,
        tag: 0,
        message: None,
        top: Cell::new(0),
        counted: RefCell::new(None),
    });
}

impl AgreementSheet {
    /// The counts as both projects stand.
    fn counted(&self, app: &App) -> Rc<Agreement> {
        let Read::Whole(other) = &self.read else { return Rc::default() };
        let revision = app.session.project_revision();
        if let Some((known, counted)) = &*self.counted.borrow()
            && *known == revision
        {
            return Rc::clone(counted);
        }
        let counted = Rc::new(agreement(app.session.project(), other.document.project(), &other.common.messages));
        *self.counted.borrow_mut() = Some((revision, Rc::clone(&counted)));
        counted
    }

    /// The messages of the tag under the cursor, so many as are listed: what only one tagged comes first.
    fn messages(&self, counted: &Agreement) -> Vec<Given> {
        let tag = self.tag_in(counted);
        let is_shown = |given: &&Given| tag.is_none_or(|tag| given.tag == *tag);
        let mut shown: Vec<Given> = counted.given.iter().filter(is_shown).cloned().collect();
        shown.sort_by_key(|given| given.by);
        shown.truncate(LISTED);
        shown
    }

    /// The tag under the cursor; none on the row of all.
    fn tag_in<'a>(&self, counted: &'a Agreement) -> Option<&'a String> {
        let nth = self.tag.checked_sub(1)?;
        ordered(counted).get(nth).map(|(tag, _)| *tag)
    }

    fn doc(&self, app: &App, width: u16) -> Doc {
        let mut doc = Doc::new(app.settings.theme, width);
        let Read::Whole(other) = &self.read else {
            doc.heading(Heading { title: "Agreement of tags".to_owned(), focused: true, ..Heading::default() });
            let (words, style) = match &self.read {
                Read::Failed(why) => (why.clone(), doc.style(Role::Warning)),
                _ => (format!("reading {}", file_name(&self.path)), doc.style(Role::Dim)),
            };
            doc.text(3, &words, style);
            return doc;
        };
        let counted = self.counted(app);
        let count = count_words(usize::try_from(counted.messages).unwrap_or(usize::MAX), "message", "messages");
        let facts = vec![
            Fact::quiet(format!("there: {}", file_name(&other.path))),
            Fact::quiet(format!("{count} that both could have tagged")),
        ];
        doc.heading(Heading { title: "Agreement of tags".to_owned(), facts, focused: true, danger: false });
        if !other.common.is_whole {
            let words = "Not all sources are at hand: only messages that somebody annotated are counted.";
            doc.sentence(3, words, doc.style(Role::Warning));
        }
        for notice in &other.notices {
            doc.sentence(3, notice, doc.style(Role::Dim));
        }
        self.table(&mut doc, &counted);
        doc.blank();
        self.list(app, other, &mut doc, &counted);
        doc
    }

    fn table(&self, doc: &mut Doc, counted: &Agreement) {
        let dim = doc.style(Role::Dim);
        let names = NUMBERS.map(|(name, _)| name.to_owned());
        let mut heading = vec![(3, Span::new("tag", dim))];
        heading.extend(numbers(doc.right(), &names, dim));
        doc.cells(heading);
        let all = std::iter::once((ALL, counted.all));
        let tags = ordered(counted).into_iter().map(|(tag, decisions)| (tag.as_str(), *decisions));
        for (nth, (tag, decisions)) in all.chain(tags).enumerate() {
            let is_cursor = nth == self.tag;
            if is_cursor && self.message.is_none() {
                doc.cursor_here();
            }
            let style = match (is_cursor, nth) {
                (true, _) => doc::cursor_cell(doc.theme()),
                (false, 0) => doc.theme().bold(Role::Text),
                _ => Style::new(),
            };
            let room = usize::from(number_x(doc.right(), 0)).saturating_sub(5);
            let mut cells = vec![(3, Span::new(column(tag, room), style))];
            cells.extend(numbers(doc.right(), &figures(decisions), Style::new()));
            doc.cells(cells);
        }
    }

    fn list(&self, app: &App, other: &Other, doc: &mut Doc, counted: &Agreement) {
        let tag = self.tag_in(counted);
        let title = tag.map_or("All tagged messages", String::as_str);
        let messages = self.messages(counted);
        let order = if messages.len() < LISTED { "" } else { "the first 1,000, " };
        let facts = vec![Fact::quiet(format!("{order}what only one tagged comes first"))];
        doc.heading(Heading { title: column(title, 60), facts, focused: self.message.is_some(), danger: false });
        if messages.is_empty() {
            doc.text(3, "Neither has tagged a message that both could have tagged.", doc.style(Role::Dim));
        }
        let dim = doc.style(Role::Dim);
        for (nth, given) in messages.iter().enumerate() {
            let is_cursor = self.message == Some(nth);
            if is_cursor {
                doc.cursor_here();
            }
            let words = match given.by {
                By::Both => "both",
                By::OnlyA => "only here",
                By::OnlyB => "only there",
            };
            let mark = if is_cursor { doc::cursor_cell(doc.theme()) } else { dim };
            let mut cells = vec![(3, Span::new(words, mark))];
            let said = said(app, other, &given.message);
            if tag.is_none() {
                cells.push((15, Span::new(column(&given.tag, 26), Style::new())));
            }
            let x = if tag.is_none() { 43 } else { 15 };
            if let Some(said) = said {
                let zone = said.told_zone.shown_in(app.zone());
                cells.push((x, Span::new(moment(zone, said.at, None) + said.told_zone.mark(), dim)));
                let text = format!("{}: {}", said.short_who().tty_line(), said.headline().tty_line());
                cells.push((x + 14, Span::new(text, Style::new())));
            } else {
                cells.push((x, Span::new(column(given.message.as_str(), 60), dim)));
            }
            doc.cells(cells);
        }
    }

    fn go(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        let messages = self.messages(&self.counted(ctx.app));
        let Some(given) = self.message.and_then(|nth| messages.get(nth)) else { return Ok(Flow::Used) };
        ctx.app.go_to(&Target::from_text(given.message.as_str())).map_err(anyhow::Error::msg)?;
        Ok(Flow::Close)
    }

    fn step(&mut self, app: &App, by: isize) {
        let counted = self.counted(app);
        match self.message {
            Some(row) => {
                let last = self.messages(&counted).len().saturating_sub(1);
                self.message = Some(row.saturating_add_signed(by).min(last));
            }
            None => self.tag = self.tag.saturating_add_signed(by).min(counted.tags.len()),
        }
    }
}

/// The tags; those of which the two think most differently come first.
fn ordered(counted: &Agreement) -> Vec<(&String, &Decisions)> {
    let mut tags: Vec<_> = counted.tags.iter().collect();
    tags.sort_by_key(|(_, decisions)| std::cmp::Reverse(decisions.only_a + decisions.only_b));
    tags
}

/// What a message said, from whichever of the two knows it.
fn said(app: &App, other: &Other, message: &MessageId) -> Option<Evidence> {
    let target = Target::from_text(message.as_str());
    let archive = &app.session.archive;
    evidence_of(app.session.project(), archive, &target)
        .or_else(|| evidence_of(other.document.project(), archive, &target))
}

fn figures(decisions: Decisions) -> [String; 5] {
    [
        decisions.both.to_string(),
        decisions.only_a.to_string(),
        decisions.only_b.to_string(),
        decisions.agreement_words(),
        decisions.kappa_words(),
    ]
}

/// Where the n-th column of numbers begins.
fn number_x(right: u16, nth: usize) -> u16 {
    let cells: u16 = NUMBERS.iter().skip(nth).map(|(_, cells)| cells).sum();
    right.saturating_sub(cells)
}

/// Numbers at the right edges of their columns.
fn numbers(right: u16, words: &[String; 5], style: Style) -> Vec<(u16, Span)> {
    let place = |(nth, (text, (_, cells))): (usize, (&String, &(&str, u16)))| {
        let air = cells.saturating_sub(width(text) as u16);
        (number_x(right, nth) + air, Span::new(text, style))
    };
    words.iter().zip(&NUMBERS).enumerate().map(place).collect()
}

impl Layer for AgreementSheet {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let doc = self.doc(app, area.width);
        // Among messages there is more to see of those that follow.
        let below = if self.message.is_some() { usize::from(area.height / 2) } else { 3 };
        self.top.set(doc.follow(self.top.get(), area.height, below));
        doc.draw(painter, area, self.top.get());
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.typed()) {
            (Code::Esc, _) if self.message.is_some() => self.message = None,
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.step(ctx.app, 1),
            (Code::Up, _) | (_, Some('k')) => self.step(ctx.app, -1),
            (Code::Enter, _) if self.message.is_some() => return self.go(ctx),
            (Code::Enter | Code::Tab, _) if self.message.is_none() => {
                let is_empty = self.messages(&self.counted(ctx.app)).is_empty();
                anyhow::ensure!(!is_empty, "No message is in this list");
                self.message = Some(0);
            }
            (Code::Tab, _) => self.message = None,
            (_, Some('o')) => {
                open(ctx, None);
                return Ok(Flow::Close);
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn job_done(&mut self, app: &mut App) {
        if app.together.other.as_ref().is_some_and(|(generation, _)| *generation == self.generation)
            && let Some((_, read)) = app.together.other.take()
        {
            self.read = match read {
                Ok(other) => Read::Whole(Box::new(other)),
                Err(why) => Read::Failed(why),
            };
        }
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        if self.message.is_some() {
            return vec![
                Hint::new("Enter", "go to the message"),
                Hint::new("j k", "message"),
                Hint::new("Esc", "back to the tags"),
            ];
        }
        vec![
            Hint::new("j k", "tag"),
            Hint::new("Enter", "its messages"),
            Hint::new("o", "other copy"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "agreement"
    }
}
