//! Draws the list of sections, and what is to be looked at before the report goes out.

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::draw::status_sign;
use super::{Focus, SectionLine};
use crate::base::text::count_words;
use crate::project::model::SectionStatus;
use crate::report::lint::{Finding, Level};
use crate::report::template::Template;
use crate::tui::app::App;
use crate::tui::paint::{Fact, Heading, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;

/// Draws list, legend and findings; `wide` leaves the last column to the edge.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, area: Rect, wide: bool) {
    let report = &app.report;
    let focused = report.writing.is_none() && (report.focus == Focus::Sections || wide && report.focus == Focus::Prose);
    let all = report.sections.iter().filter(|section| section.kept_from.is_none());
    let done = all.clone().filter(|section| section.status == SectionStatus::Done).count();
    let title = Template::of(app.session.project()).key.clone();
    let facts = vec![Fact::quiet(format!("{done} of {}", all.count()))];
    painter.heading(area, &Heading { title, facts, focused, danger: false });
    let area =
        Rect { y: area.y + 1, height: area.height.saturating_sub(1), width: area.width - u16::from(wide), ..area };
    let height = usize::from(area.height);
    let top = view.list_top("report.sections", report.place(), report.sections.len(), height);
    let mut y = area.y;
    let mut kept = false;
    for (place, section) in report.sections.iter().enumerate().skip(top) {
        if let (false, Some(template)) = (kept, section.kept_from) {
            kept = true;
            painter.put_cut(
                area.x + 2,
                y,
                area.width.saturating_sub(4),
                &format!("kept from {template}"),
                painter.style(Role::Dim),
            );
            y += 1;
        }
        if y >= area.bottom() {
            return;
        }
        line(painter, Rect { y, height: 1, ..area }, section, (place == report.place(), focused));
        y += 1;
    }
    below(app, painter, Rect { y, height: area.bottom().saturating_sub(y), ..area });
}

fn line(painter: &mut Painter<'_>, area: Rect, section: &SectionLine, (here, focused): (bool, bool)) {
    let theme = painter.theme;
    let (sign, sign_style) = status_sign(theme, section.status);
    painter.put(area.x + 2, area.y, 1, sign, sign_style);
    let count = if section.count > 0 { section.count.to_string() } else { String::new() };
    let right = painter.put_right(area.right().saturating_sub(1), area.y, &count, theme.style(Role::Dim));
    let room = right.saturating_sub(area.x + 5);
    let plain = if section.status == SectionStatus::Empty { theme.style(Role::Dim) } else { Style::new() };
    let style = match (here, focused) {
        (true, true) => theme.bold(Role::Accent).add_modifier(Modifier::REVERSED),
        (true, false) => theme.bold(Role::Text),
        (false, _) => plain,
    };
    painter.put_cut(area.x + 4, area.y, room, &section.title, style);
    if here {
        let bar = if focused { theme.style(Role::Accent) } else { Style::new() };
        painter.glyph(area.x, area.y, Glyph::Cursor, bar);
    }
}

fn below(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let theme = painter.theme;
    let (dim, cells) = (theme.style(Role::Dim), area.width.saturating_sub(3));
    let mut y = area.y + 1;
    let mut put = |painter: &mut Painter<'_>, x: u16, text: &str, style: Style| {
        if y < area.bottom() {
            painter.put_cut(area.x + x, y, cells.saturating_sub(x.saturating_sub(2)), text, style);
        }
        y += 1;
    };
    let [done, draft, empty] = [Glyph::Done, Glyph::Draft, Glyph::Empty].map(|sign| theme.glyph(sign));
    put(painter, 2, &format!("{done} done  {draft} draft  {empty} empty"), dim);
    put(painter, 2, "number: citations", dim);
    if app.report.checks.findings().is_empty() {
        return;
    }
    put(painter, 2, "", dim);
    put(painter, 2, "Before it goes out", theme.bold(Role::Text));
    for (words, level) in summary(app.report.checks.findings()) {
        match level {
            Some(Level::Hint) => put(painter, 2, &format!("? {words}"), dim),
            Some(_) => put(painter, 2, &format!("{} {words}", theme.glyph(Glyph::Look)), theme.style(Role::Warning)),
            None => put(painter, 4, &words, dim),
        }
    }
}

