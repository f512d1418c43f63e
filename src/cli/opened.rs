//! Opens projects and exports for verbs that only read: nothing is written, locked or made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;

use crate::archive::Archive;
use crate::base::id::{ChannelId, MessageId};
use crate::base::time::Instant;
use crate::config::Window;
use crate::import::detect::{Sniffed, sniff};
use crate::jobs::sources;
use crate::project::document::{Author, Document};
use crate::project::model::{MessageCopy, Source};
use crate::project::store::{Access, Store, StoreOptions};
use crate::timeline::anchored;
use crate::timeline::drift::{Drift, drift, may_hold};

use super::sources::{WindowArgs, load, load_each, with_input};
use super::{Session, output};

/// A project with as much of its sources as is at hand.
pub(super) struct Opened {
    /// The project; an untouched one when only exports were given.
    pub document: Document,
    /// What was said; empty when no source is at hand.
    pub archive: Arc<Archive>,
    /// Sources that are not at hand, as the project knows them.
    pub gone: Vec<String>,
    /// The part of the sources that was read.
    pub window: Window,
}

impl Opened {
    /// Messages of which only the project's copies are at hand, within the window; none while every
    /// source is there.
    pub(super) fn kept_only(&self) -> Vec<MessageId> {
        if self.gone.is_empty() {
            return Vec::new();
        }
        let is_only_kept =
            |id: &MessageId, copy: &MessageCopy| self.archive.find(id).is_none() && is_within(&self.window, id, copy);
        let copies = self.document.project().messages().iter();
        copies.filter(|(id, copy)| is_only_kept(id, copy)).map(|(id, _)| id.clone()).collect()
    }

    /// What the sources at hand tell otherwise than when it was annotated.
    pub(super) fn drift(&self) -> Vec<Drift> {
        let project = self.document.project();
        let absent: Vec<&Source> =
            project.sources().values().filter(|source| self.gone.contains(&source.path)).collect();
        drift(project, &self.archive, |id, copy| {
            is_within(&self.window, id, copy) && !absent.iter().any(|source| may_hold(source, id, copy))
        })
    }
}

/// Whether a copy lies in the part that is read. Undated ones lie in every span of time, as in an
/// export.
pub(super) fn is_within(window: &Window, id: &MessageId, copy: &MessageCopy) -> bool {
    let at = copy.time.unwrap_or(Instant::UNDATED);
    let plain = |name: &str| name.trim_start_matches('#').to_lowercase();
    let is_named = |name: &String| {
        plain(name) == plain(&copy.channel) || id.channel() == Some(ChannelId::from_text(name.as_str()))
    };
    (window.channels.is_empty() || window.channels.iter().any(is_named))
        && (!at.is_dated() || window.since.is_none_or(|since| at >= since))
        && (!at.is_dated() || window.until.is_none_or(|until| at <= until))
}

/// Opens a project and reads its sources; those that are gone or cannot be read are told of on
/// stderr, and the project's own copies stand in for them.
pub(super) fn project(session: &Session, path: &Path) -> anyhow::Result<Opened> {
    let document = document(session, path)?;
    let window = Window::from_fact(document.project().fact("window"));
    Ok(with_sources(session, path, document, window))
}

/// Reads a project with all its journals, and leaves the disk as it is.
pub(super) fn document(session: &Session, path: &Path) -> anyhow::Result<Document> {
    let author = Author::new(session.config.investigator_id());
    let opened = Store::open(path, &author, &store_options(session, Access::ReadOnly))?;
    opened.notices.iter().for_each(|notice| output::note(session, notice));
    Ok(opened.document)
}

/// How a project is opened, its journals in the state folder among the rest.
pub(super) fn store_options(session: &Session, access: Access) -> StoreOptions {
    StoreOptions { state_folder: Some(session.folders.state.clone()), access, ..StoreOptions::default() }
}

fn with_sources(session: &Session, path: &Path, document: Document, window: Window) -> Opened {
    let located = sources::locate(document.project(), path);
    let found = located.paths();
    let sources::Located { found: located_found, gone } = located;
    let mut gone: Vec<String> = gone.into_iter().map(|(_, source)| source).collect();
    let archive = if found.is_empty() {
        Arc::default()
    } else {
        let read_each_as = sources::read_each_as(document.project(), &located_found, &window.read_as);
        load_each(&found, &window, read_each_as).map_or_else(
            |error| {
                output::note(session, &format!("{error}; going on with what the project keeps"));
                gone.extend(found.iter().map(|path| path.display().to_string()));
                Arc::default()
            },
            |loaded| loaded.archive,
        )
    };
    for source in &gone {
        output::note(session, &format!("{source} is not at hand; going on with what the project keeps"));
    }
    let archive = anchored(document.project(), &archive);
    Opened { document, archive, gone, window }
}

/// Opens what messages are read from: one project with its sources, or exports without a project.
pub(super) fn evidence(session: &Session, paths: &[PathBuf], args: &WindowArgs) -> anyhow::Result<Opened> {
    if let [path] = paths
        && sniff(path) == Sniffed::Project
    {
        let document = document(session, path)?;
        let kept = Window::from_fact(document.project().fact("window"));
        let zone = session.global.zone.unwrap_or_else(|| document.project().zone());
        let window = args.window(zone, &session.config)?.or(kept);
        return Ok(with_sources(session, path, document, window));
    }
    if let Some(project) = paths.iter().find(|path| sniff(path) == Sniffed::Project) {
        bail!("{} is a project; give it alone, or give exports only", project.display());
    }
    let window = with_input(args.window(session.zone(), &session.config)?, paths)?;
    let archive = load(paths, &window)?.archive;
    let document = Document::new(&Author::new(session.config.investigator_id()));
    Ok(Opened { document, archive, gone: Vec::new(), window })
}
