//! The Report screen's state: which section, what is written in it, the evidence beside it.
//!
//! Lists are derived by [`ReportScreen::refresh`]; what takes a look at all that is annotated is left
//! to a check off this thread, see [`checks`]. Text under edit is a person's own until it is
//! left: then it becomes one act. Until then each change is a draft, so nothing typed is lost.

pub mod beside;
pub mod checks;
pub mod cited;
pub mod draw;
pub mod preview;
pub mod sections;
pub mod writing;

use self::checks::Checks;
use self::cited::CitedText;
use super::Motion;
use crate::base::id::Target;
use crate::jobs::check::{Basis, CheckJob, Checked};
use crate::project::cell::Kind;
use crate::project::document::Looked;
use crate::project::model::SectionStatus;
use crate::project::{Edit, Project, Set};
use crate::report::citations;
use crate::report::evidence::SectionEvidence;
use crate::report::lint::{Finding, lint_beside};
use crate::report::template::{TIMELINE_KEY, Template, section_title};
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::session::Session;

/// Which part of the screen takes the keys of motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The prose of a section; motions go over sections.
    #[default]
    Prose,
    /// The list of sections.
    Sections,
    /// The evidence beside the prose.
    Evidence,
}

/// A section in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionLine {
    /// Its name in files.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// How far it is.
    pub status: SectionStatus,
    /// Citations in it; entries for the timeline.
    pub count: usize,
    /// The template it was written for, when the project's has no place for it.
    pub kept_from: Option<&'static str>,
}

/// Text of a section under edit.
#[derive(Debug, Clone)]
pub struct Writing {
    /// The section's key.
    pub key: String,
    /// The text.
    pub text: CitedText,
    saved: String,
    looked: Looked,
}

impl Writing {
    /// Who else has written in the section since this began.
    pub fn also_edited(&self, session: &Session) -> Option<String> {
        session.also_edited(&section_edit(&self.key, Set::To(String::new())), &self.looked)
    }

    /// The name of its draft.
    pub fn form(&self) -> String {
        form(&self.key)
    }
}

fn form(key: &str) -> String {
    format!("section {key}")
}

/// The Report screen.
#[derive(Debug, Default)]
pub struct ReportScreen {
    /// Sections of the template, then what is kept from another.
    pub sections: Vec<SectionLine>,
    /// What is to be looked at in the text of the section, as it is typed.
    pub marks: Vec<Finding>,
    /// What the last check found.
    pub checks: Checks,
    /// Which part takes the keys of motion.
    pub focus: Focus,
    /// The text under edit.
    pub writing: Option<Writing>,
    /// The key of the section, to find it again when the template changes.
    key: String,
    place: usize,
    evidence_place: usize,
    scroll: usize,
    /// The project and archive that the lists were made of.
    made_of: Option<(u64, u64)>,
}

impl ReportScreen {
    /// Makes the lists anew.
    pub fn refresh(&mut self, session: &Session) {
        self.made_of = Some((session.project_revision(), session.archive_revision()));
        let project = session.project();
        self.sections = section_lines(project);
        self.settle(project);
        let again = self.sections.iter().position(|section| section.key == self.key);
        self.go(session, again.unwrap_or(self.place));
    }

    /// Brings what stands beside the text up to date with it, as it is typed.
    pub fn refresh_beside(&mut self, session: &Session) {
        let project = session.project();
        let text = self.text(project);
        self.checks.cite_again(session, &self.key, &text);
        // The rules are made ready by the first check: that takes longer than a frame.
        let is_ready = self.checks.is_known();
        self.marks = if is_ready { lint_beside(project, &session.archive, &self.key, &text) } else { Vec::new() };
        self.evidence_place = self.evidence_place.min(self.evidence().len().saturating_sub(1));
    }

    /// Takes what a check found; the cursor stays on its piece of evidence.
    pub fn checked(&mut self, session: &Session, checked: Checked) {
        let piece = self.piece().map(|piece| piece.target.clone());
        self.checks.take(checked);
        self.settle(session.project());
        let again = piece.and_then(|target| self.checks.place_of_piece(&self.key, &target));
        self.evidence_place = again.unwrap_or(self.evidence_place);
        self.refresh_beside(session);
    }

    fn settle(&mut self, project: &Project) {
        let Self { checks, sections, .. } = self;
        checks.settle(project, |key| sections.iter().any(|section| section.key == key));
    }

    /// Goes to a section by its place in the list.
    pub fn go(&mut self, session: &Session, place: usize) {
        self.place = place.min(self.sections.len().saturating_sub(1));
        let key = self.sections.get(self.place).map_or(String::new(), |section| section.key.clone());
        if key != self.key {
            (self.key, self.scroll, self.evidence_place) = (key, 0, 0);
        }
        self.refresh_beside(session);
    }

