//! The message card: everything known of what the cursor stands on, and the record as it is in the
//! export.
//!
//! It follows the cursor of the focused pane: keys it does not use move and act there.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::person_card::{edge, moment_of, scroll_of, sections_citing};
use crate::archive::{Archive, Flags, Message, MsgIx, PersonIx, Quality};
use crate::base::id::{Target, TargetKind};
use crate::base::text::{count_words, cut_middle, size_words};
use crate::base::time::{Instant, MINUTE, Zone};
use crate::jobs::record::WantedRecord;
use crate::project::Project;
use crate::project::model::Milestone;
use crate::report::template::section_title;
use crate::timeline::ToldZone;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::Doc;
use crate::tui::pane::notation;
use crate::tui::theme::{Glyph, Role};

/// Where the words beside a label begin.
const WORDS: u16 = 13;
/// Most replies that are listed.
const MOST_REPLIES: usize = 12;

/// The message card.
pub struct MessageCard {
    scroll: usize,
    raw: bool,
}

impl MessageCard {
    /// Opens at its top.
    pub const fn new(_app: &App) -> Self {
        Self { scroll: 0, raw: false }
    }

    fn doc(&self, app: &App, width: u16) -> Doc {
        let mut doc = Doc::new(app.settings.theme, width);
        match cursor_target(app) {
            None => doc.text(2, "Nothing is under the cursor here.", Style::new()),
            Some(target) => {
                let page = Page { app, project: app.session.project(), archive: &app.session.archive, target };
                if self.raw { page.raw(&mut doc) } else { page.all(&mut doc) }
            }
        }
        doc
    }

    fn area(app: &App) -> Rect {
        crate::tui::layout::drawer(app.size)
    }

    fn toggle_raw(&mut self, ctx: &mut Ctx<'_>) {
        let Some(ix) = message_under(ctx.app).map(|message| message.ix()) else {
            ctx.cannot("Only a message of an export has a record; this is ours");
            return;
        };
        self.raw = !self.raw;
        self.scroll = 0;
        if self.raw {
            ask_for(ctx, ix);
        }
    }
}

/// A clock to the unit to which it is known.
const fn clock_shape(quality: Quality) -> &'static str {
    if quality.has(Quality::MINUTE) {
        "%H:%M"
    } else if quality.has(Quality::SECOND) {
        "%H:%M:%S"
    } else {
        "%H:%M:%S%.6f"
    }
}

/// Asks for the record of a message unless it is there.
fn ask_for(ctx: &mut Ctx<'_>, ix: MsgIx) {
    let wanted = WantedRecord::OfMessage(ix);
    if ctx.app.raw_record.as_ref().is_none_or(|known| known.wanted != wanted) {
        ctx.app.raw_record = None;
        ctx.ask(Effect::RawRecord(wanted));
    }
}

/// What the cursor of the current screen stands on.
fn cursor_target(app: &App) -> Option<Target> {
    if app.screen == ScreenId::Chat {
        return app.chat.focused().and_then(|pane| pane.target(&app.session.archive));
    }
    app.targets().into_iter().next()
}

fn message_under(app: &App) -> Option<Message<'_>> {
    app.chat.focused().and_then(|pane| pane.message(&app.session.archive))
}

impl Layer for MessageCard {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Right
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        edge(app, painter, area);
        let doc = self.doc(app, area.width);
        doc.draw(painter, area, doc.top(self.scroll, area.height));
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let area = Self::area(ctx.app);
        let scrolls = !matches!(key.code(), Code::Up | Code::Down);
        if let Some(by) = scroll_of(key, area).filter(|_| scrolls) {
            let doc = self.doc(ctx.app, area.width);
            self.scroll = doc.top(self.scroll.saturating_add_signed(by), area.height);
            return Ok(Flow::Used);
        }
        match (key.code(), key.typed()) {
            (Code::Esc, _) if self.raw => self.toggle_raw(ctx),
            (Code::Esc | Code::Enter, _) | (_, Some('q')) => return Ok(Flow::Close),
            (_, Some('r')) => self.toggle_raw(ctx),
            (Code::Up | Code::Down, _) | (_, Some('j' | 'k')) if ctx.app.screen == ScreenId::Chat => {
                let by = if key.code() == Code::Up || key.typed() == Some('k') { -1 } else { 1 };
                crate::tui::pane::motion(ctx, crate::tui::pane::Motion::Lines(by));
                self.scroll = 0;
                if let Some(ix) = message_under(ctx.app).map(|message| message.ix()).filter(|_| self.raw) {
                    ask_for(ctx, ix);
                }
            }
            (_, Some('o' | 'K' | 'F' | '/')) => return Ok(Flow::CloseAndPass),
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, app: &App) -> Vec<Hint> {
        let raw = if self.raw { "back to the card" } else { "raw record" };
        let mut hints = vec![
            Hint::new("t", "tag"),
            Hint::new("a", "timeline"),
            Hint::new("c", "note"),
            Hint::new("y", "copy"),
            Hint::new("r", raw),
        ];
        if crate::tui::pane::first_link(app).is_some() {
            hints.push(Hint::new("O", "open link"));
        }
        hints.push(Hint::new("j k", "next message"));
        hints.push(Hint::new("Esc", "back"));
        hints
    }

