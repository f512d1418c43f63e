//! One row of a chat pane as lines of cells: time, name, wrapped text, tags, notes, reactions.
//!
//! Pure: from state to lines, nothing is drawn and nothing kept. Text of exports is sanitised here.

use ratatui::style::{Modifier, Style};

use super::display::{Density, EmojiDisplay, LongLines, NoteDisplay, TimeDisplay};
use super::rows::{PaneRow, RowWhat};
use crate::archive::{Archive, Message, MessageType, Quality};
use crate::base::id::Target;
use crate::base::text::{LineBreaks, cut, cut_middle, fit, sanitize_tty, shown, size_words, width};
use crate::base::time::{Instant, MINUTE, Zone, duration_words};
use crate::project::Project;
use crate::search::Match;
use crate::search::highlight::{Highlight, Highlighter};
use crate::tui::paint::Span;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::widget::wrap::wrap;

/// Silence shorter than this is not drawn.
pub const QUIET: i64 = 5 * MINUTE;
/// A message of more lines than this is folded.
const MOST_LINES: usize = 12;
/// Lines that stay of a folded message.
const FOLDED_LINES: usize = 10;
/// The widest measure of text.
const MEASURE: usize = 72;
/// Cells of the tag column of very wide panes.
pub const TAG_COLUMN: u16 = 24;

/// Where the columns of a pane begin; from the pane's left edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Cells of the pane, its scroll map not counted.
    pub width: u16,
    /// Cells for the time.
    pub time: u16,
    /// Where the name begins.
    pub name: u16,
    /// Cells for the name.
    pub name_cells: u16,
    /// Where the text begins.
    pub text: u16,
    /// Where the tag column begins, in very wide panes.
    pub tags: Option<u16>,
}

impl Shape {
    /// The columns of a pane of so many cells, its scroll map not counted.
    pub const fn of(width: u16) -> Self {
        match width {
            0..34 => Self { width, time: 5, name: 9, name_cells: 4, text: 14, tags: None },
            34..56 => Self { width, time: 5, name: 9, name_cells: 6, text: 16, tags: None },
            56..99 => Self { width, time: 8, name: 13, name_cells: 8, text: 23, tags: None },
            _ => {
                Self { width, time: 8, name: 13, name_cells: 8, text: 23, tags: Some(width.saturating_sub(TAG_COLUMN)) }
            }
        }
    }

    /// Cells for text: a measure that reads well where lines wrap, else all there are.
    pub fn measure(&self, long: LongLines) -> usize {
        let end = self.tags.map_or(self.width, |tags| tags.saturating_sub(1));
        let room = usize::from(end.saturating_sub(self.text + 1)).max(1);
        if long == LongLines::Wrap { room.min(MEASURE) } else { room }
    }

    const fn is_narrow(&self) -> bool {
        self.time < 8
    }
}

/// How rows are set, whatever they say: with the same one and the same content a row looks the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typesetting {
    /// Signs and colours.
    pub theme: Theme,
    /// The columns.
    pub shape: Shape,
    /// The zone of the clocks.
    pub zone: Zone,
    /// How much room a message takes.
    pub density: Density,
    /// How much of notes is shown.
    pub notes: NoteDisplay,
    /// How times are shown.
    pub times: TimeDisplay,
    /// Whether reactions are shown.
    pub reactions: bool,
    /// How reactions are shown.
    pub emoji: EmojiDisplay,
    /// What becomes of lines that are longer than the pane.
    pub long_lines: LongLines,
}

/// What decides how a row looks beside its content.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// What was said.
    pub archive: &'a Archive,
    /// What people think about it.
    pub project: &'a Project,
    /// How rows are set.
    pub set: Typesetting,
    /// What is searched for.
    pub highlight: Option<&'a Highlighter>,
}

/// The sign in the mark column.
pub type Mark = Option<(Glyph, Style)>;

/// One line of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Time, on the first line.
    pub time: Option<Span>,
    /// Name, on the first line.
    pub name: Option<Span>,
    /// Where the spans begin, from the pane's left edge.
    pub indent: u16,
    /// What it says.
    pub spans: Vec<Span>,
    /// Tags in their own column.
    pub tags: Vec<Span>,
    /// Whether it stands before the row itself (silence, a new day).
    pub is_lead: bool,
}

/// A row as lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowLines {
    /// Lead lines first, then the row's own.
    pub lines: Vec<Line>,
    /// How many of them are lead lines.
    pub lead: usize,
    /// The sign in the mark column of its first own line.
    pub mark: Mark,
}