    /// Goes to a section by its key; `false` when there is none.
    pub fn go_to_section(&mut self, session: &Session, key: &str) -> bool {
        let place = self.sections.iter().position(|section| section.key == key);
        if let Some(place) = place {
            self.go(session, place);
        }
        place.is_some()
    }

    /// The place of the section in the list.
    pub const fn place(&self) -> usize {
        self.place
    }

    /// The section.
    pub fn section(&self) -> Option<&SectionLine> {
        self.sections.get(self.place)
    }

    /// The section's key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The section's text, as it is typed when it is under edit.
    pub fn text(&self, project: &Project) -> String {
        match &self.writing {
            Some(writing) if writing.key == self.key => writing.text.text(),
            _ => project.section(&self.key).map_or(String::new(), |section| section.text.clone()),
        }
    }

    /// The text as letters and labels.
    pub fn cited_text(&self, project: &Project) -> CitedText {
        match &self.writing {
            Some(writing) if writing.key == self.key => writing.text.clone(),
            _ => CitedText::new(&self.text(project)),
        }
    }

    /// The first row of the prose in sight while nobody writes.
    pub const fn scroll(&self) -> usize {
        self.scroll
    }

    /// The place of the cursor in the evidence.
    pub const fn evidence_place(&self) -> usize {
        self.evidence_place
    }

    /// The finding that was gone to, while its section is the one on the screen.
    pub fn current_finding(&self) -> Option<&Finding> {
        self.checks.chosen().filter(|finding| finding.section == self.key)
    }

    /// Goes to the next finding or the one before, round in a circle; `None` when there is none.
    pub fn go_to_finding(&mut self, session: &Session, forward: bool) -> Option<&Finding> {
        let finding = if self.checks.section_of_chosen() == Some(self.key.as_str()) {
            self.checks.step(forward)?.clone()
        } else {
            let findings = self.checks.findings();
            let place_of = |finding: &Finding| self.sections.iter().position(|section| section.key == finding.section);
            let next = if forward {
                findings.iter().position(|found| place_of(found) >= Some(self.place)).unwrap_or(0)
            } else {
                let before = findings.iter().rposition(|found| place_of(found) < Some(self.place));
                before.unwrap_or(findings.len().saturating_sub(1))
            };
            self.checks.choose(next)?.clone()
        };
        self.go_to_section(session, &finding.section);
        self.scroll = finding.range.map_or(0, |range| draw::row_of(&self.cited_text(session.project()), range.start));
        self.checks.chosen()
    }

    /// What is tagged for the section or cited in it.
    pub fn evidence(&self) -> &[SectionEvidence] {
        self.checks.evidence(&self.key)
    }

    /// The piece of evidence under the cursor.
    pub fn piece(&self) -> Option<&SectionEvidence> {
        self.evidence().get(self.evidence_place)
    }
}

fn section_lines(project: &Project) -> Vec<SectionLine> {
    let template = Template::of(project);
    let own = template.sections.iter().map(|section| SectionLine {
        key: section.key.clone(),
        title: section.title.clone(),
        status: section.status(project),
        count: count(project, &section.key),
        kept_from: None,
    });
    let kept = template.kept(project).into_iter().map(|(key, section)| SectionLine {
        key: key.to_owned(),
        title: section_title(key).to_owned(),
        status: section.status,
        count: count(project, key),
        kept_from: Some(written_for(key)),
    });
    own.chain(kept).collect()
}

/// The template that has a place for a section.
fn written_for(key: &str) -> &'static str {
    let found = Template::all().iter().find(|template| template.section(key).is_some());
    found.map_or("elsewhere", |template| template.key.as_str())
}

fn count(project: &Project, key: &str) -> usize {
    if key == TIMELINE_KEY {
        return project.timeline().len();
    }
    project.section(key).map_or(0, |section| citations(&section.text).len())
}

/// Brings the lists up to date, when project or archive changed.
pub fn ready(app: &mut App) {
    let App { session, report, .. } = app;
    if report.made_of != Some((session.project_revision(), session.archive_revision())) {
        report.refresh(session);
    }
}

/// Whether a check of the report is to be asked for: only while the screen shows it.
pub fn is_check_due(app: &App) -> bool {
    app.screen == ScreenId::Report && app.report.checks.is_due(&app.session)
}

/// The check to be made, for another thread.
pub fn begin_check(app: &mut App) -> CheckJob {
    app.report.checks.begin(&app.session)
}

/// Takes the answer of a check; without one a part of the program failed, and what was found before stays.
pub fn checked(app: &mut App, basis: Basis, checked: Option<Checked>) {
    if let Some(checked) = checked {
        app.report.checked(&app.session, checked);
    } else {
        app.report.checks.fail(basis);
        app.status.cannot("A part of the program failed: the report was not checked; the next change tries again");
    }
}

