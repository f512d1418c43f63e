//! From what is asked for to a sitting: which project, which sources, which panes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::app::{App, ScreenId, Settings};
use super::ctx::{Ctx, Effect};
use super::event::Event;
use super::memory::{Memory, PaneMemory};
use super::pane::chat::Pane;
use super::pane::rows::View;
use super::popup::channels;
use super::popup::columns::ColumnsScreen;
use super::popup::damaged::Damaged;
use super::popup::pattern::PatternScreen;
use super::popup::prompt::Prompt;
use super::popup::sources::ask_zone;
use super::popup::start::Start;
use super::session::{Keeping, Session};
use super::theme::{DimStyle, Palette, Theme};
use super::widget::completion::Completion;
use crate::archive::ChannelLog;
use crate::base::id::{ChannelId, Target};
use crate::base::reading::{PIPED_SOURCE, STANDARD_INPUT, is_standard_input};
use crate::base::text::count_words;
use crate::base::time::{Instant, parse_phrase};
use crate::config::{ColorChoice, Config, DimChoice, Extent, Folders, OpenRequest, Recent, ThemeChoice};
use crate::import::detect::{Sniffed, sniff};
use crate::import::report::SourceZone;
use crate::import::{ImportError, LoadOptions, Loaded};
use crate::jobs::load::options;
use crate::jobs::save::Saver;
use crate::jobs::sources;
use crate::project::fs::{Disk, Fs as _};
use crate::project::model::{SectionStatus, Source};
use crate::project::store::{self, Access, Recovery, SavePlace, Store, StoreError, StoreOptions};
use crate::project::{Author, Document, Edit};
use crate::report::template::{Template, TemplateSection};

/// Opens a project, exports, or nothing: all state of a sitting that is ready to begin.
pub fn open(request: &OpenRequest, events: &Sender<Event>) -> anyhow::Result<App> {
    let author = Author::new(request.config.investigator_id());
    let mut session = match request.paths.as_slice() {
        [] => Session::new(Document::new(&author), author, Keeping::Memory),
        // A folder is never a project; looking through a large one costs the first screen its time.
        [path] if path.is_file() && is_project(path) => match of_project(request, path, author.clone(), events) {
            Err(error) if is_damage(&error) => return damaged(request, path, author, error),
            opened => opened?,
        },
        exports => of_exports(request, exports, author, events)?,
    };
    session.show_zone(request.zone);
    session.introduce(request.config.investigator_name(), request.config.investigator_initials());
    let mut memory = memory_of(&request.folders.state, &session);
    if request.is_demo && memory.panes.is_empty() {
        begin_demo(&mut memory);
    }
    session.load_options = load_options(request, &memory);
    session.said = request.window.read_as.clone();
    session.reading_changed();
    let mut app = App::new(session, settings(request), memory, Instant::now());
    app.screen =
        request.screen.and_then(|screen| ScreenId::from_word(screen.name())).unwrap_or_else(|| app.memory.screen());
    remember(&app, &request.folders);
    if !app.memory.drafts.is_empty() {
        let drafts = count_words(app.memory.drafts.len(), "draft", "drafts");
        app.session.add_notice(&format!("{drafts} kept from last time: open the form again"));
    }
    if !request.panes.is_empty() {
        // Who names panes wants to see them all.
        app.chat.zoomed = false;
        app.chat.meanwhile = false;
    }
    app.first_filter.clone_from(&request.filter);
    app.patterns.clone_from(&request.config.patterns);
    ask_for_missing(&mut app);
    if request.paths.is_empty() {
        let working = std::env::current_dir().unwrap_or_default();
        app.layers.push(Box::new(Start::new(&request.folders, &working, app.now, app.zone())));
    }
    Ok(app)
}

/// Whether a file is a project, or was one: what lies beside it says so.
fn is_project(path: &Path) -> bool {
    sniff(path) == Sniffed::Project || store::sidecar(path).join("lock").is_file()
}

fn is_damage(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::Damaged { .. }))
}

/// Offers what can be brought back of a damaged project; where there is nothing, says why.
fn damaged(request: &OpenRequest, path: &Path, author: Author, error: anyhow::Error) -> anyhow::Result<App> {
    let Ok(found) = Recovery::of(path, &author, &store_options(request)) else { return Err(error) };
    let session = Session::new(found.document.clone(), author, Keeping::Memory);
    let mut app = App::new(session, settings(request), Memory::default(), Instant::now());
    app.layers.push(Box::new(Damaged::new(&found)));
    Ok(app)
}

