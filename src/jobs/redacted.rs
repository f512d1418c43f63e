//! Writes the report without the names of people, and who is who to a file of its own.

use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::archive::Archive;
use crate::export::{Format, Signs, json, redact, render_report, write_like, write_private};
use crate::project::Document;
use crate::report::{Policy, Surroundings, build_with};

/// Writes it, for those who may read the project at `project`, and says in words what was written. The key is never written over another file, nor where
/// the report goes: whoever has both, has the names.
pub fn write(
    document: &Document,
    archive: &Archive,
    project: Option<&Path>,
    format: Format,
    (path, key): (&Path, Option<&Path>),
) -> anyhow::Result<String> {
    if let Some(key) = key {
        ensure!(key != path, "The key would stand in the report's own file; name another");
        ensure!(!key.exists(), "{} is there already; name another file for the key", key.display());
    }
    let redacted = redact(document, archive)?;
    let (told, archive, policy) = (redacted.document.project(), &redacted.archive, Policy::default());
    let mut report = build_with(told, archive, &policy, &redacted.versions);
    report.names_withheld = true;
    let surroundings = Surroundings::of(told, archive, &policy, &report);
    let content = render_report(told, &report, &surroundings, format, Signs::Shapes);
    if let Some(key) = key {
        write_private(key, json::pretty(&redacted.key(&content)).as_bytes())
            .with_context(|| format!("{} could not be written, so nothing was", key.display()))?;
    }
    write_like(path, content.as_bytes(), project)
        .with_context(|| format!("{} could not be written", path.display()))?;
    let apart = key.map_or(String::new(), |key| format!("; who is who: {}, keep it apart", key.display()));
    Ok(format!("wrote {} without names{apart}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::base::id::InvestigatorId;
    use crate::base::time::Instant;
    use crate::project::{Author, Edit};
    use crate::timeline::assemble::tests::archive;

    #[test]
    fn the_report_holds_no_name_and_the_key_stands_apart() {
        let author = Author::new(InvestigatorId::from_name("Ilke Havrand"));
        let mut document = Document::new(&author);
        for edit in [
            r#"{"edit":"timeline","target":"slack/C1/100.000000","on":true}"#,
            r#"{"edit":"section","section":"impact","text":"Bako saw it [@slack/C1/100.000000]."}"#,
        ] {
            let edit: Edit = serde_json::from_str(edit).unwrap();
            document.apply(edit, &author, Instant::from_seconds(1)).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("a.md"), folder.path().join("key.json"));
        let project = folder.path().join("incident.json");
        fs::write(&project, "").unwrap();
        fs::set_permissions(&project, fs::Permissions::from_mode(0o600)).unwrap();
        let write = |key| write(&document, &archive(), Some(&project), Format::Markdown, (&path, key));
        let words = write(Some(key.as_path())).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "whoever may not read the project may not read this");
        assert!(words.contains("keep it apart"), "{words}");
        let (report, told) = (fs::read_to_string(&path).unwrap(), fs::read_to_string(&key).unwrap());
        assert!(!report.contains("Bako") && report.contains("Responder 1 saw it"), "{report}");
        assert!(told.contains("Bako Lind"), "{told}");
        assert!(write(Some(&key)).is_err(), "a key is not replaced");
        assert!(write(Some(&path)).is_err(), "nor beside the names");
        assert!(write(None).is_ok());
    }
}
