//! Acts on the report: writing, status, drafts, template, preview; and exports, which every screen
//! has.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every act")]

use serde_json::Value;

use super::{Args, Command, Scope};
use crate::project::model::SectionStatus;
use crate::project::{Edit, Set};
use crate::report::draft as drafts;
use crate::report::lint::Finding;
use crate::report::template::{Template, section_title};
use crate::timeline::assemble;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::pane::report::draw::status_word;
use crate::tui::pane::report::preview::Preview;
use crate::tui::pane::report::{self as screen, Focus};
use crate::tui::popup::choose::Choose;
use crate::tui::popup::cite_picker::CitePicker;
use crate::tui::popup::facts;
use crate::tui::popup::prompt::Prompt;
use crate::tui::widget::picker::Choice;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "report.open",
        Scope::Report,
        &["Enter"],
        "Write, or go to the source",
        "Writes in the section; in the evidence, shows the message or event on Chat.",
        open,
    )
    .when(has_section)
    .hint("write"),
    Command::new(
        "report.edit",
        Scope::Report,
        &["i"],
        "Write",
        "Writes in the section; Esc saves it as one act.",
        edit,
    )
    .when(has_section),
    Command::new(
        "report.cite",
        Scope::Report,
        &["@"],
        "Cite",
        "Writes at the end of the section and picks what it cites.",
        cite,
    )
    .when(has_section)
    .hint("cite"),
    Command::new(
        "report.preview",
        Scope::Report,
        &["p", "Alt-p"],
        "Preview",
        "Shows the report as it will leave, with numbered sources.",
        preview,
    )
    .when(has_section)
    .hint("preview"),
    Command::new(
        "report.status",
        Scope::Report,
        &["S", "Alt-s"],
        "Status",
        "Says that the section is done, or takes that back.",
        |ctx, _| turn_status(ctx),
    )
    .when(has_section)
    .hint("status"),
    Command::new(
        "report.draft",
        Scope::Report,
        &["D"],
        "Draft from the project",
        "Puts what the project knows for the section below what is there, each line marked.",
        draft,
    )
    .when(has_section)
    .hint("draft"),
    Command::new(
        "report.evidence",
        Scope::Report,
        &["e"],
        "Evidence",
        "Goes into the evidence beside the section, and back.",
        evidence,
    )
    .when(has_section)
    .hint("evidence"),
    Command::new(
        "report.focus",
        Scope::Report,
        &["Tab"],
        "Next part",
        "Goes from the section to the list and the evidence.",
        |ctx, _| turn_focus(ctx, true),
    )
    .hint("list"),
    Command::new(
        "report.focus-back",
        Scope::Report,
        &["S-Tab"],
        "Part before",
        "Goes the other way round.",
        |ctx, _| turn_focus(ctx, false),
    ),
    Command::new(
        "report.in-editor",
        Scope::Report,
        &["Alt-e", "C", "Ctrl-e"],
        "Write in $EDITOR",
        "Writes in the section in your editor.",
        in_editor,
    )
    .when(has_section),
    Command::new(
        "report.source",
        Scope::Report,
        &["o"],
        "Go to the source",
        "Shows the piece of evidence on Chat.",
        source,
    )
    .when(has_piece),
    Command::new(
        "report.next-finding",
        Scope::Report,
        &["n"],
        "Next thing to look at",
        "Goes to the next thing to look at before the report goes out, and asks about it.",
        |ctx, _| finding(ctx, true),
    )
    .when(has_findings),
    Command::new(
        "report.previous-finding",
        Scope::Report,
        &["N"],
        "Previous thing to look at",
        "Goes to the one before.",
        |ctx, _| finding(ctx, false),
    )
    .when(has_findings),
    Command::new(
        "report.waive",
        Scope::Report,
        &["W"],
        "Keep what was found",
        "Keeps what n went to as it is, with a reason; it is asked about again when its sentence changes.",
        waive,
    )
    .when(has_finding),
    Command::new(
        "report.standfirst",
        Scope::Report,
        &["H"],
        "Standfirst",
        "Writes the two or three sentences that stand below the title of the report.",
        |ctx, _| {
            facts::ask_fact(ctx, "standfirst");
            Ok(())
        },
    ),
    Command::new(
        "report.template",
        Scope::Report,
        &[],
        "Template",
        "Chooses howie, postmortem or a team's own; all text stays, what the other has no place for is kept below.",
        template,
    ),
];

fn has_section(app: &App) -> Result<(), String> {
    if app.report.section().is_some() { Ok(()) } else { Err("the report has no section".to_owned()) }
}

fn has_piece(app: &App) -> Result<(), String> {
    if app.report.piece().is_some() && app.report.focus == Focus::Evidence {
        Ok(())
    } else {
        Err("no evidence is chosen; e goes into it".to_owned())
    }
}

fn has_findings(app: &App) -> Result<(), String> {
    let checks = &app.report.checks;
    match checks.findings() {
        [] if checks.is_known() => Err("there is nothing to look at".to_owned()),
        [] => Err("the report is being looked through".to_owned()),
        _ => Ok(()),
    }
}

fn open(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if ctx.app.report.focus == Focus::Evidence { source(ctx, args) } else { edit(ctx, args) }
}

fn edit(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    screen::write(ctx);
    Ok(())
}

fn cite(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    screen::write(ctx);
    ctx.open(CitePicker::new(ctx.app));
    Ok(())
}

fn in_editor(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    screen::write(ctx);
    let text = ctx.app.report.text(ctx.app.session.project());
    ctx.ask(Effect::Editor { text });
    Ok(())
}

fn source(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(target) = ctx.app.report.piece().map(|piece| piece.target.clone()) else {
        anyhow::bail!("Nothing is tagged for this section yet");
    };
    ctx.app.go_to(&target).map_err(anyhow::Error::msg)
}

