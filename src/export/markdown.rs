//! The report as Markdown: sections in the order of the template, the timeline as tables, sources
//! numbered at the end.
//!
//! Prose of investigators stays Markdown, with raw HTML and controls made harmless and its headings
//! kept below those of sections; everything foreign is escaped whole.

use std::fmt::Write as _;

use crate::base::text::{LineBreaks, Raw, RawString, cut, mention, sanitize_md, sanitize_tty};
use crate::base::time::Zone;
use crate::project::Project;
use crate::project::model::{Milestone, interview_of};
use crate::report::Report;
use crate::report::build::{CiteTo, ReportSection, ReportSource, SectionCite};
use crate::report::template::TIMELINE_KEY;
use crate::timeline::spacing::{Line, Spacing, WithDay, gap_words, lines, time_words};
use crate::timeline::{Row, RowKind};

use super::group::{Group, Signs};
use super::json::tag_labels;
use super::source_time;

/// Most cells of the words of a source.
const SOURCE_CELLS: usize = 400;

/// The report.
pub fn render(project: &Project, report: &Report) -> String {
    let mut page = format!("# {}\n\n{}\n", sanitize_md(&report.title), preface(project, report.zone));
    if let Some(told) = report.versions_told() {
        let _ = write!(page, "\n**{told}**\n");
    }
    let mut has_timeline = false;
    for section in &report.sections {
        let is_timeline = section.key == TIMELINE_KEY;
        has_timeline |= is_timeline;
        let table = if is_timeline && !section.has_table() { table(project, report) } else { String::new() };
        let prose = versions(report, section).unwrap_or_else(|| prose(section));
        if !prose.is_empty() || !table.is_empty() {
            let parts = [prose, table];
            let parts: Vec<&str> = parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect();
            // Writing to a String cannot fail.
            let _ = write!(page, "\n## {}\n\n{}\n", sanitize_md(&section.title), parts.join("\n\n"));
        }
    }
    if report.shows_timeline && !has_timeline && !report.timeline.rows.is_empty() {
        let _ = write!(page, "\n## Timeline\n\n{}\n", table(project, report).trim_end());
    }
    if !report.sources.is_empty() {
        page.push_str("\n## Sources\n\n");
        report.sources.iter().for_each(|source| page.push_str(&source_line(source, report.zone)));
    }
    page
}

/// The zone of all times, and the span of the incident where it is known.
fn preface(project: &Project, zone: Zone) -> String {
    let ends = project.milestone(Milestone::Start).zip(project.milestone(Milestone::End));
    let span = ends.map_or(String::new(), |(start, end)| {
        let day = if zone.date(start) == zone.date(end) { String::new() } else { format!("{} ", zone.day(end)) };
        format!(" From {} {} to {day}{}.", zone.long_day(start), zone.minute(start), zone.minute(end))
    });
    format!("Times are in {zone}.{span}")
}

/// The text of a section with its citations as numbers.
fn prose(section: &ReportSection) -> String {
    let text = section.text_with(|cite| cite_mark(section, cite));
    let mut kept = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    let mut below_text = false;
    for line in sanitize_tty(text.trim(), LineBreaks::Keep).lines() {
        let mark = fence_of(line);
        match (&fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if mark.starts_with(open.as_str()) => fence = None,
            _ => {}
        }
        let plain = fence.is_none() && fence_of(line).is_none();
        if plain && below_text && is_underline(line) {
            kept.push('\\');
        }
        below_text = plain && !line.trim().is_empty();
        kept.push_str(&if plain { tame(line) } else { line.to_owned() });
        kept.push('\n');
    }
    // A fence left open would take the rest of the report into it.
    if let Some(open) = fence {
        kept.push_str(&open);
        kept.push('\n');
    }
    kept
}

/// Every version of a section that several people wrote at once; `None` where there is one.
fn versions(report: &Report, section: &ReportSection) -> Option<String> {
    if section.versions.is_empty() {
        return None;
    }
    let told = section.versions.iter().map(|version| {
        let by = sanitize_md(&Raw::new(&version.words(report.zone)).tty_line());
        format!("*{by}*\n\n{}", prose(&section.of_version(version)))
    });
    Some(told.collect::<Vec<_>>().join("\n---\n\n"))
}

/// The run of fence characters with which a line begins, when it opens or closes a code block.
fn fence_of(line: &str) -> Option<String> {
    let trimmed = line.trim_start();
    let first = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let run: String = trimmed.chars().take_while(|&c| c == first).collect();
    (run.len() >= 3).then_some(run)
}