/// Findings summed up by what they are: problems first, the empty sections last and quiet.
pub fn summary(findings: &[Finding]) -> Vec<(String, Option<Level>)> {
    let mut sums: BTreeMap<(bool, Level, &str), usize> = BTreeMap::new();
    for finding in findings {
        // Rules about words have ids of a letter and two digits; they are one line.
        let is_wording = finding.code.len() == 3;
        let (level, code) = if is_wording { (Level::Hint, "wording") } else { (finding.level, finding.code) };
        *sums.entry((finding.code == "empty-section", level, code)).or_default() += 1;
    }
    let words = |code: &str, count: usize| match code {
        "broken-citation" => count_words(count, "citation is broken", "citations are broken"),
        "off-record-cited" => count_words(count, "cites off the record", "cite off the record"),
        "draft-left" => count_words(count, "line is a draft", "lines are drafts"),
        "empty-section" => count_words(count, "section is empty", "sections are empty"),
        "private-cited" => count_words(count, "cites what is private", "cite what is private"),
        "off-timeline" => count_words(count, "cites off the timeline", "cite off the timeline"),
        "no-citation" => count_words(count, "claim rests on nothing", "claims rest on nothing"),
        "no-zone" => count_words(count, "time without a zone", "times without a zone"),
        "no-owner" => count_words(count, "follow-up, no owner", "follow-ups, no owner"),
        "no-date" => count_words(count, "follow-up, no day", "follow-ups, no day"),
        "unused-evidence" => count_words(count, "section, unused tags", "sections, unused tags"),
        "tagged-unread" => "tagged, never read".to_owned(),
        "quotation-differs" => count_words(count, "quote is not theirs", "quotes are not theirs"),
        "time-differs" => count_words(count, "time differs", "times differ"),
        "posted-as-occurred" => count_words(count, "time of the post", "times of the post"),
        "one-voice" => count_words(count, "section, one voice", "sections, one voice"),
        "one-room" => count_words(count, "section, one channel", "sections, one channel"),
        "one-team" => "one team is cited".to_owned(),
        "unheard" => "people not heard".to_owned(),
        "moment-off" => "moments off timeline".to_owned(),
        "idea-open" => "explanation, no end".to_owned(),
        "question-open" => "questions, no answer".to_owned(),
        "milestone-missing" => "milestone is missing".to_owned(),
        "impact-open" => "impact has no end".to_owned(),
        "story-hole" => "hole in the story".to_owned(),
        "unread" => "messages, never read".to_owned(),
        "one-sided" => "mitigators are short".to_owned(),
        "duration-headline" => "a duration leads".to_owned(),
        "short-form" => count_words(count, "short form", "short forms"),
        "personal-data" => count_words(count, "personal detail", "personal details"),
        "wording" => count_words(count, "wording to ask about", "wordings to ask about"),
        other => format!("{count} {}", other.replace('-', " ")),
    };
    sums.into_iter().map(|((quiet, level, code), count)| (words(code, count), (!quiet).then_some(level))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: &'static str, level: Level) -> Finding {
        let waiver = code.to_owned();
        Finding { level, code, section: "impact".to_owned(), message: String::new(), range: None, waiver }
    }

    #[test]
    fn findings_are_summed_up_with_problems_first() {
        let findings = [
            finding("empty-section", Level::Advice),
            finding("draft-left", Level::Advice),
            finding("broken-citation", Level::Problem),
            finding("draft-left", Level::Advice),
        ];
        let words: Vec<String> = summary(&findings).into_iter().map(|(words, _)| words).collect();
        assert_eq!(words, ["1 citation is broken", "2 lines are drafts", "1 section is empty"]);
    }
}