/// Puts the open project on top of the start page's list, with what it holds now.
pub fn remember(app: &App, folders: &Folders) {
    if let Some(path) = app.session.path.as_ref().filter(|path| path.exists()) {
        // The list of recent projects is a convenience: nothing is lost without it.
        let _ = Recent::remember(folders, path, app.session.title(), extent(app), Instant::now());
    }
}

/// How much the open project holds. Until all is read, its sources tell of their messages; there one
/// that stands in two exports counts twice.
fn extent(app: &App) -> Extent {
    let (project, archive) = (app.session.project(), &app.session.archive);
    let (channels, messages) = if archive.is_complete() && archive.message_count() > 0 {
        (archive.channel_count(), archive.message_count())
    } else {
        let sources = project.sources().values();
        let channels: BTreeSet<_> =
            sources.clone().flat_map(|source| &source.channels).map(|known| &known.id).collect();
        (channels.len(), sources.map(|source| source.messages as usize).sum())
    };
    let sections = &Template::of(project).sections;
    let is_done = |section: &&TemplateSection| section.status(project) == SectionStatus::Done;
    Extent {
        channels,
        messages,
        entries: project.timeline().len(),
        sections_done: sections.iter().filter(is_done).count(),
        sections: sections.len(),
    }
}

/// Asks once for a source that moved; after that the project goes on with its copies.
fn ask_for_missing(app: &mut App) {
    let Some((id, path)) = app.session.missing.iter().find(|(_, path)| !path.starts_with(PIPED_SOURCE)).cloned() else {
        return;
    };
    let words =
        format!("{path} is not where it was: only copies of its messages are here; :source PATH finds it again");
    app.session.add_notice(&words);
    if app.memory.asked_for.insert(id) {
        let question = format!("Where is {path} now? Esc goes on with the copies");
        app.layers.push(Box::new(Prompt::new(app, &question, "", Box::new(find_source)).completing(Completion::Path)));
    }
}

/// Shows once what the columns of each table were taken for, where nobody said it.
pub fn show_columns(app: &mut App) {
    let sources = app.session.report.as_ref().map(|report| report.sources.as_slice()).unwrap_or_default();
    let is_guessed = |path: &Path| app.session.load_options.read_as(path).columns.is_empty();
    let tables = sources.iter().filter(|source| source.format == "table" && is_guessed(&source.path));
    let paths: Vec<PathBuf> = tables.map(|source| source.path.clone()).collect();
    for path in paths {
        if app.memory.asked_for.insert(format!("columns of {}", path.display()))
            && let Ok(screen) = ColumnsScreen::new(app, &path)
        {
            app.layers.push(Box::new(screen));
        }
    }
}

/// Says why a load failed; for text of no known format, asks for its pattern.
pub fn load_failed(app: &mut App, error: &ImportError) {
    let unread = match error {
        ImportError::NotAnExport { path, .. } if !app.layers.iter().any(|layer| layer.name() == "pattern") => {
            Some(path)
        }
        _ => None,
    };
    if let Some(screen) = unread.and_then(|path| PatternScreen::new(app, path).ok()) {
        app.layers.push(Box::new(screen));
    }
    app.status.cannot(error.to_string());
}

/// Asks once for the zone of each source whose clocks do not tell it.
pub fn ask_for_zones(app: &mut App) {
    let sources = app.session.report.as_ref().map(|report| report.sources.as_slice()).unwrap_or_default();
    let unknown = sources.iter().filter(|source| source.zone == SourceZone::Unknown);
    let paths: Vec<PathBuf> = unknown.map(|source| source.path.clone()).collect();
    for path in paths.into_iter().rev() {
        if app.memory.asked_for.insert(format!("zone of {}", path.display())) {
            let prompt = ask_zone(app, &path);
            app.layers.push(Box::new(prompt));
        }
    }
}

