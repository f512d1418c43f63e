//! The prose of a section: Markdown of the investigators as paragraphs with numbers, with their
//! citations beside them.
//!
//! Raw HTML, images and unsafe links become text. A citation is carried through the Markdown as a
//! character that no prose can hold, so nothing typed can look like one.

mod marks;

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::base::time::{Instant, PhraseContext, parse_phrase};
use crate::project::model::Milestone;
use crate::report::build::{CiteTo, ReportSection};
use crate::timeline::ToldZone;

use self::marks::{Piece, marked, pieces};
use super::cite::{self, Cites};
use super::{Page, text};

/// Sections whose parts are cards, and the letter of their numbers.
const CARDS: [(&str, char); 8] = [
    ("contributors", 'C'),
    ("contributing-factors", 'C'),
    ("mitigators", 'M'),
    ("went-well", 'M'),
    ("lucky", 'L'),
    ("difficulties", 'D'),
    ("went-wrong", 'D'),
    ("takeaways", 'T'),
];

/// The prose of a section; `None` where none is written.
pub(super) fn section(page: &Page<'_>, cites: &mut Cites, section: &ReportSection) -> Option<Markup> {
    if !section.is_written() {
        return None;
    }
    if !section.versions.is_empty() {
        return Some(versions(page, cites, section));
    }
    let letter = CARDS.iter().find(|(key, _)| *key == section.key).map(|&(_, letter)| letter);
    Some(written(Writer::new(page, cites, section, letter), section))
}

fn written(mut writer: Writer<'_, '_>, section: &ReportSection) -> Markup {
    let marked = marked(section);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events: Vec<Event<'_>> = Parser::new_ext(&marked, options).collect();
    for (place, event) in events.iter().enumerate() {
        writer.event(event, events.get(place + 1..).unwrap_or_default());
    }
    PreEscaped(writer.finish())
}

/// All versions of a section that several people wrote at once, in one frame: one paragraph number,
/// and a letter each.
fn versions(page: &Page<'_>, cites: &mut Cites, section: &ReportSection) -> Markup {
    let number = cites.begin_paragraph();
    html! {
        div.p.conflict id={ "p" (number) } {
            (paragraph_link(number))
            p.ui.meta { "Written at once by several people; nobody has settled yet which holds." }
            @for (version, letter) in section.versions.iter().zip('a'..='z') {
                div.version id={ "p" (number) (letter) } {
                    p.ui { b { "¶" (number) (letter) } " " bdi { (text::visible(&version.words(page.report.zone))) } }
                    @let told = section.of_version(version);
                    // Nothing in a version has a number or card of its own.
                    (written(Writer { open: vec![Block::Item], ..Writer::new(page, cites, &told, None) }, &told))
                }
            }
        }
    }
}

/// What is open around the text that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Numbered,
    Ask,
    List,
    Item,
    Quote,
    Code,
    Cell,
    Heading(u8),
    /// What is read as text: pictures and raw HTML.
    Words,
}

struct Writer<'a, 'p> {
    page: &'a Page<'p>,
    cites: &'a mut Cites,
    section: &'a ReportSection,
    /// The letter of its cards, where it has any.
    letter: Option<char>,
    page_out: String,
    /// Evidence that waits for a place where it may stand.
    waiting: String,
    open: Vec<Block>,
    inline: usize,
    links: Vec<(String, usize)>,
    /// Marks that stand behind the link in which they were written.
    after_link: String,
    columns: Vec<String>,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_card: bool,
    has_part: bool,
}

impl<'a, 'p> Writer<'a, 'p> {
    const fn new(page: &'a Page<'p>, cites: &'a mut Cites, section: &'a ReportSection, letter: Option<char>) -> Self {
        Self {
            page,
            cites,
            section,
            letter,
            page_out: String::new(),
            waiting: String::new(),
            open: Vec::new(),
            inline: 0,
            links: Vec::new(),
            after_link: String::new(),
            columns: Vec::new(),
            alignments: Vec::new(),
            column: 0,
            in_head: false,
            has_card: false,
            has_part: false,
        }
    }

    fn put(&mut self, markup: Markup) {
        self.page_out.push_str(&markup.into_string());
    }

    fn raw(&mut self, tag: &'static str) {
        self.page_out.push_str(tag);
    }

    fn finish(mut self) -> String {
        self.flush();
        self.close_card();
        self.page_out
    }