/// The row before, as far as it decides what need not be said again.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// The row.
    pub row: &'a PaneRow,
    /// Whether it can be seen: what was said above the edge is said again.
    pub in_view: bool,
}

impl Look<'_> {
    /// The lines of a row.
    pub fn row(&self, row: &PaneRow, event: Option<&Target>, before: Option<Before<'_>>) -> RowLines {
        let mut out = RowLines::default();
        self.lead(&mut out, row, before);
        out.lead = out.lines.len();
        match row.what {
            RowWhat::Message(ix) => {
                if let Some(message) = self.archive.message(ix) {
                    self.message(&mut out, row, &message, before);
                }
            }
            RowWhat::Event(_) => {
                if let Some(target) = event {
                    self.event(&mut out, row, target, before);
                }
            }
        }
        out
    }

    fn measure(&self) -> usize {
        self.set.shape.measure(self.set.long_lines)
    }

    fn flow(&self, measure: usize) -> Flowing {
        Flowing {
            measure,
            long: self.set.long_lines,
            cut: Span::new(self.set.theme.glyph(Glyph::Cut), self.dim()),
            text: String::new(),
            styles: Vec::new(),
        }
    }

    fn dim(&self) -> Style {
        self.set.theme.style(Role::Dim)
    }

    fn lead(&self, out: &mut RowLines, row: &PaneRow, before: Option<Before<'_>>) {
        let Some(before) = before else { return };
        let Some(gap) = row.at.since(before.row.at) else { return };
        let zone = self.zone_of(row);
        if zone.date(row.at) != self.zone_of(before.row).date(before.row.at) {
            let text = format!("{s} {} {s}", zone.long_day(row.at), s = self.set.theme.glyph(Glyph::Light));
            let span = Span::new(text, self.set.theme.bold(Role::Text));
            out.lines.push(Line { indent: 3, spans: vec![span], is_lead: true, ..Line::default() });
        } else if gap >= QUIET && self.set.density != Density::Compact {
            let text = format!("{s} quiet {} {s}", duration_words(gap), s = self.set.theme.glyph(Glyph::Silence));
            let span = Span::new(text, self.dim());
            out.lines.push(Line { indent: 3, spans: vec![span], is_lead: true, ..Line::default() });
        } else if self.set.density == Density::Airy && self.speaker(row) != self.speaker(before.row) {
            out.lines.push(Line { is_lead: true, ..Line::default() });
        }
    }

    fn speaker(&self, row: &PaneRow) -> Option<crate::archive::PersonIx> {
        match row.what {
            RowWhat::Message(ix) => self.archive.message(ix)?.author_ix(),
            RowWhat::Event(_) => None,
        }
    }

    /// The zone in which the time of a row is shown: one of which nobody knows the zone stands as it
    /// is written.
    fn zone_of(&self, row: &PaneRow) -> Zone {
        let quality = match row.what {
            RowWhat::Message(ix) => self.archive.message(ix).map(|message| message.quality()),
            RowWhat::Event(_) => None,
        };
        match self.set.times {
            _ if quality.is_some_and(|quality| quality.has(Quality::NO_ZONE)) => Zone::UTC,
            TimeDisplay::Utc => Zone::UTC,
            TimeDisplay::Person => self.zone_of_speaker(row).unwrap_or(self.set.zone),
            TimeDisplay::Project | TimeDisplay::SinceStart => self.set.zone,
        }
    }

    fn zone_of_speaker(&self, row: &PaneRow) -> Option<Zone> {
        let person = self.archive.people().get(self.speaker(row)?)?;
        self.project.person(&person.id).and_then(|card| card.zone).or(person.zone)
    }

    fn time(&self, row: &PaneRow, before: Option<Before<'_>>, plus_minus: bool) -> Span {
        let zone = self.zone_of(row);
        let start = self.project.milestone(crate::project::model::Milestone::Start);
        if let (TimeDisplay::SinceStart, Some(length)) = (self.set.times, start.and_then(|start| row.at.since(start))) {
            let words = crate::base::time::delta_words(length);
            return Span::new(cut(&words, usize::from(self.set.shape.time)).into_owned(), Style::new());
        }
        let about = if plus_minus { self.set.theme.glyph(Glyph::PlusMinus) } else { "" };
        let minute = |at: Instant| at.micros().div_euclid(MINUTE);
        // Where clocks differ, the minute of another one says nothing.
        let same_clock = |before: &PaneRow| self.zone_of(before) == zone;
        let said = before
            .is_some_and(|before| before.in_view && minute(before.row.at) == minute(row.at) && same_clock(before.row));
        if !self.set.shape.is_narrow() {
            let style = if said { self.dim() } else { Style::new() };
            return Span::new(format!("{}{about}", zone.clock(row.at)), style);
        }
        if said && row.at.is_dated() {
            let clock = zone.clock(row.at);
            let seconds = clock.get(5..).unwrap_or("");
            return Span::new(format!("{seconds:>5}"), self.dim());
        }
        Span::new(zone.minute(row.at), Style::new())
    }

    fn name(&self, message: &Message<'_>, before: Option<Before<'_>>) -> Span {
        let same = before.is_some_and(|before| {
            before.in_view
                && matches!(before.row.what, RowWhat::Message(ix)
                    if self.archive.message(ix).is_some_and(|other| other.author_ix() == message.author_ix()))
        });
        let label = sanitize_tty(message.author_label().unsanitised(), LineBreaks::Mark).into_owned();
        let reply = if message.kind() == MessageType::Reply {
            format!("{} ", self.set.theme.glyph(Glyph::Reply))
        } else {
            String::new()
        };
        let text = cut(&format!("{reply}{label}"), usize::from(self.set.shape.name_cells)).into_owned();
        let is_bot = message.author().is_some_and(|author| author.is_bot);
        let unknown = message.author().is_none_or(|author| !author.is_listed);
        let style = match message.author() {
            Some(author) if !same && !is_bot && !unknown => {
                self.set.theme.style(self.set.theme.hue(author.id.as_str()))
            }
            _ => self.dim(),
        };
        Span::new(text, style)
    }

    fn message(&self, out: &mut RowLines, row: &PaneRow, message: &Message<'_>, before: Option<Before<'_>>) {
        let target = message.id().target();
        let tags = self.tag_spans(&target);
        let time = Some(self.time(row, before, false));
        if message.kind().is_system() {
            let mut lines = self.system(message, row.folded, &tags);
            if let Some(first) = lines.first_mut() {
                first.time = time;
            }
            out.lines.append(&mut lines);
        } else {
            let name = Some(self.name(message, before));
            let mut lines = self.body(message, &tags);
            if let Some(first) = lines.first_mut() {
                first.time = time;
                first.name = name;
            }
            out.lines.append(&mut lines);
        }
        self.notes(out, &target);
        out.mark = self.mark(&target);
    }

    fn body(&self, message: &Message<'_>, tags: &[Span]) -> Vec<Line> {
        let bot = message.kind() == MessageType::Bot;
        let style = if bot || message.kind() == MessageType::Deleted { self.dim() } else { Style::new() };
        let mut flow = self.flow(self.measure());
        let (body, rest) = shown(message.body().unsanitised());
        let body = sanitize_tty(body, LineBreaks::Keep);
        let mut matches = Vec::new();
        if let Some(highlight) = self.highlight {
            matches = highlight.ranges(&body);
        }
        flow.push_matched(&body, style, &matches);
        self.call_words(message, &mut flow);
        for word in self.state_words(message) {
            flow.word(&word, self.dim());
        }
        let attachment = message.attachment_text();
        let files = message.extras().map(|extras| extras.files.as_slice()).unwrap_or_default();
        let column = self.set.shape.tags.is_some();
        if !column && attachment.is_none() && files.is_empty() {
            flow.words(tags);
        }
        self.reactions(message, &mut flow);
        let mut lines = flow.lines(self.set.shape.text);
        if let Some(text) = attachment {
            self.attachment(&mut lines, &text.shown().tty());
        }
        for file in files {
            let size = file.size.map(|size| format!(" {}", size_words(size))).unwrap_or_default();
            let gone = if file.gone.is_some() { " gone" } else { "" };
            let room = self.measure().saturating_sub(2 + width(&size) + gone.len());
            let name = file.name.tty_line();
            let spans = vec![
                Span::new(format!("{} ", self.set.theme.glyph(Glyph::File)), self.dim()),
                Span::new(cut_middle(&name, room).into_owned(), Style::new()),
                Span::new(format!("{size}{gone}"), self.dim()),
            ];
            lines.push(Line { indent: self.set.shape.text, spans, ..Line::default() });
        }
        let tags_are_due = attachment.is_some() || !files.is_empty();
        if !column && tags_are_due && !tags.is_empty() {
            let mut flow = self.flow(self.measure());
            flow.words(tags);
            lines.append(&mut flow.lines(self.set.shape.text));
        }
        lines.retain(|line| !line.spans.is_empty());
        if lines.is_empty() {
            lines.push(Line {
                indent: self.set.shape.text,
                spans: vec![Span::new("(no text)", self.dim())],
                ..Line::default()
            });
        }
        self.shorten(&mut lines, rest);
        self.replies(message, &mut lines);
        if column {
            self.tag_column(&mut lines, tags);
        }
        lines
    }

    fn call_words(&self, message: &Message<'_>, flow: &mut Flowing) {
        let Some(huddle) = message.extras().and_then(|extras| extras.huddle.as_ref()) else { return };
        let people: Vec<String> = huddle
            .people
            .iter()
            .filter_map(|&ix| self.archive.people().get(ix))
            .map(|person| person.short().tty_line().into_owned())
            .collect();
        let length = huddle.end.and_then(|end| end.since(huddle.start)).map(duration_words);
        let length = length.map_or_else(|| "still running".to_owned(), |length| format!("for {length}"));
        flow.word(&format!("huddle {length}: {}", people.join(", ")), self.dim());
    }

    fn state_words(&self, message: &Message<'_>) -> Vec<String> {
        let mut words = Vec::new();
        let extras = message.extras();
        if message.flags().has(crate::archive::Flags::EDITED) {
            words.push("edited".to_owned());
        }
        if message.kind() == MessageType::Deleted {
            let at = extras.and_then(|extras| extras.deleted_at);
            words
                .push(at.map_or_else(|| "deleted".to_owned(), |at| format!("deleted at {}", self.set.zone.minute(at))));
        }
        words
    }

    fn reactions(&self, message: &Message<'_>, flow: &mut Flowing) {
        if !self.set.reactions {
            return;
        }
        for reaction in message.extras().map(|extras| extras.reactions.as_slice()).unwrap_or_default() {
            let emoji = if self.set.theme.ascii { EmojiDisplay::Names } else { self.set.emoji };
            flow.word(&format!("{} {}", emoji.write(&reaction.name.tty_line()), reaction.count), self.dim());
        }
    }

    fn attachment(&self, lines: &mut Vec<Line>, text: &str) {
        let quote = format!("{} ", self.set.theme.glyph(Glyph::Quote));
        let mut flow = self.flow(self.measure().saturating_sub(2).max(1));
        flow.tail(text, Style::new());
        for mut line in flow.lines(self.set.shape.text) {
            line.spans.insert(0, Span::new(quote.clone(), self.dim()));
            lines.push(line);
        }
    }

    fn replies(&self, message: &Message<'_>, lines: &mut Vec<Line>) {
        let replies = message.replies();
        let Some(&last) = replies.last() else { return };
        let last = self.set.zone.minute(message.log().time(last));
        let count = crate::base::text::count_words(replies.len(), "reply", "replies");
        let mut words = format!("{count}, last {last}");
        let declared = message.thread().and_then(|thread| thread.declared).map_or(0, |declared| declared as usize);
        if declared > replies.len() {
            words = format!("{count} of {declared}, last {last}");
        }
        if self.set.shape.is_narrow() {
            words = count;
        }
        let arrow = Span::new(format!("{} ", self.set.theme.glyph(Glyph::Reply)), self.set.theme.style(Role::Accent));
        let spans = vec![arrow, Span::new(words, self.dim())];
        lines.push(Line { indent: self.set.shape.text, spans, ..Line::default() });
    }

    /// Folds what takes many lines; `rest` bytes are left out already.
    fn shorten(&self, lines: &mut Vec<Line>, rest: usize) {
        let keep = if self.set.density == Density::Compact { 1 } else { FOLDED_LINES };
        let most = if self.set.density == Density::Compact { 1 } else { MOST_LINES };
        if lines.len() <= most {
            return;
        }
        let more = lines.len() - keep;
        lines.truncate(keep);
        let sign = self.set.theme.glyph(Glyph::Cut);
        if self.set.density == Density::Compact {
            if let Some(line) = lines.first_mut() {
                line.spans.push(Span::new(sign, self.dim()));
            }
        } else {
            let bytes = if rest > 0 { format!(" and {}", size_words(rest as u64)) } else { String::new() };
            let words =
                format!("{sign} {}{bytes}, Enter", crate::base::text::count_words(more, "more line", "more lines"));
            lines.push(Line {
                indent: self.set.shape.text,
                spans: vec![Span::new(words, self.dim())],
                ..Line::default()
            });
        }
    }

    /// Joins, leaves and topics: dim, from the name column on.
    fn system(&self, message: &Message<'_>, folded: u16, tags: &[Span]) -> Vec<Line> {
        let room = usize::from(self.set.shape.text - self.set.shape.name) + self.measure();
        let mut flow = self.flow(room);
        flow.tail(&self.system_text(message, folded), self.dim());
        if self.set.shape.tags.is_none() {
            flow.words(tags);
        }
        let mut lines = flow.lines(self.set.shape.name);
        self.shorten(&mut lines, 0);
        if self.set.shape.tags.is_some() {
            self.tag_column(&mut lines, tags);
        }
        lines
    }

    fn system_text(&self, message: &Message<'_>, folded: u16) -> String {
        let name = |message: &Message<'_>| message.author_label().tty_line().into_owned();
        let first = message.ix();
        let names: Vec<String> = (first.row..=first.row + u32::from(folded))
            .filter_map(|row| self.archive.message(crate::archive::MsgIx { row, ..first }))
            .map(|message| name(&message))
            .collect();
        match message.kind() {
            MessageType::Join => format!("{} {} joined", self.set.theme.glyph(Glyph::Joined), names.join(", ")),
            MessageType::Leave => format!("{} {} left", self.set.theme.glyph(Glyph::Left), names.join(", ")),
            // The platform's words begin with who did it.
            _ => message.text().shown().tty_line().trim_start_matches('@').to_owned(),
        }
    }

    fn event(&self, out: &mut RowLines, row: &PaneRow, target: &Target, before: Option<Before<'_>>) {
        let Some(event) = self.project.events().get(target) else { return };
        let initials = event
            .by
            .as_ref()
            .and_then(|by| self.project.investigators().get(by))
            .map_or_else(|| "event".to_owned(), |investigator| investigator.initials.clone());
        let tags = self.tag_spans(target);
        let mut flow = self.flow(self.measure());
        flow.push_matched(&sanitize_tty(&event.text, LineBreaks::Keep), Style::new(), &[]);
        if let Some(source) = &event.source {
            flow.word(&format!("({source})"), self.dim());
        }
        let column = self.set.shape.tags.is_some();
        if !column {
            flow.words(&tags);
        }
        let mut lines = flow.lines(self.set.shape.text);
        if column {
            self.tag_column(&mut lines, &tags);
        }
        if let Some(first) = lines.first_mut() {
            first.time = Some(self.time(row, before, false));
            first.name =
                Some(Span::new(cut(&initials, usize::from(self.set.shape.name_cells)).into_owned(), Style::new()));
        }
        out.lines.append(&mut lines);
        self.notes(out, target);
        out.mark = self.mark(target).or(Some((Glyph::Event, Style::new())));
    }

    fn mark(&self, target: &Target) -> Mark {
        if self.project.entry(target).is_some() {
            return Some((Glyph::OnTimeline, Style::new()));
        }
        let notes = self.project.notes_on(target);
        if notes.iter().any(|(_, note)| super::rows::is_open(note)) {
            return Some((Glyph::Question, self.set.theme.style(Role::Warning)));
        }
        (self.set.notes == NoteDisplay::Mark && !notes.is_empty()).then_some((Glyph::Note, Style::new()))
    }

    /// The tags of a target as they stand in a row: sign and last part.
    pub fn tag_spans(&self, target: &Target) -> Vec<Span> {
        tag_spans(self.project, self.set.theme, target)
    }

    fn tag_column(&self, lines: &mut Vec<Line>, tags: &[Span]) {
        let mut flow = self.flow(usize::from(TAG_COLUMN) - 2);
        flow.words(tags);
        for (place, tag_line) in flow.lines(0).into_iter().enumerate() {
            if place == lines.len() {
                lines.push(Line { indent: self.set.shape.text, ..Line::default() });
            }
            if let Some(line) = lines.get_mut(place) {
                line.tags = tag_line.spans;
            }
        }
    }

    fn notes(&self, out: &mut RowLines, target: &Target) {
        if self.set.notes != NoteDisplay::Inline || self.set.density == Density::Compact {
            return;
        }
        for (_, note) in self.project.notes_on(target) {
            let initials = note
                .by
                .as_ref()
                .and_then(|by| self.project.investigators().get(by))
                .map_or("", |investigator| investigator.initials.as_str());
            let sign = if note.question.is_some() { Glyph::Question } else { Glyph::Note };
            let mut flow = self.flow(self.measure());
            flow.word(
                self.set.theme.glyph(sign),
                self.set.theme.style(if note.question.is_some() { Role::Warning } else { Role::Text }),
            );
            let off = if note.off_record { " (off the record)" } else { "" };
            let text = if initials.is_empty() { note.text.clone() } else { format!("{initials}: {}", note.text) };
            flow.tail(&format!(" {}{off}", sanitize_tty(&text, LineBreaks::Keep)), Style::new());
            out.lines.append(&mut flow.lines(self.set.shape.text));
        }
    }
}