/// Takes the place of a source that moved, remembers it, and loads it.
pub fn find_source(ctx: &mut Ctx<'_>, path: &str) -> anyhow::Result<()> {
    let path = std::path::absolute(path.trim().trim_matches(['\'', '"']))?;
    if let Sniffed::Unknown { reason } = sniff(&path) {
        anyhow::bail!("{reason}");
    }
    if let Some((id, _)) = ctx.app.session.missing.pop() {
        let known = ctx.app.session.project().sources().get(&id).cloned();
        let project = ctx.app.session.path.clone().unwrap_or_default();
        let moved = Source { path: sources::remembered_path(&path, &project)?, ..known.unwrap_or_default() };
        ctx.app.session.act_unseen(vec![Edit::Source {
            id: Some(id),
            source: Box::new(moved),
            reading: Box::default(),
            on: true,
        }])?;
    }
    ctx.app.session.sources.push(path);
    ctx.app.session.set_notice(None);
    ctx.ask(Effect::Load);
    Ok(())
}

/// The first look at the sample: the three channels of the day, at the minute it was mended.
fn begin_demo(memory: &mut Memory) {
    const PANES: [&str; 3] = ["slack/C04SEV", "slack/C02DEV", "slack/C02SUP"];
    let mended = Instant::parse_rfc3339("2024-12-06T14:36:12.004500Z");
    memory.tour = Some(0);
    memory.panes = PANES.map(|channel| PaneMemory { channel: channel.to_owned(), ..PaneMemory::default() }).to_vec();
    if let Some(first) = memory.panes.first_mut() {
        first.cursor = Some("slack/C04SEV/1733495772.004500".to_owned());
        first.at = mended;
    }
}

/// View state lies by project id; before there is a project, by the place it will have. The first
/// sitting that made the project left it there.
fn memory_of(folder: &Path, session: &Session) -> Memory {
    let by_id = |session: &Session| Memory::open(folder, session.project().id());
    let Some(path) = &session.path else { return by_id(session) };
    let place = place_key(path);
    if path.exists() { by_id(session).or_from(folder, &place) } else { Memory::open(folder, &place) }
}

fn of_project(request: &OpenRequest, path: &Path, author: Author, events: &Sender<Event>) -> anyhow::Result<Session> {
    let opened = Store::open(path, &author, &store_options(request))?;
    let located = sources::locate(opened.document.project(), path);
    let mut session = keep(opened, author, events);
    session.path = Some(path.to_owned());
    session.sources = located.paths();
    know(&mut session, &located);
    session.missing = located.gone;
    Ok(session)
}

fn of_exports(
    request: &OpenRequest,
    exports: &[PathBuf],
    author: Author,
    events: &Sender<Event>,
) -> anyhow::Result<Session> {
    let exports: Vec<PathBuf> = exports.iter().map(|path| place_of(path)).collect::<Result<_, _>>()?;
    let wanted =
        request.project.clone().map_or_else(|| Ok(project_of(&exports, &std::env::current_dir()?)), anyhow::Ok)?;
    let elsewhere = elsewhere(request, &wanted)?;
    let path = elsewhere.clone().unwrap_or(wanted);
    let options = store_options(request);
    let opened =
        if path.exists() { Store::open(&path, &author, &options)? } else { Store::create(&path, &author, &options)? };
    let located = sources::locate(opened.document.project(), &path);
    let mut paths = located.paths();
    let same = |known: &PathBuf, export: &PathBuf| known.canonicalize().ok() == export.canonicalize().ok();
    let added: Vec<PathBuf> =
        exports.into_iter().filter(|export| !paths.iter().any(|known| same(known, export))).collect();
    let remembered = added.iter().filter_map(|export| sources::remembered_path(export, &path).ok());
    let expected: Vec<String> = remembered.collect();
    paths.extend(added);
    let mut session = keep(opened, author, events);
    session.said = request.window.read_as.clone();
    session.expect(expected);
    if let Some(path) = &elsewhere {
        session.set_notice(Some(format!("this folder cannot be written: the project is {}", path.display())));
        session.elsewhere = elsewhere;
    }
    session.path = Some(path);
    session.sources = paths;
    know(&mut session, &located);
    Ok(session)
}

/// Says which source of the project each file is that was found, wherever it was found.
fn know(session: &mut Session, located: &sources::Located) {
    for (id, path) in &located.found {
        let kept = session.project().sources().get(id).map(|source| source.path.clone());
        if let Some(kept) = kept {
            session.is_kept_as(path, &kept);
        }
    }
}