/// Whether a line below text would make a heading of it.
fn is_underline(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && (line.chars().all(|c| c == '=') || line.chars().all(|c| c == '-'))
}

/// A line of prose: headings below those of sections, raw HTML as text, links only where they are
/// safe.
fn tame(line: &str) -> String {
    let level = line.chars().take_while(|&c| c == '#').count();
    let heading = matches!(level, 1 | 2) && line.chars().nth(level).is_none_or(char::is_whitespace);
    let mut tamed = if heading { "#".repeat(3 - level) } else { String::new() };
    let mut in_code = false;
    let mut skip_to = 0;
    for (at, c) in line.char_indices() {
        if at < skip_to {
            continue;
        }
        if c == '`' {
            in_code = !in_code;
        }
        let name = (c == '@' && !in_code).then(|| mention(line, at)).flatten();
        if let Some(name) = name {
            // As code it calls nobody where the page is pasted.
            tamed.extend(["`", name, "`"]);
            skip_to = at + name.len();
            continue;
        }
        let rest = line.get(at + c.len_utf8()..).unwrap_or_default();
        let opens = rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let is_markup = c == '<' && opens && !is_link(rest.chars());
        let leads_astray = c == ']' && is_unsafe_destination(rest.chars());
        if !in_code && (is_markup || leads_astray) {
            tamed.push('\\');
        }
        tamed.push(c);
    }
    tamed
}

fn is_link(rest: impl Iterator<Item = char>) -> bool {
    let start: String = rest.take(8).collect();
    ["http://", "https://", "mailto:"].iter().any(|scheme| start.starts_with(scheme))
}

/// Whether what follows the words of a link, or the name of one, runs something or is no address.
fn is_unsafe_destination(rest: impl Iterator<Item = char>) -> bool {
    let mut rest = rest.peekable();
    if rest.next_if(|c| matches!(c, '(' | ':')).is_none() {
        return false;
    }
    let to: String =
        rest.skip_while(|c| c.is_whitespace() || *c == '<').take_while(|c| !matches!(c, ')' | '>' | ' ')).collect();
    let scheme =
        to.split(['/', '?', '#']).next().and_then(|head| head.split_once(':')).map(|(scheme, _)| scheme.to_lowercase());
    // A scheme may be hidden behind an entity or an escape, so neither is let through.
    to.contains(['&', '\\']) && to.contains(':')
        || scheme.is_some_and(|scheme| !["http", "https", "mailto"].contains(&scheme.as_str()))
}

fn cite_mark(section: &ReportSection, cite: &SectionCite) -> String {
    let follows = section.text.get(cite.range.end..).and_then(|rest| rest.chars().next());
    // Before these, brackets would become a link or the definition of one.
    let bound = matches!(follows, Some('(' | ':'));
    let (open, close) = if bound { ("\\[", "\\]") } else { ("[", "]") };
    match cite.to {
        CiteTo::Source(number) => format!("{open}{number}{close}"),
        CiteTo::Withheld => format!("{open}withheld{close}"),
        CiteTo::Broken => format!("{open}evidence missing: {}{close}", sanitize_md(&cite.id)),
    }
}

/// A channel within a line, where its `#` cannot begin a heading.
fn channel(name: &RawString) -> String {
    match name.unsanitised().strip_prefix('#') {
        Some(name) => format!("#{}", sanitize_md(name)),
        None => sanitize_md(name.unsanitised()),
    }
}

fn source_line(source: &ReportSource, zone: Zone) -> String {
    let evidence = &source.evidence;
    let time = source_time(source, zone);
    let who = if let Some(interview) = interview_of(evidence.source.as_deref()) {
        sanitize_md(interview)
    } else if evidence.kind == RowKind::Event {
        "event, recorded by no channel".to_owned()
    } else {
        format!("{}, {}", sanitize_md(evidence.author.unsanitised()), channel(&evidence.channel))
    };
    let words = sanitize_md(&cut(&evidence.text.unsanitised().replace('\n', " "), SOURCE_CELLS));
    let note = source.note.as_ref().map_or(String::new(), |note| format!(" Note: {}", sanitize_md(note)));
    format!("- [{}] {time}, {who}: {words}{note} ({})\n", source.number, sanitize_md(&source.id))
}

const TABLE_HEAD: &str = "| Time | From | What | Tags | Source |\n|---|---|---|---|---|\n";

