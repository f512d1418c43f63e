//! `demo`: a copy of the sample incident, carried inside the program, opened on the screen.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use crate::config::Window;
use crate::export::write_whole;

use super::Session;
use super::open::{request, require_terminal};

/// The finished project, and the export that it is about.
const FILES: [(&str, &[u8]); 2] = [
    ("howie.json", include_bytes!("../../sample-data/howie.json")),
    ("slack-export.zip", include_bytes!("../../sample-data/slack-export.zip")),
];

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Put the copy into this folder; what is there already is opened as it is
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(session: Session, args: &DemoArgs) -> anyhow::Result<ExitCode> {
    require_terminal()?;
    let dir = args.dir.clone().unwrap_or_else(|| session.folders.state.join("demo"));
    fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made; choose a place with --dir", dir.display()))?;
    for (name, content) in FILES {
        let path = dir.join(name);
        // Work on an earlier copy is somebody's work.
        if !path.exists() {
            write_whole(&path, content)?;
        }
    }
    let mut request = request(session, vec![dir.join("howie.json")], Window::default());
    request.is_demo = true;
    crate::tui::run(&request)
}
