//! The report as plain text, 80 columns wide, to be read anywhere.

use std::fmt::Write as _;

use crate::base::text::{LineBreaks, Raw, cut, sanitize_tty, width};
use crate::project::Project;
use crate::project::model::interview_of;
use crate::report::Report;
use crate::report::build::{CiteTo, ReportSection, ReportSource, SectionCite};
use crate::report::template::TIMELINE_KEY;
use crate::timeline::spacing::{Line, Spacing, WithDay, gap_words, lines, time_label};
use crate::timeline::{Row, RowKind, ToldZone};

use super::group::{Group, Signs};
use super::json::tag_labels;
use super::source_time;

/// Columns of a page.
const COLUMNS: usize = 80;
/// Columns of the time and of the channel on the timeline.
const TIME_COLUMNS: usize = 16;
const FROM_COLUMNS: usize = 16;

/// The report.
pub fn render(project: &Project, report: &Report, signs: Signs) -> String {
    let mut page = String::new();
    heading(&mut page, &Raw::new(&report.title).tty_line(), '=');
    // Writing to a String cannot fail.
    let _ = writeln!(page, "Times are in {}.", report.zone);
    if let Some(told) = report.versions_told() {
        wrap(&mut page, "", "", &told);
    }
    let mut has_timeline = false;
    for section in &report.sections {
        let is_timeline = section.key == TIMELINE_KEY;
        has_timeline |= is_timeline;
        let text = versions(report, section).unwrap_or_else(|| prose(section));
        let table = if is_timeline && !section.has_table() { table(project, report, signs) } else { String::new() };
        if text.is_empty() && table.is_empty() {
            continue;
        }
        page.push('\n');
        heading(&mut page, &Raw::new(&section.title).tty_line(), '-');
        page.push_str(&text);
        if !text.is_empty() && !table.is_empty() {
            page.push('\n');
        }
        page.push_str(&table);
    }
    if report.shows_timeline && !has_timeline && !report.timeline.rows.is_empty() {
        page.push('\n');
        heading(&mut page, "Timeline", '-');
        page.push_str(&table(project, report, signs));
    }
    if !report.sources.is_empty() {
        page.push('\n');
        heading(&mut page, "Sources", '-');
        report.sources.iter().for_each(|source| page.push_str(&source_lines(report, source)));
    }
    page
}

fn heading(page: &mut String, title: &str, rule: char) {
    let columns = width(title).clamp(1, COLUMNS);
    let _ = write!(page, "{title}\n{}\n\n", rule.to_string().repeat(columns));
}

fn prose(section: &ReportSection) -> String {
    let text = section.text_with(cite_mark);
    let clean = sanitize_tty(text.trim(), LineBreaks::Keep);
    let mut page = String::new();
    for line in clean.lines() {
        let words = line.trim_start();
        let indent = line.len() - words.len();
        let hang = indent + marker_columns(words);
        wrap(&mut page, &" ".repeat(indent), &" ".repeat(hang), words);
    }
    page
}

/// Every version of a section that several people wrote at once; `None` where there is one.
fn versions(report: &Report, section: &ReportSection) -> Option<String> {
    if section.versions.is_empty() {
        return None;
    }
    let told = section.versions.iter().map(|version| {
        let mut page = String::new();
        wrap(&mut page, "", "  ", &format!("[{}]", Raw::new(&version.words(report.zone)).tty_line()));
        page.push_str(&prose(&section.of_version(version)));
        page
    });
    Some(told.collect::<Vec<_>>().join("\n"))
}

/// Columns of the mark of a list at the start of a line.
fn marker_columns(line: &str) -> usize {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let after = line.get(digits..).unwrap_or_default();
    if digits > 0 && (after.starts_with(". ") || after.starts_with(") ")) {
        digits + 2
    } else if ["- ", "* ", "+ ", "> "].iter().any(|mark| line.starts_with(mark)) {
        2
    } else {
        0
    }
}

/// Breaks words into lines of at most [`COLUMNS`]; a longer word stands alone and whole.
fn wrap(page: &mut String, first: &str, next: &str, words: &str) {
    let mut line = first.to_owned();
    let mut is_fresh = true;
    for word in words.split_whitespace() {
        if !is_fresh && width(&line) + 1 + width(word) > COLUMNS {
            page.push_str(&line);
            page.push('\n');
            next.clone_into(&mut line);
            is_fresh = true;
        }
        if !is_fresh {
            line.push(' ');
        }
        line.push_str(word);
        is_fresh = false;
    }
    page.push_str(line.trim_end());
    page.push('\n');
}