/// The timeline: a table a phase, milestones and silences as rows of their own.
fn table(project: &Project, report: &Report) -> String {
    let mut page = String::new();
    let mut is_open = false;
    let mut day = WithDay::Shown;
    for line in lines(&report.timeline, &Spacing::in_zone(report.zone)) {
        if let Line::Phase { title, .. } = &line {
            let _ = write!(page, "{}### {}\n\n", if is_open { "\n" } else { "" }, sanitize_md(title));
            is_open = false;
            day = WithDay::Shown;
            continue;
        }
        if !is_open {
            page.push_str(TABLE_HEAD);
            is_open = true;
        }
        match line {
            Line::Day { .. } => day = WithDay::Shown,
            Line::Gap { length } => {
                let _ = writeln!(page, "| | | *{}, nothing recorded* | | |", gap_words(length));
            }
            Line::Milestone { milestone, at } => {
                let _ = writeln!(page, "| **{}** | | **{}** | | |", report.zone.minute(at), milestone.label());
            }
            Line::Row { ix, .. } => {
                if let Some(row) = report.timeline.rows.get(ix) {
                    page.push_str(&table_row(project, report, row, day));
                }
                day = WithDay::Hidden;
            }
            Line::Phase { .. } => {}
        }
    }
    page
}

fn table_row(project: &Project, report: &Report, row: &Row, day: WithDay) -> String {
    let from = if row.kind == RowKind::Event { "event".to_owned() } else { channel(&row.channel) };
    let posted = row.posted_at.filter(|_| row.is_moved());
    let posted = posted.map_or(String::new(), |at| {
        let told = row.told_zone;
        format!(" (posted {}{})", told.shown_in(report.zone).clock(at), told.words())
    });
    let told = row.description.as_ref().map_or(String::new(), |text| format!(": {}", sanitize_md(text)));
    let tags: Vec<String> = tag_labels(project, &row.tags).iter().map(|label| sanitize_md(label)).collect();
    let source = report.sources.iter().find(|source| source.id == row.target.as_str());
    let source = source.map_or(String::new(), |source| format!("[{}]", source.number));
    let time = time_words(row, report.zone, day);
    let headline = sanitize_md(row.headline.unsanitised());
    let sign = Group::of(project, &row.tags).map_or(String::new(), |group| format!("{} ", group.sign(Signs::Shapes)));
    format!("| {time}{posted} | {from} | {headline}{told} | {sign}{} | {source} |\n", tags.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::model::SectionStatus;

    fn section(text: &str) -> ReportSection {
        let cites = crate::report::citations(text)
            .into_iter()
            .map(|citation| SectionCite { range: citation.range, id: citation.id, to: CiteTo::Source(3) })
            .collect();
        ReportSection {
            key: "impact".to_owned(),
            title: "Impact".to_owned(),
            answers: String::new(),
            text: text.to_owned(),
            status: SectionStatus::Draft,
            cites,
            versions: Vec::new(),
        }
    }

    #[test]
    fn a_name_in_prose_calls_nobody() {
        for (text, expected) in [
            ("Ask @dov, or `@ines` [@a/b/1].", "Ask `@dov`, or `@ines` [3]."),
            ("[to @dov](https://x.example/@dov)", "[to `@dov`](https://x.example/@dov)"),
            ("dov@shop.example", "dov@shop.example"),
            ("```\n@dov\n```", "```\n@dov\n```"),
        ] {
            assert_eq!(prose(&section(text)), format!("{expected}\n"));
        }
    }

    #[test]
    fn citations_become_numbers_that_cannot_turn_into_links() {
        assert_eq!(prose(&section("Late [@a/b/1]. Then [@a/b/1](x)")), "Late [3]. Then \\[3\\](x)\n");
    }

    #[test]
    fn prose_cannot_forge_sections_or_markup() {
        assert_eq!(prose(&section("# Sources\n## x")), "### Sources\n### x\n");
        assert_eq!(
            prose(&section("a <script>b <https://x.y> `<i>` 1 < 2")),
            "a \\<script>b <https://x.y> `<i>` 1 < 2\n"
        );
        for link in
            ["[x](javascript:alert(1))", "[x]( <JavaScript:y>)", "[x](java&#115;cript:y)", "[x]: data:text/html,y"]
        {
            let kept = prose(&section(link));
            assert!(kept.starts_with("[x\\]"), "{kept}");
        }
        let safe = "[x](https://a.example/b?c=d:e) [y](#z) [w](mailto:a@b.example) [v]: http://a.example\n";
        assert_eq!(prose(&section(safe)), safe);
        assert_eq!(prose(&section("```\n<b>\n# c")), "```\n<b>\n# c\n```\n");
        assert_eq!(prose(&section("a\u{1b}[2J")), "a␛[2J\n");
    }
}
