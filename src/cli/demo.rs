//! `demo`: a copy of the sample incident, carried inside the program, opened on the screen.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::config::Window;
use crate::jobs::demo;

use super::Session;
use super::open::{request, require_terminal};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Put the copy into this folder; what is there already is opened as it is
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(session: Session, args: &DemoArgs) -> anyhow::Result<ExitCode> {
    require_terminal()?;
    let folder = args.dir.clone().unwrap_or_else(|| demo::folder(&session.folders));
    let project = demo::unpack(&folder)?;
    let mut request = request(session, vec![project], Window::default());
    request.is_demo = true;
    crate::tui::run(&request)
}
