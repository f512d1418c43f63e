//! `merge`: joins two copies of a project; in whatever order copies are joined, the file is the same.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::export::file::write_whole;
use crate::project::document::{Author, Conflict, Document};
use crate::project::file::{self, FileError, Parsed};
use crate::project::fs::Disk;
use crate::project::hand::Known;
use crate::project::store::{Access, SavePlace, Store, write_copy};

use super::{Outcome, Session, opened, output};

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// The copy that takes the other in; with --driver what both began with
    a: PathBuf,
    /// The other copy; it stays as it is. With --driver the file that is to hold the result
    b: PathBuf,
    /// With --driver: the other copy
    #[arg(requires = "driver")]
    theirs: Option<PathBuf>,
    /// Write here instead of into the first
    #[arg(short, long, value_name = "FILE", conflicts_with = "driver")]
    out: Option<PathBuf>,
    /// Merge for git: BASE OURS THEIRS, as `%O %A %B` gives them
    #[arg(long)]
    driver: bool,
}

pub(super) fn run(session: &Session, args: &MergeArgs) -> anyhow::Result<Outcome> {
    if args.driver {
        let theirs = args.theirs.as_deref().context("--driver needs three files: BASE OURS THEIRS, as %O %A %B")?;
        return drive(session, &args.a, &args.b, theirs);
    }
    match &args.out {
        Some(out) if !is_same(out, &args.a) => {
            let mut joined = opened::document(session, &args.a)?;
            take_in(session, &mut joined, &args.a, &opened::document(session, &args.b)?, &args.b)?;
            write_copy(&Disk, out, &joined, &[&args.a, &args.b])?;
            Ok(tell(&joined, out))
        }
        _ => join_into(session, &args.a, &args.b),
    }
}

fn is_same(a: &Path, b: &Path) -> bool {
    a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b))
}

/// Joins `from` into the project at `path`, together with whatever others write there meanwhile.
fn join_into(session: &Session, path: &Path, from: &Path) -> anyhow::Result<Outcome> {
    if session.global.read_only {
        bail!("this run is read-only, so nothing was merged; give -o FILE, or leave --read-only out");
    }
    let other = opened::document(session, from)?;
    let author = Author::new(session.config.investigator_id());
    let mut opened = Store::open(path, &author, &opened::store_options(session, Access::ReadWrite))?;
    opened.notices.iter().for_each(|notice| output::note(session, notice));
    if let SavePlace::Nowhere(why) = opened.store.save_place() {
        bail!("{} was not changed: {why}", path.display());
    }
    if *opened.store.save_place() != SavePlace::Beside {
        bail!("{} cannot be written, so nothing was merged; -o FILE writes elsewhere", path.display());
    }
    take_in(session, &mut opened.document, path, &other, from)?;
    for notice in opened.store.close(&mut opened.document)?.notices {
        output::warn(&notice);
    }
    Ok(tell(&opened.document, path))
}

/// Joins two documents and says what came in.
fn take_in(session: &Session, into: &mut Document, a: &Path, from: &Document, b: &Path) -> anyhow::Result<()> {
    if is_same(a, b) {
        bail!("{} and {} are one file; give two copies", a.display(), b.display());
    }
    if into.project().id() != from.project().id() {
        let words = format!("{} and {} were begun apart; they become one project", a.display(), b.display());
        output::note(session, &words);
    }
    let before = into.rev();
    into.join(from);
    let came = into.rev() - before;
    let words = if came == 0 {
        format!("{} held all of {} already", a.display(), b.display())
    } else {
        format!("{came} edits of {} came in", b.display())
    };
    output::note(session, &words);
    Ok(())
}

/// What git asks for: the result stands where OURS stood, and 1 leaves the file to be settled.
fn drive(session: &Session, base: &Path, ours: &Path, theirs: &Path) -> anyhow::Result<Outcome> {
    let read = |path: &Path| {
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        anyhow::Ok(file::parse(&bytes))
    };
    // Two sides that both began the file have no base: git gives an empty one.
    let base = match read(base)? {
        Ok(base) => Some(base.document),
        Err(FileError::Empty) => None,
        Err(why) => bail!("{} cannot be read: {why}. Nothing was merged", base.display()),
    };
    let side = |path: &Path| -> anyhow::Result<Document> {
        let mut parsed: Parsed = match read(path)? {
            Ok(parsed) if parsed.version > file::VERSION => {
                bail!("{} was written by a later version. Nothing was merged", path.display())
            }
            Ok(parsed) => parsed,
            Err(why) => bail!("{} cannot be read: {why}. Nothing was merged", path.display()),
        };
        parsed.notices.iter().for_each(|notice| output::note(session, notice));
        parsed.take_changes_by_hand(&Known::of(&base, &[]));
        Ok(parsed.document)
    };
    let mut joined = side(ours)?;
    joined.join(&side(theirs)?);
    write_whole(ours, file::print(&joined).as_bytes())?;
    Ok(tell(&joined, ours))
}

/// Names each text that two people wrote at once.
fn tell(joined: &Document, path: &Path) -> Outcome {
    let conflicts = joined.conflicts();
    for Conflict { kind, id, field, versions } in &conflicts {
        let by = versions.iter().map(|(stamp, _)| joined.author(stamp.dot.actor).map_or("somebody", |by| by.as_str()));
        let by: Vec<&str> = by.collect();
        output::warn(&format!("{}.{id}.{field}: {} versions, by {}", kind.key(), versions.len(), by.join(" and ")));
    }
    if conflicts.is_empty() {
        return Outcome::Done;
    }
    let texts = crate::base::text::count_words(conflicts.len(), "text was", "texts were");
    output::warn(&format!(
        "{texts} written by several people at once; all versions are kept. Open {} and type :conflicts to settle them",
        path.display()
    ));
    Outcome::Nothing
}
