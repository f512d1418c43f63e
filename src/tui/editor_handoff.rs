//! Hands a text to the user's own editor and takes it back.
//!
//! The text goes through a file that only the user can read, in the state folder. It is removed
//! when its text was taken back, and kept, and named, whenever it was not.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::tui::event::Reader;
use crate::tui::terminal::{Screen, TerminalError};
use crate::tui::tty;

/// Largest text that is taken back.
const TEXT_MAX: u64 = 16 << 20;

/// Used when neither `VISUAL` nor `EDITOR` says another.
const FALLBACK_EDITOR: &str = "vi";

/// Why no text came back; the text in the program is as it was.
#[derive(Debug, thiserror::Error)]
pub enum HandoffError {
    /// The file for the editor could not be written.
    #[error("no file for the editor in {folder}: {source}")]
    NoFile {
        /// The folder it was to be in.
        folder: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The editor could not be started.
    #[error("`{editor}` could not be started ({source}): set EDITOR to your editor")]
    NoEditor {
        /// The command.
        editor: String,
        /// What went wrong.
        source: io::Error,
    },
    /// The editor ended with an error, as after `:cq`.
    #[error("`{editor}` ended with {status}: the text is as before{}", kept_words(.kept.as_ref()))]
    Failed {
        /// The command.
        editor: String,
        /// How it ended.
        status: ExitStatus,
        /// Where the file is, when it holds another text than before.
        kept: Option<PathBuf>,
    },
    /// What the editor wrote cannot be read as text.
    #[error("what the editor wrote could not be read ({source}): it is kept in {kept}")]
    NotText {
        /// Where it is.
        kept: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The screen did not come back.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

fn kept_words(kept: Option<&PathBuf>) -> String {
    kept.map_or_else(String::new, |path| format!(", what was written is in {}", path.display()))
}

/// The command of the user's editor.
pub fn editor_command() -> String {
    chosen_editor(&|name| std::env::var_os(name))
}

fn chosen_editor(environment: &dyn Fn(&str) -> Option<OsString>) -> String {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(environment);
    let mut named = named.filter_map(|value| value.into_string().ok()).filter(|value| !value.trim().is_empty());
    named.next().unwrap_or_else(|| FALLBACK_EDITOR.to_owned())
}

/// Lends the terminal to the user's editor with `text` in a file in `folder`; the text that came
/// back when it is another.
pub fn edit(screen: &mut Screen, reader: &Reader, folder: &Path, text: &str) -> Result<Option<String>, HandoffError> {
    let editor = editor_command();
    let path = write_file(folder, text)?;
    let status = screen.lend(reader, || run(&editor, &path));
    let status = match status {
        Ok(Ok(status)) => status,
        Ok(Err(source)) => {
            forget(&path);
            return Err(HandoffError::NoEditor { editor, source });
        }
        Err(error) => return Err(error.into()),
    };
    take_back(&editor, status, path, text)
}

fn take_back(editor: &str, status: ExitStatus, path: PathBuf, text: &str) -> Result<Option<String>, HandoffError> {
    let edited = match read_file(&path) {
        Ok(edited) => without_added_break(edited, text),
        Err(source) => return Err(HandoffError::NotText { kept: path, source }),
    };
    let changed = edited != text;
    if !status.success() {
        if !changed {
            forget(&path);
        }
        let kept = changed.then_some(path);
        return Err(HandoffError::Failed { editor: editor.to_owned(), status, kept });
    }
    forget(&path);
    Ok(changed.then_some(edited))
}

/// Editors end a file with a line break that the text did not have.
fn without_added_break(mut edited: String, text: &str) -> String {
    if edited.ends_with('\n') && !text.ends_with('\n') {
        edited.pop();
    }
    edited
}

/// Runs the command as git runs an editor: by the shell, so that it may have arguments.
fn run(editor: &str, path: &Path) -> io::Result<ExitStatus> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(path);
    if let Ok(terminal) = tty::input() {
        command.stdin(terminal);
    }
    command.status()
}

fn write_file(folder: &Path, text: &str) -> Result<PathBuf, HandoffError> {
    let written = || {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let path = folder.join(format!("edit-{}.md", uuid::Uuid::now_v7()));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        Ok(path)
    };
    written().map_err(|source| HandoffError::NoFile { folder: folder.to_owned(), source })
}

fn read_file(path: &Path) -> io::Result<String> {
    let mut edited = String::new();
    // Opened anew: editors put another file in the place of the one they were given.
    let count = File::open(path)?.take(TEXT_MAX + 1).read_to_string(&mut edited)? as u64;
    if count > TEXT_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "more than 16 MiB"));
    }
    Ok(edited)
}

/// Removes the file; one that stays does no harm, only its owner can read it.
fn forget(path: &Path) {
    let _ = fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn edited_by(editor: &str, text: &str) -> (Result<Option<String>, HandoffError>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = write_file(folder.path(), text).unwrap();
        let status = run(editor, &path).unwrap();
        (take_back(editor, status, path, text), folder)
    }

    fn file_count(folder: &tempfile::TempDir) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn only_the_user_can_read_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state/drafts");
        let path = write_file(&state, "a text").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_changed_text_comes_back_without_the_editors_line_break() {
        let (text, folder) = edited_by("sed -i s/was/is/", "it was\n\nso\n");
        assert_eq!(text.unwrap().as_deref(), Some("it is\n\nso\n"));
        assert_eq!(file_count(&folder), 0);
        let (text, _folder) = edited_by("sh -c 'echo more >> \"$1\"' x", "some ");
        assert_eq!(text.unwrap().as_deref(), Some("some more"));
    }

    #[test]
    fn an_untouched_text_is_no_change() {
        let (text, folder) = edited_by("true", "as it was");
        assert_eq!(text.unwrap(), None);
        assert_eq!(file_count(&folder), 0);
    }

    #[test]
    fn what_was_written_before_the_editor_failed_is_kept_and_named() {
        let (error, folder) = edited_by("sh -c 'echo x > \"$1\"; exit 3' x", "before");
        let error = error.unwrap_err().to_string();
        assert!(error.contains(&folder.path().display().to_string()), "{error}");
        assert_eq!(file_count(&folder), 1);
        let (error, folder) = edited_by("false", "before");
        assert!(matches!(error, Err(HandoffError::Failed { kept: None, .. })));
        assert_eq!(file_count(&folder), 0);
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_and_not_taken() {
        let (error, folder) = edited_by("sh -c 'printf \"\\377\" > \"$1\"' x", "before");
        assert!(matches!(error, Err(HandoffError::NotText { .. })));
        assert_eq!(file_count(&folder), 1);
    }

    #[test]
    fn visual_comes_before_editor_and_empty_ones_do_not_count() {
        let choose = |visual: &str, editor: &str| {
            chosen_editor(&|name| Some(OsString::from(if name == "VISUAL" { visual } else { editor })))
        };
        assert_eq!(choose("emacs -nw", "nano"), "emacs -nw");
        assert_eq!(choose(" ", "nano"), "nano");
        assert_eq!(choose("", ""), "vi");
    }
}
