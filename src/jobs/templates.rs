//! A team's own templates of the report: JSON files in a folder beside the settings.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;

use crate::export::write_whole;
use crate::report::Template;

/// The templates of a folder in the order of their files' names, and why others are none. A folder
/// that is not there holds none.
pub fn own(folder: &Path) -> (Vec<Template>, Vec<String>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (found, problems),
        Err(error) => return (found, vec![format!("the templates in {} cannot be read: {error}", folder.display())]),
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    for path in paths {
        match read(&path) {
            Ok(template) => found.push(template),
            Err(error) => problems.push(format!("{error:#}; the template is left out")),
        }
    }
    (found, problems)
}

fn read(path: &Path) -> anyhow::Result<Template> {
    let json = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Template::parse(&json).map_err(|reason| anyhow::anyhow!("{} is no template: {reason}", path.display()))
}

/// Keeps a template from a file in the folder, so that it is found by its key from now on. What lies
/// there under the same name and differs is not overwritten.
pub fn keep(folder: &Path, path: &Path) -> anyhow::Result<Template> {
    let template = read(path)?;
    let kept = folder.join(format!("{}.json", template.key));
    let json = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    match fs::read(&kept) {
        Ok(known) if known == json => return Ok(template),
        Ok(_) => anyhow::bail!(
            "another template `{}` lies in {}; give that key, or move one of the two away",
            template.key,
            kept.display()
        ),
        Err(_) => {}
    }
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    write_whole(&kept, &json)?;
    Ok(template)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: &str = r#"{"key": "short", "sections": [{"key": "what", "title": "What"}]}"#;

    #[test]
    fn a_folder_gives_its_templates_and_says_what_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(own(&folder.path().join("none")).0.is_empty());
        fs::write(folder.path().join("a.json"), SHORT).unwrap();
        fs::write(folder.path().join("b.json"), "{}").unwrap();
        fs::write(folder.path().join("notes.txt"), "hello").unwrap();
        let (found, problems) = own(folder.path());
        assert_eq!((found.len(), problems.len()), (1, 1));
        assert!(problems[0].contains("b.json is no template"), "{problems:?}");
    }

    #[test]
    fn a_template_is_kept_once_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (file, kept) = (folder.path().join("mine.json"), folder.path().join("kept"));
        fs::write(&file, SHORT).unwrap();
        assert_eq!(keep(&kept, &file).unwrap().key, "short");
        assert!(keep(&kept, &file).is_ok());
        fs::write(&file, SHORT.replace("What", "Why")).unwrap();
        assert!(keep(&kept, &file).unwrap_err().to_string().contains("another template"));
        assert_eq!(own(&kept).0.len(), 1);
    }
}
