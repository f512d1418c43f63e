//! The sheet of an interview as Markdown and as plain text: to be printed, filled in and filed back.
//!
//! One outline serves both; only the marks of headings and the sanitiser of foreign text differ.

use crate::base::text::{LineBreaks, RawString, sanitize_md, sanitize_tty};
use crate::base::time::duration_words;
use crate::report::interview::answers::{ANSWER, END, NOTES};
use crate::report::interview::{Asked, Kind, Moment, Part, Quote, Sheet, probes};

/// In which marks a sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
}

/// The whole sheet, ending in a line feed.
pub fn render(sheet: &Sheet, marks: Marks) -> String {
    let mut page = Page { sheet, marks, out: String::new() };
    page.head();
    for part in &probes().parts {
        page.part(part);
        match part.key.as_str() {
            "timeline" => page.timeline(),
            "deepening" => page.deepening(part),
            _ => {}
        }
    }
    page.notes();
    page.out
}

struct Page<'a> {
    sheet: &'a Sheet,
    marks: Marks,
    out: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn heading(&mut self, level: usize, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        match self.marks {
            Marks::Markdown => self.line(&format!("{} {text}", "#".repeat(level))),
            Marks::Text if level < 3 => {
                let sign = if level == 1 { "=" } else { "-" };
                self.line(text);
                self.line(&sign.repeat(crate::base::text::width(text)));
            }
            Marks::Text => self.line(text),
        }
        self.out.push('\n');
    }

    /// Foreign words in one line.
    fn foreign(&self, text: &RawString) -> String {
        self.plain(text.unsanitised())
    }

    fn plain(&self, text: &str) -> String {
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match self.marks {
            Marks::Markdown => sanitize_md(&one_line),
            Marks::Text => sanitize_tty(&one_line, LineBreaks::Mark).into_owned(),
        }
    }

    fn head(&mut self) {
        let name = self.foreign(&self.sheet.person.name);
        self.heading(1, &format!("Interview: {name}"));
        let incident = self.plain(&self.sheet.incident);
        self.line(&incident);
        self.line("");
        for (what, words) in &self.sheet.head {
            let words = if words.is_empty() { "____".to_owned() } else { self.plain(words) };
            let bullet = if self.marks == Marks::Markdown { "- " } else { "" };
            self.line(&format!("{bullet}{what}: {words}"));
        }
        self.line("");
        for rule in &probes().interviewer {
            self.line(&format!("- {rule}"));
        }
    }

    fn part(&mut self, part: &Part) {
        self.heading(2, &format!("{}, {} min", part.title, part.minutes));
        if !part.lead.is_empty() {
            self.line(&part.lead);
            self.line("");
        }
        // The lines of a moment that is gone into stand below each of them.
        if part.key == "deepening" {
            return;
        }
        for line in &part.lines {
            let tick = if part.key == "consent" { "- [ ] " } else { "- " };
            self.line(&format!("{tick}{line}"));
        }
    }

    fn quote(&mut self, quote: &Quote, indent: &str) {
        let zone = self.sheet.zone;
        let when = format!("{} {}", zone.day(quote.at), zone.clock(quote.at));
        let words = format!(
            "{indent}{when} {} in {}: {}",
            self.foreign(&quote.who),
            self.foreign(&quote.channel),
            self.foreign(&quote.text)
        );
        self.line(&words);
    }

    fn timeline(&mut self) {
        let sheet = self.sheet;
        self.line("");
        if sheet.moments.is_empty() {
            self.line(
                "Nothing that they wrote in public is at hand: ask what they remember, and where they were looking.",
            );
        }
        for moment in &sheet.moments {
            if let Some(quiet) = moment.quiet {
                self.line(&format!("... quiet for {} ...", duration_words(quiet)));
                self.line("");
            }
            self.moment(moment);
        }
        if sheet.left_out > 0 {
            let words = crate::base::text::count_words(sheet.left_out, "more message", "more messages");
            self.line(&format!("{words} of theirs, on which nobody put anything, left out here."));
        }
    }

    fn moment(&mut self, moment: &Moment) {
        let indent = "      ";
        self.line("- [ ] right  [ ] wrong time  [ ] missing something");
        if let Some(before) = &moment.before {
            self.quote(before, indent);
        }
        self.quote(&moment.quote, "    > ");
        if let Some(after) = &moment.after {
            self.quote(after, indent);
        }
        self.line("");
    }

    fn deepening(&mut self, part: &Part) {
        let sheet = self.sheet;
        for (nth, asked) in sheet.questions.iter().enumerate() {
            self.question(nth + 1, asked);
        }
        let asked: Vec<_> =
            sheet.questions.iter().filter_map(|asked| asked.about.as_ref()).map(|quote| &quote.target).collect();
        for moment in sheet.moments.iter().filter(|moment| moment.is_deep && !asked.contains(&&moment.quote.target)) {
            self.heading(3, "A moment");
            self.quote(&moment.quote, "> ");
            self.line("");
            self.probes(moment.kind);
            for line in &part.lines {
                self.line(&format!("- {line}"));
            }
        }
        if let Some(kind) = sheet.moments.iter().find(|moment| moment.quiet.is_some()).and(probes().kind("silence")) {
            self.heading(3, "Where the record is quiet");
            self.probes(Some(kind));
        }
    }

    fn question(&mut self, nth: usize, asked: &Asked) {
        self.heading(3, &format!("Question {nth}"));
        if let Some(about) = &asked.about {
            self.quote(about, "> ");
            self.line("");
        }
        let text = self.foreign(&asked.text);
        self.line(&text);
        self.line("");
        self.probes(asked.kind);
        self.line("");
        self.line(&format!("{ANSWER}{}):", asked.note));
        self.line("");
        self.line(END);
    }

    fn probes(&mut self, kind: Option<&Kind>) {
        let (name, probes) = kind.map_or(("any", &probes().spare), |kind| (kind.name.as_str(), &kind.probes));
        self.line(&format!("Probes for this kind ({name}):"));
        self.line("");
        for probe in probes {
            self.line(&format!("- {probe}"));
        }
    }

    fn notes(&mut self) {
        self.heading(2, NOTES);
        self.line("- ");
    }
}

#[cfg(test)]
mod tests;