/// The whole path of an export; what is piped in has none.
fn place_of(path: &Path) -> std::io::Result<PathBuf> {
    if is_standard_input(path) { Ok(path.to_owned()) } else { std::path::absolute(path) }
}

/// Where a project is kept whose folder cannot be written: in the state folder, by the place it was
/// to have; there it stays.
fn elsewhere(request: &OpenRequest, wanted: &Path) -> anyhow::Result<Option<PathBuf>> {
    let wanted = std::path::absolute(wanted)?;
    let (Some(folder), Some(name)) = (wanted.parent(), wanted.file_name()) else { return Ok(None) };
    let kept = request.folders.state.join("kept").join(place_key(&wanted));
    let path = kept.join(name);
    let is_needed = !request.read_only && folder.is_dir() && !Disk.is_writable(folder);
    if wanted.exists() || !(is_needed || path.exists()) {
        return Ok(None);
    }
    std::fs::create_dir_all(&kept)?;
    Ok(Some(path))
}

/// A name for a place on the disk.
fn place_key(path: &Path) -> String {
    let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    blake3::hash(place.as_os_str().as_encoded_bytes()).to_hex().chars().take(32).collect()
}

pub(super) fn store_options(request: &OpenRequest) -> StoreOptions {
    StoreOptions {
        state_folder: Some(request.folders.state.clone()),
        access: if request.read_only { Access::ReadOnly } else { Access::ReadWrite },
        ..StoreOptions::default()
    }
}

fn keep(opened: store::Opened, author: Author, events: &Sender<Event>) -> Session {
    let place = opened.store.save_place().clone();
    let events = events.clone();
    // Without a loop nobody is left to be told.
    let on_change = Box::new(move || drop(events.send(Event::Wake)));
    let saver = Saver::start(opened.store, opened.document.clone(), on_change);
    let mut session = Session::new(opened.document, author, Keeping::Saver(saver));
    if let SavePlace::StateFolder(folder) = place {
        session.elsewhere = Some(folder);
    }
    session.set_notice((!opened.notices.is_empty()).then(|| opened.notices.join("  ")));
    session
}

fn load_options(request: &OpenRequest, memory: &Memory) -> LoadOptions {
    let remembered = memory.panes.iter().map(|pane| pane.channel.clone()).filter(|channel| channel != "*");
    let first = if request.panes.is_empty() { remembered.collect() } else { request.panes.clone() };
    LoadOptions { first, ..options(&request.window) }
}

fn settings(request: &OpenRequest) -> Settings {
    Settings { theme: theme(&request.config, request.color, request.ascii), slow: request.slow, ..Settings::default() }
}

fn theme(config: &Config, color: ColorChoice, ascii: bool) -> Theme {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let term = variable("TERM");
    let without = match color {
        ColorChoice::Always => false,
        ColorChoice::Never => true,
        ColorChoice::Auto => !variable("NO_COLOR").is_empty() || term.starts_with("vt") || term == "dumb",
    };
    let palette = match config.theme {
        _ if without => Palette::Mono,
        ThemeChoice::Mono => Palette::Mono,
        ThemeChoice::Light => Palette::Light,
        ThemeChoice::Auto | ThemeChoice::Dark => Palette::Dark,
    };
    let dim = if config.dim == DimChoice::Plain { DimStyle::Plain } else { DimStyle::Faint };
    let ascii = ascii || term == "linux";
    Theme { palette, dim, ascii }
}

/// Takes what a finished load gave.
pub fn loaded(app: &mut App, loaded: Loaded) {
    app.session.grow(Arc::clone(&loaded.archive));
    app.raw_record = None;
    let problems = loaded.report.problem_count();
    if problems > 0 {
        let words = count_words(problems, "problem", "problems");
        app.session.add_notice(&format!("{words} while reading: :problems lists them"));
    }
    app.session.report = Some(loaded.report);
}