    fn name(&self) -> &'static str {
        "message card"
    }
}

struct Page<'a> {
    app: &'a App,
    project: &'a Project,
    archive: &'a Archive,
    target: Target,
}

impl Page<'_> {
    fn message(&self) -> Option<Message<'_>> {
        self.archive.message(self.archive.find(&self.target.message()?)?)
    }

    fn all(&self, doc: &mut Doc) {
        if let Some(message) = self.message() {
            self.when_and_who(doc, &message);
            self.words(doc, &message);
            self.ours(doc);
            self.edits(doc, &message);
            self.thread(doc, &message);
            self.reactions(doc, &message);
            Self::links(doc, &message);
        } else {
            self.event(doc);
            self.ours(doc);
        }
        self.cited(doc);
    }

    fn heading(title: &str, fact: String) -> Heading {
        let facts = if fact.is_empty() { Vec::new() } else { vec![Fact::quiet(fact)] };
        Heading { title: title.to_owned(), facts, ..Heading::default() }
    }

    fn when_and_who(&self, doc: &mut Doc, message: &Message<'_>) {
        let place = format!(
            "{}, message {}",
            message.log().meta().label(),
            crate::base::text::thousands(message.ix().row as usize + 1)
        );
        doc.heading(Heading { focused: true, ..Self::heading("Message", place) });
        doc.blank();
        self.clock(doc, message.time(), self.local(message), message.quality());
        let (theme, dim) = (doc.theme(), doc.style(Role::Dim));
        let Some(author) = message.author() else {
            doc.text(2, "nobody is named", dim);
            doc.blank();
            return;
        };
        let card = self.project.person(&author.id);
        let name = card.and_then(|card| card.name.clone()).unwrap_or_else(|| author.name.unsanitised().to_owned());
        let title = card.and_then(|card| card.title.clone()).unwrap_or_else(|| author.title.unsanitised().to_owned());
        let team = card.and_then(|card| card.team.clone()).unwrap_or_default();
        let bot = if author.is_bot { "a program".to_owned() } else { String::new() };
        let about: Vec<String> = [title, team, bot].into_iter().filter(|words| !words.is_empty()).collect();
        let role = if author.is_bot { Role::Text } else { theme.hue(author.id.as_str()) };
        doc.labelled_spans(2, "", 2, vec![Span::new(name, theme.bold(role)), Span::new(about.join(", "), dim)]);
        doc.blank();
    }

    fn clock(&self, doc: &mut Doc, at: Instant, local: String, quality: Quality) {
        let is_as_written = quality.has(Quality::NO_ZONE);
        let zone = if is_as_written { Zone::UTC } else { self.app.zone() };
        let told = if is_as_written { ToldZone::Unknown } else { ToldZone::Known };
        let offset = told.offset_label(zone, at);
        let exact = zone.wall(at).map_or_else(
            || "no time is told".to_owned(),
            |wall| format!("{} {offset}", wall.format(clock_shape(quality))),
        );
        let start = self.project.milestone(Milestone::Start);
        let since = start.and_then(|start| at.since(start)).map(|length| {
            let sign = if length < 0 { '-' } else { '+' };
            let minutes = length.abs() / MINUTE;
            if minutes < 120 {
                format!("T{sign}{minutes}m")
            } else {
                format!("T{sign}{}h{:02}", minutes / 60, minutes % 60)
            }
        });
        let dim = doc.style(Role::Dim);
        let mut spans = vec![Span::new(exact, doc.theme().bold(Role::Text))];
        spans.extend(since.into_iter().map(|since| Span::new(since, dim)));
        spans.push(Span::new(if local.is_empty() || is_as_written { zone.long_day(at) } else { local }, dim));
        doc.labelled_spans(2, "", 2, spans);
        if let Some(words) = quality.words().filter(|_| at.is_dated()) {
            doc.labelled(2, "time known", WORDS, &words, doc.style(Role::Dim));
        }
    }

    /// The author's own clock: `14:37 in Lisbon, Fri 6 Dec 2024`.
    fn local(&self, message: &Message<'_>) -> String {
        let author = message.author();
        let card = author.and_then(|author| self.project.person(&author.id));
        let zone = card.and_then(|card| card.zone).or_else(|| author.and_then(|author| author.zone));
        zone.map_or_else(String::new, |zone| {
            format!("{} in {}, {}", zone.minute(message.time()), zone.city(), zone.long_day(message.time()))
        })
    }

    fn words(&self, doc: &mut Doc, message: &Message<'_>) {
        let body = message.body();
        let dim = doc.style(Role::Dim);
        if body.is_empty() && message.attachment_text().is_none() {
            doc.text(2, "(no text)", dim);
        }
        if !body.is_empty() {
            doc.text(2, body.unsanitised(), Style::new());
        }
        if let Some(text) = message.attachment_text() {
            let first = doc.len();
            doc.text(4, text.unsanitised().trim_matches('\n'), Style::new());
            for row in first..doc.len() {
                doc.mark(row, 2, Span::new(doc.theme().glyph(Glyph::Quote), dim));
            }
        }
        if let Some(huddle) = message.extras().and_then(|extras| extras.huddle.as_ref()) {
            let length = huddle
                .end
                .and_then(|end| end.since(huddle.start))
                .map_or_else(|| "still running".to_owned(), crate::base::time::duration_words);
            doc.labelled(2, "huddle", WORDS, &format!("{length}: {}", self.names(&huddle.people)), Style::new());
        }
        if let Some(at) = message.extras().and_then(|extras| extras.deleted_at) {
            doc.labelled(
                2,
                "deleted",
                WORDS,
                &notation::moment(self.app.zone(), at, Some(message.time())),
                Style::new(),
            );
        }
        doc.blank();
    }

    fn names(&self, people: &[PersonIx]) -> String {
        let names: Vec<String> = people
            .iter()
            .filter_map(|&ix| self.archive.people().get(ix))
            .map(|person| person.short().tty_line().into_owned())
            .collect();
        names.join(", ")
    }

    fn event(&self, doc: &mut Doc) {
        let kind = if self.target.kind() == TargetKind::Event { "Event no channel recorded" } else { "Message" };
        let Some(evidence) = crate::timeline::assemble::evidence_of(self.project, self.archive, &self.target) else {
            doc.heading(Heading { focused: true, ..Self::heading(kind, String::new()) });
            doc.text(2, "Neither the exports nor the project know it any more.", Style::new());
            return;
        };
        doc.heading(Heading { focused: true, ..Self::heading(kind, evidence.channel.tty_line().into_owned()) });
        doc.blank();
        self.clock(doc, evidence.at, String::new(), Quality::EXACT);
        if let Some(length) = evidence.plus_minus {
            let sign = doc.theme().glyph(Glyph::PlusMinus);
            doc.labelled(
                2,
                "about",
                WORDS,
                &format!("{sign} {}", crate::base::time::duration_short(length)),
                doc.style(Role::Warning),
            );
        }
        doc.blank();
        doc.text(2, evidence.text.unsanitised(), Style::new());
        doc.blank();
        let by = evidence.by.as_ref().and_then(|by| self.project.investigators().get(by)).map(|who| who.name.clone());
        for (label, words) in [("source", evidence.source.clone()), ("written by", by)] {
            if let Some(words) = words.filter(|words| !words.is_empty()) {
                doc.labelled(2, label, WORDS, &words, Style::new());
            }
        }
    }

    /// What investigators made of it.
    fn ours(&self, doc: &mut Doc) {
        let (theme, dim) = (doc.theme(), doc.style(Role::Dim));
        if let Some(drift) = self.app.session.drift_of(&self.target) {
            let words = format!("it {} since it was annotated; :problems shows both", drift.words());
            doc.labelled(2, "changed", WORDS, &words, doc.style(Role::Warning));
        }
        let tags = self.project.tags_of(&self.target);
        let tags: Vec<Span> =
            tags.iter().filter_map(|id| self.project.tag(id)).map(|(_, tag)| notation::whole_tag(theme, tag)).collect();
        if tags.is_empty() {
            doc.labelled(2, "tags", WORDS, "none", dim);
        } else {
            doc.labelled_spans(2, "tags", WORDS, tags);
        }
        self.timeline(doc);
        let notes = self.project.notes_on(&self.target);
        if notes.is_empty() {
            doc.labelled(2, "note", WORDS, "none", dim);
        }
        for (nth, (_, note)) in notes.into_iter().enumerate() {
            let who = note
                .by
                .as_ref()
                .and_then(|by| self.project.investigators().get(by))
                .map_or("", |who| who.initials.as_str());
            let sign = if note.question.is_some() { Glyph::Question } else { Glyph::Note };
            let off = if note.off_record { "  (off the record)" } else { "" };
            let who = if who.is_empty() { String::new() } else { format!("{who}: ") };
            doc.labelled(
                2,
                if nth == 0 { "note" } else { "" },
                WORDS,
                &format!("{} {who}{}{off}", theme.glyph(sign), note.text),
                Style::new(),
            );
        }
        if self.project.is_off_record(&self.target) {
            doc.labelled(2, "record", WORDS, "! off the record: it leaves no export", doc.style(Role::Warning));
        }
        doc.blank();
    }

    fn timeline(&self, doc: &mut Doc) {
        let beat = self
            .project
            .beats()
            .iter()
            .find(|(beat, members)| members.contains(&self.target) && self.project.entry(beat).is_some());
        let entry = self.project.entry(&self.target).or_else(|| beat.and_then(|(beat, _)| self.project.entry(beat)));
        let Some(entry) = entry else {
            doc.labelled(2, "timeline", WORDS, "not on it, a puts it there", doc.style(Role::Dim));
            return;
        };
        let at = entry.occurred_at.map(|at| format!("{} ", self.app.zone().minute(at))).unwrap_or_default();
        let headline = entry
            .headline
            .as_deref()
            .map_or_else(|| "by its first sentence".to_owned(), |headline| format!("\"{headline}\""));
        let together = if beat.is_some() { ", together with others" } else { "" };
        let words = format!("{} {at}{headline}{together}", doc.theme().glyph(Glyph::OnTimeline));
        doc.labelled(2, "timeline", WORDS, &words, Style::new());
    }

    fn edits(&self, doc: &mut Doc, message: &Message<'_>) {
        if !message.flags().has(Flags::EDITED) {
            return;
        }
        let extras = message.extras();
        let versions = extras.map(|extras| extras.versions.as_slice()).unwrap_or_default();
        let fact =
            if versions.is_empty() { "the export keeps the last text only" } else { "earlier texts, oldest first" };
        doc.heading(Self::heading("Edited", fact.to_owned()));
        let zone = self.app.zone();
        for version in versions {
            doc.labelled(2, &zone.clock(version.at), WORDS, version.text.unsanitised(), Style::new());
        }
        if let Some(at) = extras.and_then(|extras| extras.edited) {
            doc.labelled(2, &zone.clock(at), WORDS, "the text above", doc.style(Role::Dim));
        }
        doc.blank();
    }

    fn thread(&self, doc: &mut Doc, message: &Message<'_>) {
        let Some(thread) = message.thread() else { return };
        let mut title = format!("Thread, {}", count_words(thread.replies.len(), "reply", "replies"));
        let missing = thread.declared.map_or(0, |declared| (declared as usize).saturating_sub(thread.replies.len()));
        if missing > 0 {
            title = format!("{title}, {missing} not in the export");
        }
        doc.heading(Self::heading(&title, "o opens it".to_owned()));
        if thread.root.is_none() {
            doc.text(2, "Its first message is not in the export.", doc.style(Role::Dim));
        }
        let root = thread.root.filter(|&root| root != message.ix().row);
        for &row in root.iter().chain(&thread.replies).take(MOST_REPLIES) {
            if let Some(other) = self.archive.message(MsgIx { row, ..message.ix() }) {
                self.reply(doc, &other, message.time());
            }
        }
        let more = thread.replies.len().saturating_sub(MOST_REPLIES);
        if more > 0 {
            doc.text(2, &format!("{more} more"), doc.style(Role::Dim));
        }
        doc.blank();
    }

    fn reply(&self, doc: &mut Doc, reply: &Message<'_>, near: Instant) {
        let theme = doc.theme();
        let when = notation::moment(self.app.zone(), reply.time(), Some(near));
        let hue = reply.author().map_or(Role::Dim, |author| theme.hue(author.id.as_str()));
        let name = Span::new(notation::column(reply.author_label().unsanitised(), 8), theme.style(hue));
        let x = 2 + crate::base::text::width(&when) as u16 + 2;
        let first = doc.len();
        doc.text(x + 9, reply.text().unsanitised(), Style::new());
        doc.mark(first, x, name);
        doc.mark(first, 2, Span::new(when, Style::new()));
    }

    fn reactions(&self, doc: &mut Doc, message: &Message<'_>) {
        let reactions = message.extras().map(|extras| extras.reactions.as_slice()).unwrap_or_default();
        if reactions.is_empty() {
            return;
        }
        doc.heading(Self::heading("Reactions", String::new()));
        for reaction in reactions {
            let names = self.names(&reaction.people);
            let unnamed = (reaction.count as usize).saturating_sub(reaction.people.len());
            let more = if unnamed > 0 { format!(" and {unnamed} not named") } else { String::new() };
            let first = doc.len();
            doc.text(19, &format!("{names}{more}"), doc.style(Role::Dim));
            let label = notation::column(&format!(":{}: {}", reaction.name.unsanitised(), reaction.count), 16);
            doc.mark(first, 2, Span::new(label, Style::new()));
        }
        doc.blank();
    }

    fn links(doc: &mut Doc, message: &Message<'_>) {
        let Some(extras) = message.extras().filter(|extras| !extras.files.is_empty() || !extras.links.is_empty())
        else {
            return;
        };
        doc.heading(Self::heading("Links and files", String::new()));
        let (sign, warning, dim) = (doc.theme().glyph(Glyph::File), doc.style(Role::Warning), doc.style(Role::Dim));
        for file in &extras.files {
            let name = cut_middle(&file.name.tty_line(), 40).into_owned();
            let size = file.size.map(size_words).unwrap_or_default();
            let why = file
                .gone
                .as_ref()
                .map_or_else(|| "only its name is in the export".to_owned(), |why| format!("gone: {}", why.tty_line()));
            let spans = vec![
                Span::new(format!("{sign} {name}"), Style::new()),
                Span::new(size, dim),
                Span::new(format!("! {why}"), warning),
            ];
            doc.labelled_spans(2, "", 2, spans.into_iter().filter(|span| !span.text.is_empty()).collect());
        }
        for (nth, link) in extras.links.iter().enumerate() {
            let host = crate::tui::pane::host(link.unsanitised());
            let key = if nth == 0 && crate::tui::pane::is_openable(link.unsanitised()) { "  O opens it" } else { "" };
            doc.labelled(2, "to", 6, &format!("{host}{key}"), doc.style(Role::Accent));
            if let Some(disguise) = crate::tui::pane::disguise(link.unsanitised()) {
                doc.sentence(6, &disguise, doc.style(Role::Warning));
            }
            doc.text(6, link.unsanitised(), dim);
        }
        doc.blank();
    }

    fn cited(&self, doc: &mut Doc) {
        let sections: BTreeSet<String> =
            sections_citing(self.project, |id| id.as_str() == self.target.as_str()).into_iter().collect();
        if !sections.is_empty() {
            let titles: Vec<&str> = sections.iter().map(|key| section_title(key)).collect();
            doc.labelled(2, "cited in", WORDS, &titles.join(", "), Style::new());
        }
        let at = moment_of(self.app);
        if let Some(copy) = self
            .target
            .message()
            .and_then(|id| self.project.message(&id))
            .filter(|_| self.message().is_none() && at.is_dated())
        {
            doc.labelled(
                2,
                "kept",
                WORDS,
                &format!("a copy of {}; its export is not open", copy.channel),
                doc.style(Role::Dim),
            );
        }
    }

    /// The record as it stands in the export.
    fn raw(&self, doc: &mut Doc) {
        let place = self.message().map_or_else(String::new, |message| {
            let provenance = message.log().provenance(message.ix().row);
            let file =
                message.log().files().get(provenance.file as usize).map(|file| file.name.tty_line().into_owned());
            format!("{}, record {}", file.unwrap_or_default(), provenance.record + 1)
        });
        doc.heading(Heading { focused: true, ..Self::heading("Raw record", place) });
        let here = self.message().map(|message| WantedRecord::OfMessage(message.ix()));
        let record = self.app.raw_record.as_ref().filter(|record| Some(&record.wanted) == here.as_ref());
        match record.map(|record| &record.text) {
            Some(Ok(text)) => doc.text(2, text, Style::new()),
            Some(Err(why)) => doc.text(2, &format!("! {why}"), doc.style(Role::Warning)),
            None => doc.text(2, "reading the export", doc.style(Role::Dim)),
        }
    }
}