/// What tags and notes go to: the piece of evidence under the cursor, while the evidence has the
/// focus.
pub fn targets(app: &App) -> Vec<Target> {
    let piece = app.report.piece().filter(|_| app.report.focus == Focus::Evidence);
    piece.map(|piece| piece.target.clone()).into_iter().collect()
}

/// Moves over sections or evidence; by pages over the prose.
pub fn motion(ctx: &mut Ctx<'_>, motion: Motion) {
    let size = ctx.app.size;
    let App { report, session, .. } = &mut *ctx.app;
    let page = usize::from(draw::prose_rows(size)).max(2);
    match (report.focus, motion) {
        (Focus::Evidence, _) => {
            report.evidence_place = motion.apply(report.evidence_place, report.evidence().len(), page / 2);
        }
        (_, Motion::Half(_) | Motion::Page(_)) => {
            let shown = report.cited_text(session.project()).shown(|_| "[00:00 somebody]".to_owned());
            let rows = crate::tui::widget::wrap::wrap(&shown.text, draw::prose_cells(size)).len();
            report.scroll = motion.apply(report.scroll, rows.saturating_sub(page / 2).max(1), page);
        }
        _ => {
            let place = motion.apply(report.place, report.sections.len(), page);
            report.go(session, place);
        }
    }
}

/// Begins to write in the section; what was typed and not saved is there again.
pub fn write(ctx: &mut Ctx<'_>) {
    let key = ctx.app.report.key().to_owned();
    if key.is_empty() {
        return;
    }
    let saved = ctx.app.session.project().section(&key).map_or(String::new(), |section| section.text.clone());
    let mut text = CitedText::new(&saved);
    let kept = ctx.app.memory.drafts.get(&form(&key)).filter(|kept| **kept != saved).cloned();
    if let Some(kept) = kept {
        text.set_text(&kept);
        ctx.toast("what was typed and not saved is here again; Alt-u takes it back");
    }
    ctx.app.report.writing = Some(Writing { key, text, saved, looked: ctx.app.session.looked() });
    ctx.app.report.focus = Focus::Prose;
    ctx.app.report.refresh_beside(&ctx.app.session);
    if !ctx.app.layers.iter().any(|layer| layer.name() == writing::NAME) {
        ctx.open(writing::WritingLayer);
    }
}

/// Saves what is written as one act, and says so when there was something; the text stays under edit.
pub fn save(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let Some(writing) = &ctx.app.report.writing else { return Ok(()) };
    let (key, form, text) = (writing.key.clone(), writing.form(), writing.text.text());
    let looked = writing.looked.clone();
    if text != writing.saved {
        let label = format!("{} written", section_title(&key));
        let set = if text.is_empty() { Set::Remove } else { Set::To(text.clone()) };
        ctx.edit_after(&looked, &label, vec![section_edit(&key, set)])?;
        let stands_beside = ctx.app.session.document().conflict(Kind::Report, &key).is_some();
        let words =
            if stands_beside { "written beside another version; g c settles which holds" } else { "written, u undoes" };
        ctx.toast(words);
    }
    ctx.app.memory.draft(&form, "");
    if let Some(writing) = &mut ctx.app.report.writing {
        writing.saved = text;
    }
    Ok(())
}

/// Saves and ends writing.
pub fn leave(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    save(ctx)?;
    ctx.app.report.writing = None;
    let place = ctx.app.layers.iter().position(|layer| layer.name() == writing::NAME);
    if let Some(place) = place {
        ctx.app.layers.take(place);
    }
    ctx.app.report.refresh(&ctx.app.session);
    Ok(())
}

/// The edit that sets the text of a section.
pub fn section_edit(key: &str, text: Set<String>) -> Edit {
    Edit::Section { section: key.to_owned(), text, status: None, copies: std::collections::BTreeMap::new() }
}

/// Something about the text under edit changed: the draft and the evidence follow.
pub fn typed(app: &mut App) {
    let Some(writing) = &app.report.writing else { return };
    let (form, text) = (writing.form(), writing.text.text());
    let unsaved = if text == writing.saved { "" } else { text.as_str() };
    app.memory.draft(&form, unsaved);
    app.report.refresh_beside(&app.session);
}

/// Cites something at the caret of the text under edit.
pub fn cite(app: &mut App, id: &str) {
    if let Some(writing) = &mut app.report.writing {
        writing.text.cite(id);
    }
    typed(app);
}

/// Leaves the evidence; `false` when there was nothing to leave.
pub fn close(app: &mut App) -> bool {
    let inside = app.report.focus != Focus::Prose;
    app.report.focus = Focus::Prose;
    inside
}

/// Takes text that came back from `$EDITOR`; `false` when nothing is under edit.
pub fn edited(app: &mut App, text: &str) -> bool {
    let Some(writing) = &mut app.report.writing else { return false };
    writing.text.set_text(text.trim_end());
    typed(app);
    true
}