    fn event(&mut self, event: &Event<'_>, after: &[Event<'_>]) {
        match event {
            Event::Start(tag) => self.start(tag, after),
            Event::End(tag) => self.end(*tag),
            Event::Text(words)
            | Event::Html(words)
            | Event::InlineHtml(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words)
            | Event::FootnoteReference(words) => self.words(words),
            Event::Code(code) => self.code(code),
            Event::SoftBreak => self.raw("\n"),
            Event::HardBreak => self.raw("<br>"),
            Event::Rule => self.raw("<hr>"),
            Event::TaskListMarker(done) => self.put(task(*done)),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, after: &[Event<'_>]) {
        match tag {
            Tag::Paragraph if self.open.is_empty() && is_question(after) => self.begin(Block::Ask, "<p class=\"ask\">"),
            Tag::Paragraph | Tag::HtmlBlock => self.begin_paragraph("<div class=\"lp\">"),
            Tag::Heading { level, .. } => self.begin_heading(*level),
            Tag::BlockQuote(_) => {
                self.number();
                self.begin(Block::Quote, "<blockquote>");
            }
            Tag::CodeBlock(kind) => self.begin_code(kind),
            Tag::List(first) => self.begin_list(*first),
            Tag::Item => self.begin(Block::Item, "<li>"),
            Tag::Table(alignments) => self.begin_table(alignments),
            Tag::TableHead => {
                self.in_head = true;
                self.raw("<thead role=\"rowgroup\"><tr role=\"row\">");
            }
            Tag::TableRow => {
                self.column = 0;
                self.raw("<tr role=\"row\">");
            }
            Tag::TableCell => self.begin_cell(after),
            Tag::Emphasis => self.begin_inline("<em>"),
            Tag::Strong => self.begin_inline("<strong>"),
            Tag::Strikethrough => self.begin_inline("<s>"),
            Tag::Link { dest_url, .. } => self.begin_link(dest_url),
            Tag::Image { .. } => self.open.push(Block::Words),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.flush();
                let tag = if self.open.last() == Some(&Block::Ask) { "</p>" } else { "</div>" };
                self.close(tag);
            }
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(_) => self.close_numbered("</blockquote>"),
            TagEnd::CodeBlock => self.close_numbered("</code></pre>"),
            TagEnd::List(ordered) => self.close_numbered(if ordered { "</ol>" } else { "</ul>" }),
            TagEnd::Item => {
                self.flush();
                self.close("</li>");
            }
            TagEnd::Table => self.close_numbered("</tbody></table></div>"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.raw("</tr></thead><tbody role=\"rowgroup\">");
            }
            TagEnd::TableRow => self.raw("</tr>"),
            TagEnd::TableCell => self.close(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::Emphasis => self.end_inline("</em>"),
            TagEnd::Strong => self.end_inline("</strong>"),
            TagEnd::Strikethrough => self.end_inline("</s>"),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => {
                self.open.pop();
                self.raw(" (a picture, not shown)");
            }
            _ => {}
        }
    }

    fn begin(&mut self, block: Block, tag: &'static str) {
        self.open.push(block);
        self.raw(tag);
    }

    fn close(&mut self, tag: &'static str) {
        self.open.pop();
        self.raw(tag);
    }

    /// Closes a block that may be the outermost of a numbered one.
    fn close_numbered(&mut self, tag: &'static str) {
        self.close(tag);
        if self.open.as_slice() == [Block::Numbered] {
            self.flush();
            self.close("</div>");
        }
    }

    /// A block of its own begins here: it gets a number when nothing is around it.
    fn number(&mut self) {
        if !self.open.is_empty() {
            return;
        }
        let number = self.cites.begin_paragraph();
        self.put(html! {
            (PreEscaped("<div class=\"p\" id=\"p")) (number) (PreEscaped("\">"))
            (paragraph_link(number))
        });
        self.open.push(Block::Numbered);
    }

    fn begin_paragraph(&mut self, inside: &'static str) {
        if !self.open.is_empty() {
            self.begin(Block::Item, inside);
            return;
        }
        let number = self.cites.begin_paragraph();
        self.put(html! {
            (PreEscaped("<div class=\"p\" role=\"paragraph\" id=\"p")) (number) (PreEscaped("\">"))
            (paragraph_link(number)) " "
        });
        self.open.push(Block::Numbered);
    }

    fn begin_heading(&mut self, level: HeadingLevel) {
        let is_part = matches!(level, HeadingLevel::H1 | HeadingLevel::H2 | HeadingLevel::H3) || !self.has_part;
        self.open.push(Block::Heading(if is_part { 3 } else { 4 }));
        if !is_part {
            self.raw("<h4>");
            return;
        }
        self.has_part = true;
        let Some(letter) = self.letter else {
            self.raw("<h3>");
            return;
        };
        self.close_card();
        let id = self.cites.begin_card(letter);
        self.has_card = true;
        self.put(html! {
            (PreEscaped("<article class=\"card\" id=\"")) (id) (PreEscaped("\"><h3><span class=\"id\">")) (id) (PreEscaped("</span>"))
        });
    }

    fn end_heading(&mut self) {
        let is_part = self.open.pop() == Some(Block::Heading(3));
        self.raw(if is_part { "</h3>" } else { "</h4>" });
        self.flush();
    }

    fn close_card(&mut self) {
        if std::mem::take(&mut self.has_card) {
            self.raw("</article>");
        }
    }

    fn begin_code(&mut self, _kind: &CodeBlockKind<'_>) {
        self.number();
        self.begin(Block::Code, "<pre><code>");
    }

    fn begin_list(&mut self, first: Option<u64>) {
        self.number();
        self.open.push(Block::List);
        match first {
            Some(1) => self.raw("<ol>"),
            Some(first) => self.put(html! { (PreEscaped("<ol start=\"")) (first) (PreEscaped("\">")) }),
            None => self.raw("<ul>"),
        }
    }

    fn begin_table(&mut self, alignments: &[Alignment]) {
        self.number();
        self.open.push(Block::List);
        self.columns.clear();
        alignments.clone_into(&mut self.alignments);
        self.column = 0;
        let wide = alignments.len() > 4;
        self.raw(if wide { "<div class=\"tw many\">" } else { "<div class=\"tw\">" });
        self.raw("<table class=\"t st\" role=\"table\">");
    }

    fn begin_cell(&mut self, after: &[Event<'_>]) {
        let class = match self.alignments.get(self.column) {
            Some(Alignment::Right) => " class=\"num\"",
            _ => "",
        };
        if self.in_head {
            self.columns.push(words_of(after));
            self.put(html! {
                (PreEscaped("<th role=\"columnheader\" scope=\"col\"")) (PreEscaped(class)) (PreEscaped(">"))
            });
        } else {
            let column = self.columns.get(self.column).cloned().unwrap_or_default();
            self.put(html! {
                (PreEscaped("<td role=\"cell\" data-c=\"")) (column) (PreEscaped("\"")) (PreEscaped(class)) (PreEscaped(">"))
            });
        }
        self.column += 1;
        self.open.push(Block::Cell);
    }

    fn begin_inline(&mut self, tag: &'static str) {
        self.inline += 1;
        self.raw(tag);
    }

    fn end_inline(&mut self, tag: &'static str) {
        self.inline = self.inline.saturating_sub(1);
        self.raw(tag);
    }

    fn begin_link(&mut self, url: &str) {
        self.inline += 1;
        self.links.push((url.to_owned(), self.page_out.len()));
    }

    /// A link is made when its words are known: its host stands after them, unless they name it.
    fn end_link(&mut self) {
        self.inline = self.inline.saturating_sub(1);
        let Some((url, from)) = self.links.pop() else { return };
        let words = self.page_out.split_off(from.min(self.page_out.len()));
        let host = text::safe_url(&url);
        match host {
            Some(host) if words.contains(host) => self.put(text::link(&url, &PreEscaped(words))),
            Some(host) => self.put(html! { (text::link(&url, &PreEscaped(words))) " (" (host) ")" }),
            None => self.put(html! { (PreEscaped(words)) " (" (text::visible(&url)) ")" }),
        }
        let marks = std::mem::take(&mut self.after_link);
        self.page_out.push_str(&marks);
    }

    fn code(&mut self, code: &CowStr<'_>) {
        let words = self.without_marks(code);
        self.put(html! { code { (text::visible(&words)) } });
    }

    /// Text of which nothing is looked at but what it says.
    fn without_marks(&self, text: &str) -> String {
        let mut plain = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Words(words) => plain.push_str(words),
                Piece::Cite(place) => {
                    let cite = self.section.cites.get(place);
                    let exhibit = cite.and_then(|cite| self.page.exhibits.find(&cite.id));
                    plain.push_str(&exhibit.map_or(String::new(), |exhibit| format!("[{}]", exhibit.mark)));
                }
            }
        }
        plain
    }

    fn words(&mut self, words: &str) {
        if self.open.last() == Some(&Block::Code) {
            let words = self.without_marks(words);
            self.put(html! { (text::visible(&words)) });
            return;
        }
        let mut marks: Vec<Markup> = Vec::new();
        for piece in pieces(words) {
            match piece {
                Piece::Words(words) => {
                    self.put_marks(&mut marks);
                    self.plain(words);
                }
                Piece::Cite(place) => marks.push(self.cite(place)),
            }
        }
        self.put_marks(&mut marks);
    }

    /// The marks of one group; then their evidence, where it may stand here.
    fn put_marks(&mut self, marks: &mut Vec<Markup>) {
        if marks.is_empty() {
            return;
        }
        let group = html! { span.cs { @for mark in marks.iter() { (mark) } } };
        marks.clear();
        if !self.links.is_empty() {
            // No link stands in another: it follows the one around it.
            self.after_link.push_str(&group.into_string());
            return;
        }
        self.put(group);
        let in_heading = matches!(self.open.last(), Some(Block::Heading(_)));
        if self.inline == 0 && !in_heading {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.page_out.push_str(&waiting);
    }

    fn cite(&mut self, place: usize) -> Markup {
        let Some(cited) = self.section.cites.get(place) else { return html! {} };
        let exhibit = match cited.to {
            CiteTo::Withheld => return html! { span.gone { "[withheld]" } },
            CiteTo::Broken => None,
            CiteTo::Source(_) => self.page.exhibits.find(&cited.id),
        };
        let Some(exhibit) = exhibit else {
            return html! { b.gone { "[evidence missing: " (text::visible(&cited.id)) "]" } };
        };
        // A question in italics and a cell are too narrow for evidence of their own.
        if self.open.iter().any(|block| matches!(block, Block::Cell | Block::Ask)) {
            return cite::cite_short(self.cites, exhibit);
        }
        let cited = cite::cite(self.page, self.cites, exhibit);
        self.waiting.push_str(&cited.evidence.into_string());
        cited.mark
    }

    /// Words with their links, and with times in braces shown in the zone that is chosen.
    fn plain(&mut self, words: &str) {
        let project = self.page.project;
        let start = super::moment(self.page);
        let context = PhraseContext {
            zone: self.page.report.zone,
            cursor: start.unwrap_or(Instant::UNDATED),
            start: project.milestone(Milestone::Start),
            end: project.milestone(Milestone::End),
        };
        let mut rest = words;
        while let Some((before, braced)) = rest.split_once('{') {
            self.put(text::linked(before));
            let time =
                braced.split_once('}').and_then(|(phrase, after)| Some((parse_phrase(phrase, &context).ok()?, after)));
            if let Some((at, after)) = time {
                self.put(self.page.zones.time(at, ToldZone::Known));
                rest = after;
            } else {
                self.raw("{");
                rest = braced;
            }
        }
        self.put(text::linked(rest));
    }
}

fn paragraph_link(number: usize) -> Markup {
    html! { a.pn href={ "#p" (number) } aria-label={ "Paragraph " (number) } { (number) } }
}

fn task(done: bool) -> Markup {
    html! {
        span.task aria-hidden="true" { @if done { "☑ " } @else { "☐ " } }
        span.vh { @if done { "Done: " } @else { "Open: " } }
    }
}

/// Whether a paragraph is one question in italics: what a card asks at its end.
fn is_question(after: &[Event<'_>]) -> bool {
    let Some(end) = after.iter().position(|event| matches!(event, Event::End(TagEnd::Paragraph))) else { return false };
    let inside = after.get(..end).unwrap_or_default();
    let [Event::Start(Tag::Emphasis), middle @ .., Event::End(TagEnd::Emphasis)] = inside else { return false };
    let is_plain = !middle.iter().any(|event| matches!(event, Event::End(TagEnd::Emphasis)));
    is_plain && words_of(middle).ends_with('?')
}

/// The words of a cell or paragraph, up to its end.
fn words_of(after: &[Event<'_>]) -> String {
    let mut words = String::new();
    for event in after {
        match event {
            Event::Text(text) | Event::Code(text) => {
                for piece in pieces(text) {
                    if let Piece::Words(text) = piece {
                        words.push_str(text);
                    }
                }
            }
            Event::End(TagEnd::TableCell | TagEnd::Paragraph) => break,
            _ => {}
        }
    }
    text::visible(words.trim()).into_owned()
}

#[cfg(test)]
mod tests;