/// The tags of a target as they stand in a row: sign and last part.
pub fn tag_spans(project: &Project, theme: Theme, target: &Target) -> Vec<Span> {
    project.tags_of(target).iter().filter_map(|id| project.tag(id)).map(|(_, tag)| tag_span(theme, tag)).collect()
}

/// One tag as it stands in a row: sign and last part.
pub fn tag_span(theme: Theme, tag: &crate::project::model::Tag) -> Span {
    let (sign, role) = theme.group(tag.group.as_deref(), &tag.name);
    Span::new(format!("{sign}{}", sanitize_tty(&tag.name, LineBreaks::Mark)), theme.style(role))
}

/// Styled text that is wrapped as one, or cut line by line.
struct Flowing {
    measure: usize,
    long: LongLines,
    /// The sign at the end of a line that was cut.
    cut: Span,
    text: String,
    styles: Vec<(usize, Style)>,
}

impl Flowing {
    fn tail(&mut self, text: &str, style: Style) {
        self.styles.push((self.text.len(), style));
        self.text.push_str(text);
    }

    /// Adds words that stay together, two cells after what is there, else on the next line.
    fn word(&mut self, text: &str, style: Style) {
        if !self.text.is_empty() {
            let used = self.ranges().last().map_or(0, |line| width(self.text.get(line.clone()).unwrap_or("")));
            let gap = if used + 2 + width(text) > self.measure { "\n" } else { "  " };
            self.tail(gap, Style::new());
        }
        self.tail(text, style);
    }

