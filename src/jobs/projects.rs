//! Opens many projects to be read side by side: nothing is written, locked or made.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;

use super::{load, sources};
use crate::analysis::calendar::{WorkTime, WorkingHours};
use crate::analysis::stats::{Incident, retells};
use crate::archive::Archive;
use crate::base::time::Zone;
use crate::config::Window;
use crate::import::{self, LoadOptions};
use crate::project::store::{Store, StoreOptions};
use crate::project::{Author, Document, Project};
use crate::report::compare::Column;
use crate::timeline::anchored;

/// How many bytes of a file are looked at to tell a project.
const HEAD: u64 = 512;

/// A project with as much of its sources as is at hand.
#[derive(Debug)]
pub struct Whole {
    /// Where it lies.
    pub path: PathBuf,
    /// The project.
    pub document: Document,
    /// What was said; empty when no source is at hand.
    pub archive: Arc<Archive>,
    /// What a reader should know: sources that are not at hand, work that was recovered.
    pub notices: Vec<String>,
}

/// The projects at some paths: files as they are given, folders with all that is in them and below.
pub fn find(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() { below(path, &mut found)? } else { found.push(path.clone()) }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    Ok(found)
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // Links are not followed: one may lead back up.
        let Ok(kind) = path.symlink_metadata().map(|stat| stat.file_type()) else { continue };
        if kind.is_dir() && !is_hidden && !is_beside_a_project(&path) {
            below(&path, found)?;
        } else if kind.is_file() && is_project(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether a folder holds journals and backups of the project beside it: copies, not projects.
fn is_beside_a_project(folder: &Path) -> bool {
    folder.extension().is_some_and(|extension| extension == "d") && folder.with_extension("").is_file()
}

fn is_project(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    // The head may be cut within a letter.
    let compact: String = String::from_utf8_lossy(&head).chars().filter(|c| !c.is_whitespace()).collect();
    read.is_ok() && compact.starts_with('{') && compact.contains(r#""format":"meanwhile/"#)
}

/// Reads a project with all its journals, without its sources.
pub fn document(path: &Path, author: &Author, options: &StoreOptions) -> anyhow::Result<(Document, Vec<String>)> {
    let opened = Store::open(path, author, options)?;
    Ok((opened.document, opened.notices))
}

/// Opens a project with its sources; a project that is not to be read whole gives `None` before they
/// are looked at.
pub fn open(
    path: &Path,
    author: &Author,
    options: &StoreOptions,
    cancel: &AtomicBool,
    is_wanted: impl Fn(&Project) -> bool,
) -> anyhow::Result<Option<Whole>> {
    let (document, mut notices) = document(path, author, options)?;
    if !is_wanted(document.project()) {
        return Ok(None);
    }
    let located = sources::locate(document.project(), path);
    notices.extend(located.gone.iter().map(|(_, source)| gone(source)));
    let archive = read_sources(document.project(), &located, cancel).unwrap_or_else(|error| {
        notices.push(format!("{error}; going on with what the project keeps"));
        Arc::default()
    });
    let archive = anchored(document.project(), &archive);
    Ok(Some(Whole { path: path.to_owned(), document, archive, notices }))
}

fn gone(source: &str) -> String {
    format!("{source} is not at hand; going on with what the project keeps")
}

fn read_sources(
    project: &Project,
    located: &sources::Located,
    cancel: &AtomicBool,
) -> Result<Arc<Archive>, import::ImportError> {
    let paths = located.paths();
    if paths.is_empty() {
        return Ok(Arc::default());
    }
    let window = Window::from_fact(project.fact("window"));
    let read_each_as = sources::read_each_as(project, &located.found, &window.read_as);
    let options = LoadOptions { read_each_as, ..load::options(&window) };
    import::load(&paths, &options, cancel, &|_| {}).map(|loaded| loaded.archive)
}

/// The incidents of some projects, with what a reader should know; those that retell another one are
/// left out. A project that cannot be opened costs only itself.
pub fn incidents(
    paths: &[PathBuf],
    author: &Author,
    options: &StoreOptions,
    judge: &Judge,
    cancel: &AtomicBool,
) -> (Vec<Incident>, Vec<String>) {
    let mut notices = Vec::new();
    let mut found = Vec::new();
    for path in paths {
        match open(path, author, options, cancel, |project| !retells(project)) {
            Ok(Some(whole)) => {
                found.push(judge.incident(&whole));
                notices.extend(whole.notices);
            }
            Ok(None) => notices.push(format!("{} retells another project, so it is not counted", path.display())),
            Err(error) => notices.push(format!("{} was left out: {error:#}", path.display())),
        }
    }
    (found, notices)
}

/// Some projects, read for the screens that hold them side by side.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// The incidents that are counted.
    pub incidents: Vec<Incident>,
    /// What is compared, of every project, those that retell another one too; with where each lies.
    pub columns: Vec<(PathBuf, Column)>,
    /// What a reader should know.
    pub notices: Vec<String>,
}

/// Reads all projects at some paths; one that cannot be opened costs only itself. Nothing more is read
/// once `cancel` is set.
pub fn gather(paths: &[PathBuf], author: &Author, options: &StoreOptions, cancel: &AtomicBool) -> Gathered {
    let mut gathered = Gathered::default();
    let paths = find(paths).unwrap_or_else(|error| {
        gathered.notices.push(format!("a folder cannot be read: {error}"));
        Vec::new()
    });
    for path in paths {
        if cancel.load(Ordering::Relaxed) {
            break;
        }
        match open(&path, author, options, cancel, |_| true) {
            Ok(Some(whole)) => {
                if !retells(whole.document.project()) {
                    gathered.incidents.push(Judge::default().incident(&whole));
                }
                gathered.columns.push((path, column(&whole)));
                gathered.notices.extend(whole.notices);
            }
            Ok(None) => {}
            Err(error) => gathered.notices.push(format!("{} was left out: {error:#}", path.display())),
        }
    }
    gathered
}

/// By what hours and holidays incidents are judged, beside what each project says.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    /// Hours of work asked for.
    pub hours: Option<WorkingHours>,
    /// Days off, by the name of a zone; for everybody under an empty one.
    pub holidays: BTreeMap<String, Vec<NaiveDate>>,
}

impl Judge {
    /// What a project tells.
    pub fn incident(&self, whole: &Whole) -> Incident {
        let project = whole.document.project();
        let mut time = WorkTime::of(project, &whole.archive, self.hours);
        for (zone, days) in &self.holidays {
            time.add_holidays(zone, days.iter().copied());
        }
        Incident::of(project, &whole.archive, &whole.path, &time)
    }
}

/// The days of a calendar of holidays.
pub fn holidays(calendar: &Path) -> anyhow::Result<Vec<NaiveDate>> {
    let never = AtomicBool::new(false);
    let loaded = import::load(&[calendar.to_owned()], &LoadOptions::default(), &never, &|_| {})?;
    let archive = &loaded.archive;
    let entries = archive.channels().flat_map(|(channel, _)| archive.messages(channel));
    let days: std::collections::BTreeSet<NaiveDate> =
        entries.filter_map(|entry| Zone::UTC.date(entry.time())).collect();
    anyhow::ensure!(!days.is_empty(), "{} holds no days; give a calendar of all-day entries", calendar.display());
    Ok(days.into_iter().collect())
}

/// What is compared of a project.
pub fn column(whole: &Whole) -> Column {
    Column::of(whole.document.project(), &whole.archive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_projects_and_not_their_backups() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        // Long enough that its head ends within a letter.
        let project =
            &format!("{{\n  \"format\": \"meanwhile/1\",\n  \"facts\": {{\"title\": \"{}\"}}\n}}", "ä".repeat(400));
        write("b.json", project);
        write("b.json.d/bak/1.json", project);
        write("deep/a.incident", project);
        write("export/users.json", "[{\"format\": 1}]");
        write(".hidden/c.json", project);
        let found = find(&[folder.path().to_owned(), folder.path().join("b.json")]).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["b.json", "a.incident"]);
        assert!(find(&[folder.path().join("none.json")]).unwrap().len() == 1, "a file is opened to say what is wrong");
    }
}
