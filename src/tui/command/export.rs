//! Exports, which every screen has: the report in a format, or without the names of people.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every act")]

use std::path::{Path, PathBuf};

use super::{Args, Command, Scope};
use crate::export::{Format, render_with};
use crate::report::{Policy, Versions};
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::popup::choose::Choose;
use crate::tui::popup::confirm::Confirm;
use crate::tui::popup::prompt::Prompt;
use crate::tui::widget::completion::Completion;
use crate::tui::widget::picker::Choice;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "export.html",
        Scope::Global,
        &["X h"],
        "Export: HTML",
        "Writes the report as one page for any browser, with drawings and evidence, to a file you name.",
        |ctx, args| export(ctx, args, Format::Html),
    ),
    Command::new(
        "export.walk",
        Scope::Global,
        &["X w"],
        "Export: walk",
        "Writes a page a beat with its question, for the review meeting, to a file you name.",
        |ctx, args| export(ctx, args, Format::Walk),
    ),
    Command::new(
        "export.markdown",
        Scope::Global,
        &["X m"],
        "Export: Markdown",
        "Writes the report as Markdown to a file you name.",
        |ctx, args| export(ctx, args, Format::Markdown),
    ),
    Command::new(
        "export.csv",
        Scope::Global,
        &["X c"],
        "Export: CSV",
        "Writes the timeline for spreadsheets to a file you name.",
        |ctx, args| export(ctx, args, Format::Csv),
    ),
    Command::new(
        "export.json",
        Scope::Global,
        &["X j"],
        "Export: JSON",
        "Writes report and timeline for programs to a file you name.",
        |ctx, args| export(ctx, args, Format::Json),
    ),
    Command::new(
        "export.text",
        Scope::Global,
        &["X t"],
        "Export: text",
        "Writes the report as plain text to a file you name.",
        |ctx, args| export(ctx, args, Format::Text),
    ),
    Command::new(
        "export.redacted",
        Scope::Global,
        &["X r"],
        "Export: without names",
        "Writes the report with a pseudonym for each person, in a format you choose; who is who goes to a file of its own that only you may read, or nowhere.",
        redacted,
    ),
];

/// The name that an export has when no other is given: the project's, beside it.
fn usual_name(app: &App, format: Format) -> PathBuf {
    let session = &app.session;
    let name = crate::base::id::slug(session.title());
    let name = format!("{}.{}", if name.is_empty() { "report" } else { &name }, format.extension());
    let folder = session.path.as_deref().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name))
}

fn export(ctx: &mut Ctx<'_>, args: &Args, format: Format) -> anyhow::Result<()> {
    if let Some(path) = args.text.as_deref().map(str::trim).filter(|path| !path.is_empty()) {
        return export_to(ctx, format, path);
    }
    let name = usual_name(ctx.app, format);
    let question = format!("Export {} to which file?", format.name());
    ctx.open(
        Prompt::new(
            ctx.app,
            &question,
            &name.to_string_lossy(),
            Box::new(move |ctx, path| export_to(ctx, format, path)),
        )
        .completing(Completion::Path),
    );
    Ok(())
}

fn export_to(ctx: &mut Ctx<'_>, format: Format, path: &str) -> anyhow::Result<()> {
    when_free(ctx, path, move |ctx, path| write(ctx, format, path))
}

/// Goes on with the file that was named: at once where none is there, else when somebody says so.
fn when_free(ctx: &mut Ctx<'_>, path: &str, go_on: impl Fn(&mut Ctx<'_>, &Path) + 'static) -> anyhow::Result<()> {
    let path = path.trim();
    anyhow::ensure!(!path.is_empty(), "An export needs a file name, or Esc");
    let path = PathBuf::from(path);
    if !path.exists() {
        go_on(ctx, &path);
        return Ok(());
    }
    let title = format!("Replace {}?", path.display());
    ctx.open(Confirm::new(
        title,
        "The file is there already.",
        Box::new(move |ctx| {
            go_on(ctx, &path);
            Ok(())
        }),
    ));
    Ok(())
}

fn write(ctx: &mut Ctx<'_>, format: Format, path: &Path) {
    let session = &ctx.app.session;
    let versions = Versions::of(session.document());
    let text = render_with(session.project(), &session.archive, &Policy::default(), &versions, format);
    ctx.ask(Effect::Write { path: path.to_owned(), text });
}

/// Asks for a format, a file, and a file for who is who.
fn redacted(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let about = |format: Format| match format {
        Format::Html => "one page for any browser",
        Format::Walk => "a page a beat, for the review meeting",
        Format::Markdown => "to be pasted into a wiki or a document",
        Format::Csv => "the timeline, for spreadsheets",
        Format::Json => "for programs",
        Format::Text => "plain text",
    };
    let choice = |format: Format| Choice::new(format.name(), about(format), format.name().to_owned());
    let choices = Format::ALL.into_iter().map(choice).collect();
    let answer = Box::new(|ctx: &mut Ctx<'_>, name: &str| {
        let format = Format::from_name(name).unwrap_or(Format::Html);
        ask_redacted_file(ctx, format);
        Ok(())
    });
    ctx.open(Choose::new("Without names, in which format?", choices, answer));
    Ok(())
}

fn ask_redacted_file(ctx: &mut Ctx<'_>, format: Format) {
    let usual = usual_name(ctx.app, format);
    let name = usual.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let usual = usual.with_file_name(format!("redacted-{name}"));
    let question = format!("Export {} without names to which file?", format.name());
    let answer = Box::new(move |ctx: &mut Ctx<'_>, path: &str| {
        when_free(ctx, path, move |ctx, path| ask_key(ctx, format, path))
    });
    ctx.open(Prompt::new(ctx.app, &question, &usual.to_string_lossy(), answer).completing(Completion::Path));
}

/// The key is asked for apart and has no usual name: nobody writes it by pressing Enter twice.
fn ask_key(ctx: &mut Ctx<'_>, format: Format, path: &Path) {
    let path = path.to_owned();
    let answer = Box::new(move |ctx: &mut Ctx<'_>, key: &str| {
        let key = Some(key.trim()).filter(|key| !key.is_empty()).map(PathBuf::from);
        anyhow::ensure!(key.as_ref() != Some(&path), "The key would stand in the report's own file; name another");
        ctx.ask(Effect::WriteRedacted { path: path.clone(), format, key });
        Ok(())
    });
    let question = "Who is who, to which file that only you may read? Empty: to none";
    ctx.open(Prompt::new(ctx.app, question, "", answer).completing(Completion::Path));
}