    fn words(&mut self, words: &[Span]) {
        for word in words {
            self.word(&word.text, word.style);
        }
    }

    fn push_matched(&mut self, text: &str, style: Style, matches: &[Highlight]) {
        let mut from = 0;
        for Highlight { range, how } in matches {
            // Close hits are underlined only, so that both can be told apart without colour.
            let weight = if *how == Match::Exact { Modifier::BOLD } else { Modifier::empty() };
            self.tail(text.get(from..range.start).unwrap_or(""), style);
            self.tail(text.get(range.clone()).unwrap_or(""), style.add_modifier(weight | Modifier::UNDERLINED));
            from = range.end;
        }
        self.tail(text.get(from..).unwrap_or(""), style);
    }

    fn lines(&self, indent: u16) -> Vec<Line> {
        if self.text.is_empty() {
            return Vec::new();
        }
        self.ranges().into_iter().map(|range| Line { indent, spans: self.line(range), ..Line::default() }).collect()
    }

    /// What stands in each line before anything is cut.
    fn ranges(&self) -> Vec<std::ops::Range<usize>> {
        if self.long == LongLines::Wrap {
            return wrap(&self.text, self.measure);
        }
        let mut from = 0;
        let lines = self.text.split('\n').map(|line| {
            let range = from..from + line.len();
            from = range.end + 1;
            range
        });
        lines.collect()
    }

    fn line(&self, range: std::ops::Range<usize>) -> Vec<Span> {
        let text = self.text.get(range.clone()).unwrap_or("");
        if self.long == LongLines::Wrap || width(text) <= self.measure {
            return self.spans(&range);
        }
        let kept = fit(text, self.measure.saturating_sub(self.cut.width()));
        let mut spans = self.spans(&(range.start..range.start + kept.len()));
        spans.push(self.cut.clone());
        spans
    }

    fn spans(&self, range: &std::ops::Range<usize>) -> Vec<Span> {
        let mut spans = Vec::new();
        for (place, &(from, style)) in self.styles.iter().enumerate() {
            let to = self.styles.get(place + 1).map_or(self.text.len(), |&(next, _)| next);
            let (from, to) = (from.max(range.start), to.min(range.end));
            if from < to {
                spans.push(Span::new(self.text.get(from..to).unwrap_or(""), style));
            }
        }
        spans
    }
}