fn preview(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let preview = Preview::new(ctx.app);
    ctx.open(preview);
    Ok(())
}

/// Says that the section is done, or takes that back.
pub fn turn_status(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let project = ctx.app.session.project();
    let key = ctx.app.report.key().to_owned();
    let section = project.section(&key).cloned().unwrap_or_default();
    let status = match section.status {
        SectionStatus::Done if section.text.trim().is_empty() => SectionStatus::Empty,
        SectionStatus::Done => SectionStatus::Draft,
        SectionStatus::Draft | SectionStatus::Empty => SectionStatus::Done,
    };
    let edit = Edit::Section {
        section: key.clone(),
        text: Set::Keep,
        status: Some(status),
        copies: std::collections::BTreeMap::new(),
    };
    ctx.edit(format!("{} {}", section_title(&key), status_word(status)), vec![edit])?;
    ctx.toast(format!("{}, u undoes", status_word(status)));
    Ok(())
}

fn draft(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let (project, archive) = (ctx.app.session.project(), &ctx.app.session.archive);
    let key = ctx.app.report.key().to_owned();
    let Some(section) = Template::of(project).section(&key) else {
        anyhow::bail!("This section belongs to another template; report.template goes back to it");
    };
    let drafted = drafts::draft(project, archive, &assemble(project, archive), section);
    let before = project.section(&key).map_or("", |section| section.text.trim_end());
    let text = if before.is_empty() { drafted } else { format!("{before}\n\n{drafted}") };
    ctx.edit(format!("draft of {}", section_title(&key)), vec![screen::section_edit(&key, Set::To(text))])?;
    ctx.toast(format!("a draft is below what was there, each line marked {}, u undoes", drafts::MARK));
    Ok(())
}

fn evidence(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let report = &mut ctx.app.report;
    report.focus = if report.focus == Focus::Evidence { Focus::Prose } else { Focus::Evidence };
    Ok(())
}

fn turn_focus(ctx: &mut Ctx<'_>, forward: bool) -> anyhow::Result<()> {
    let report = &mut ctx.app.report;
    report.focus = match (report.focus, forward) {
        (Focus::Prose, true) | (Focus::Evidence, false) => Focus::Sections,
        (Focus::Sections, true) | (Focus::Prose, false) => Focus::Evidence,
        (Focus::Evidence, true) | (Focus::Sections, false) => Focus::Prose,
    };
    Ok(())
}

fn finding(ctx: &mut Ctx<'_>, forward: bool) -> anyhow::Result<()> {
    let App { report, session, .. } = &mut *ctx.app;
    let Some(finding) = report.go_to_finding(session, forward) else { return Ok(()) };
    let message = crate::base::text::Raw::new(&finding.message).tty_line().into_owned();
    ctx.toast(format!("{message} W keeps it"));
    Ok(())
}

fn has_finding(app: &App) -> Result<(), String> {
    if app.report.current_finding().is_some() {
        Ok(())
    } else {
        Err("nothing to look at is chosen; n goes to the next".to_owned())
    }
}

/// Keeps what was found as it is, for a reason that stays with it.
fn waive(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    let Some(finding) = ctx.app.report.current_finding().cloned() else { return Ok(()) };
    if let Some(reason) = &args.text {
        return waive_for(ctx, &finding, reason);
    }
    let keep = Box::new(move |ctx: &mut Ctx<'_>, reason: &str| waive_for(ctx, &finding, reason));
    ctx.open(Prompt::new(ctx.app, "Keep it, for which reason?", "", keep));
    Ok(())
}

fn waive_for(ctx: &mut Ctx<'_>, finding: &Finding, reason: &str) -> anyhow::Result<()> {
    let reason = reason.trim();
    anyhow::ensure!(!reason.is_empty(), "A reason stays with it, for those who come after; Esc leaves it as it was");
    let edit =
        Edit::Waive { section: finding.section.clone(), lint: finding.waiver.clone(), reason: Some(reason.to_owned()) };
    ctx.edit(format!("keep {} in {}", finding.code, section_title(&finding.section)), vec![edit])?;
    ctx.toast("kept with its reason, u undoes");
    Ok(())
}

fn template(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(text) = &args.text {
        return set_template(ctx, text);
    }
    let project = ctx.app.session.project();
    let choice = |template: &Template| {
        let sections: Vec<&str> = template.sections.iter().map(|section| section.title.as_str()).collect();
        let about = if template.key == project.template() { "this one now".to_owned() } else { sections.join(", ") };
        Choice::new(&template.title, &about, template.key.clone())
    };
    let other = Template::all().iter().find(|template| template.key != project.template());
    let other = other.map_or(String::new(), |template| template.key.clone());
    let choices = Template::all().iter().map(choice).collect();
    let choose = Choose::new("Which template? All text stays", choices, Box::new(set_template));
    ctx.open(choose.with_cursor_on(&other));
    Ok(())
}

fn set_template(ctx: &mut Ctx<'_>, name: &str) -> anyhow::Result<()> {
    let name = name.trim().to_lowercase();
    let Some(template) = Template::by_key(&name) else {
        let names: Vec<&str> = Template::all().iter().map(|template| template.key.as_str()).collect();
        anyhow::bail!("There is no template `{name}`; write {}", names.join(" or "));
    };
    ctx.edit(
        format!("template {name}"),
        vec![Edit::Fact { name: "template".to_owned(), value: Value::String(name.clone()) }],
    )?;
    ctx.app.screen = ScreenId::Report;
    let kept = template.kept(ctx.app.session.project()).len();
    let kept = if kept == 0 { String::new() } else { format!("; {kept} sections are kept below the list") };
    ctx.toast(format!("template {name}{kept}, u undoes"));
    Ok(())
}