fn cite_mark(cite: &SectionCite) -> String {
    match cite.to {
        CiteTo::Source(number) => format!("[{number}]"),
        CiteTo::Withheld => "[withheld]".to_owned(),
        CiteTo::Broken => format!("[evidence missing: {}]", cite.id),
    }
}

fn source_lines(report: &Report, source: &ReportSource) -> String {
    let evidence = &source.evidence;
    let mut page = String::new();
    let who = if let Some(interview) = interview_of(evidence.source.as_deref()) {
        Raw::new(interview).tty_line().into_owned()
    } else if evidence.kind == RowKind::Event {
        "event, recorded by no channel".to_owned()
    } else {
        format!("{}, {}", evidence.author.tty_line(), evidence.channel.tty_line())
    };
    let time = source_time(source, report.zone);
    wrap(&mut page, "", "     ", &format!("[{}] {time}, {who}", source.number));
    wrap(&mut page, "     ", "     ", &evidence.text.raw().tty().replace('\n', " "));
    if let Some(note) = &source.note {
        wrap(&mut page, "     ", "     ", &format!("Note: {}", Raw::new(note).tty_line()));
    }
    let _ = writeln!(page, "     {}", Raw::new(&source.id).tty_line());
    page
}

fn table(project: &Project, report: &Report, signs: Signs) -> String {
    let mut page = String::new();
    let mut day = WithDay::Shown;
    for line in lines(&report.timeline, &Spacing::in_zone(report.zone)) {
        match line {
            Line::Phase { title, .. } => {
                let _ = write!(page, "{}{}\n\n", if page.is_empty() { "" } else { "\n" }, Raw::new(&title).tty_line());
                day = WithDay::Shown;
            }
            Line::Day { .. } => day = WithDay::Shown,
            Line::Gap { length } => {
                let _ = writeln!(page, "  ... {}, nothing recorded ...", gap_words(length));
            }
            Line::Milestone { milestone, at } => {
                let ruler = format!("  ---- {} {} ", report.zone.minute(at), milestone.label());
                let _ = writeln!(page, "{ruler}{}", "-".repeat(COLUMNS.saturating_sub(width(&ruler))));
            }
            Line::Row { ix, .. } => {
                if let Some(row) = report.timeline.rows.get(ix) {
                    table_row(&mut page, project, (report, signs), row, day);
                }
                day = WithDay::Hidden;
            }
        }
    }
    page
}

fn table_row(page: &mut String, project: &Project, (report, signs): (&Report, Signs), row: &Row, day: WithDay) {
    let time = time_label(row, report.zone, day);
    let from = if row.kind == RowKind::Event { "event".into() } else { row.channel.tty_line() };
    let first = format!("  {}{}", padded(&time, TIME_COLUMNS), padded(&from, FROM_COLUMNS));
    let next = " ".repeat(2 + TIME_COLUMNS + FROM_COLUMNS);
    let tags = tag_labels(project, &row.tags);
    let sign = Group::of(project, &row.tags).map_or('-', |group| group.sign(signs));
    let tags = if tags.is_empty() { String::new() } else { format!(" [{sign} {}]", tags.join(", ")) };
    let headline = format!("{}{}", row.headline.tty_line(), Raw::new(&tags).tty_line());
    wrap(page, &first, &next, &headline);
    let told = row.told_zone;
    if let Some(posted) = row.posted_at.filter(|_| row.is_moved()) {
        let clock = told.shown_in(report.zone).clock(posted);
        wrap(page, &next, &next, &format!("posted {clock}{}", told.words()));
    } else if told == ToldZone::Unknown {
        wrap(page, &next, &next, told.words().trim());
    }
    if let Some(description) = &row.description {
        wrap(page, &next, &next, &Raw::new(description).tty().replace('\n', " "));
    }
}

fn padded(text: &str, columns: usize) -> String {
    let text = cut(text, columns - 1);
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(&text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_the_edge_and_lists_hang() {
        let mut page = String::new();
        wrap(&mut page, "", "  ", &format!("- {} tail", "word ".repeat(15)));
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| width(line) <= COLUMNS) && lines[1].starts_with("  "), "{page}");
        assert_eq!((marker_columns("12. x"), marker_columns("- x"), marker_columns("x")), (4, 2, 0));
    }
}