/// Opens panes as soon as their channels are there: those asked for, else those that were left,
/// else the only channel; of several one chooses.
pub fn place(app: &mut App, request: &OpenRequest) {
    if app.chat.panes.is_empty() {
        let asked: Vec<PaneMemory> =
            if request.panes.is_empty() { app.memory.panes.clone() } else { named(app, &request.panes) };
        for pane in &asked {
            reopen(app, pane);
        }
        app.chat.focus =
            if request.panes.is_empty() { app.memory.focus.min(app.chat.panes.len().saturating_sub(1)) } else { 0 };
    }
    say_unknown(app, request);
    choose(app);
    go_there(app, request);
    let archive = Arc::clone(&app.session.archive);
    app.chat.follow(&archive);
}

/// Goes to the time that was asked for, again as more is read, until somebody presses a key.
fn go_there(app: &mut App, request: &OpenRequest) {
    let Some(phrase) = request.at.as_ref().filter(|_| !app.session.last_key.is_dated() && !app.chat.panes.is_empty())
    else {
        return;
    };
    match parse_phrase(phrase, &app.phrases()) {
        Ok(at) => app.go_to_time(at),
        Err(error) => app.status.cannot(error.to_string()),
    }
}

/// Says which of the channels asked for is not there, once all is read.
fn say_unknown(app: &mut App, request: &OpenRequest) {
    let archive = &app.session.archive;
    let unknown = request.panes.iter().find(|name| archive.is_complete() && archive.channels_named(name).is_empty());
    if let Some(name) = unknown {
        app.status.cannot(format!("No channel is called {name}; w a lists them"));
    }
}

/// Nothing was asked for and nothing was left: the only channel opens, of several one chooses.
fn choose(app: &mut App) {
    if !app.chat.panes.is_empty() || app.screen != ScreenId::Chat {
        return;
    }
    let archive = Arc::clone(&app.session.archive);
    match archive.channel_count() {
        1 if archive.is_complete() => {
            if let Some((_, log)) = archive.channels().next() {
                channels::open_view(app, View::Channel(log.meta().id.clone()));
            }
        }
        0 | 1 => {}
        _ if app.layers.iter().any(|layer| layer.name() == "channels") => {}
        _ => {
            let picker = channels::Channels::first(app);
            app.layers.push(Box::new(picker));
        }
    }
}

/// The channels asked for, each as it was left when it was left before: the same command resumes.
fn named(app: &App, names: &[String]) -> Vec<PaneMemory> {
    let archive = &app.session.archive;
    let ids = names.iter().flat_map(|name| archive.channels_named(name)).filter_map(|ix| archive.log(ix));
    let fresh = |log: &ChannelLog| PaneMemory { channel: log.meta().id.to_string(), ..PaneMemory::default() };
    let left = |log: &ChannelLog| app.memory.panes.iter().find(|pane| pane.channel == log.meta().id.as_str()).cloned();
    ids.map(|log| left(log).unwrap_or_else(|| fresh(log))).collect()
}

fn reopen(app: &mut App, memory: &PaneMemory) {
    let Some(mut pane) = left_pane(app, memory) else { return };
    pane.chips.extend(app.first_filter.clone().filter(|chip| !memory.chips.contains(chip)));
    pane.rebuild(&app.session.archive, app.session.project(), app.settings.shown, app.zone());
    app.chat.panes.push(pane);
}

/// A pane as it was left, its rows not built yet; `None` when its channel is not there.
pub fn left_pane(app: &App, memory: &PaneMemory) -> Option<Pane> {
    let view =
        if memory.channel == "*" { View::Merged } else { View::Channel(ChannelId::from_text(memory.channel.as_str())) };
    if let View::Channel(id) = &view {
        app.session.archive.channel(id)?;
    }
    let anchor = memory.cursor.as_ref().map(|target| Target::from_text(target.as_str())).zip(memory.at);
    let &PaneMemory { share, offset, locked, .. } = memory;
    Some(Pane { chips: memory.chips.clone(), anchor, share, offset, locked, ..Pane::new(view) })
}

/// Where the project of exports lies unless said otherwise: `<export>.meanwhile.json` in the working
/// folder.
pub fn project_of(exports: &[PathBuf], working: &Path) -> PathBuf {
    let first = exports.first().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    let name = first.filter(|name| name != STANDARD_INPUT).unwrap_or_else(|| "incident".to_owned());
    let stem = name.strip_suffix(".zip").unwrap_or(&name);
    working.join(format!("{stem}.meanwhile.json"))
}
