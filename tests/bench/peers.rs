//! What a person would use instead, where it is installed: each as a command over the same export.

use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::corpus::Corpus;

/// Another program, and how it reads an export.
pub struct Peer {
    /// What it is called in the table.
    pub name: &'static str,
    /// Its processor time beside ours must be at least so much more: ours may take so large a share.
    pub bar: Option<f64>,
    /// How it is started.
    pub command: Vec<OsString>,
}

/// A Python that has the packages of the peers: `MEANWHILE_PEERS` names its folder, made with
/// `python3 -m venv` and `pip install duckdb slack-export-viewer`.
fn python() -> OsString {
    let venv = std::env::var_os("MEANWHILE_PEERS").map(PathBuf::from);
    let venv = venv.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers"));
    let own = venv.join("bin/python");
    if own.exists() { own.into_os_string() } else { "python3".into() }
}

const JSON: &str = "
import glob, json, sys
kept = []
for path in glob.glob(sys.argv[1] + '/*/*.json'):
    with open(path) as file:
        for m in json.load(file):
            kept.append((m.get('ts'), m.get('user'), m.get('text'), m.get('thread_ts')))
print(len(kept))
";

const DUCKDB: &str = "
import sys, duckdb
duckdb.sql('set threads to 2')
columns = {'ts': 'VARCHAR', 'user': 'VARCHAR', 'text': 'VARCHAR', 'thread_ts': 'VARCHAR'}
duckdb.sql('create table m as select * from read_json(?, columns = ?)', params=[sys.argv[1] + '/*/*.json', columns])
print(duckdb.sql('select count(*) from m').fetchall())
";

const VIEWER: &str = "
import sys
from slackviewer.config import Config
from slackviewer.reader import Reader
reader = Reader(Config({'archive': sys.argv[1]}))
print(sum(len(messages) for messages in reader.compile_channels().values()))
";

/// All peers that can be run over this export, and what the others lack.
pub fn all(corpus: &Corpus) -> anyhow::Result<(Vec<Peer>, Vec<String>)> {
    let (mut peers, mut missing) = (Vec::new(), Vec::new());
    let folder = corpus.folder.as_os_str();
    let of_python = [
        ("Python json", 0.3, JSON, "json"),
        ("DuckDB read_json", 0.15, DUCKDB, "duckdb"),
        ("slack-export-viewer's reader", 0.08, VIEWER, "slackviewer"),
    ];
    for (name, bar, script, module) in of_python {
        if runs(&python(), &["-c", &format!("import {module}")]) {
            let command = [python(), "-c".into(), script.into(), folder.to_owned()];
            peers.push(Peer { name, bar: Some(bar), command: command.into() });
        } else {
            missing.push(format!("{name}: no {module} for Python"));
        }
    }
    if runs("lnav".as_ref(), &["-V"]) {
        let lines = json_lines(corpus)?;
        let home = lnav_home()?;
        let command: Vec<OsString> = vec![
            "env".into(),
            assignment("HOME", &home),
            "lnav".into(),
            "-n".into(),
            "-c".into(),
            ";select count(*) from bench_slack".into(),
            lines.into_os_string(),
        ];
        peers.push(Peer { name: "lnav, headless, on JSON lines", bar: Some(0.45), command });
    } else {
        missing.push("lnav: not installed".to_owned());
    }
    others(corpus, &mut peers, &mut missing)?;
    Ok((peers, missing))
}

/// What looks through texts and knows nothing of messages.
fn others(corpus: &Corpus, peers: &mut Vec<Peer>, missing: &mut Vec<String>) -> anyhow::Result<()> {
    let (folder, texts) = (corpus.folder.as_os_str(), texts(corpus)?);
    let of_shell = [
        ("jq, all texts", "jq", "find \"$0\" -name '2*.json' -print0 | xargs -0 jq -r '.[].text'", folder),
        ("ripgrep, one word in the files", "rg", "rg -c deploy \"$0\"", folder),
        ("fzf --filter, two words, texts alone", "fzf", "fzf --filter 'read alias' <\"$0\"", texts.as_os_str()),
    ];
    for (name, program, script, over) in of_shell {
        if runs(program.as_ref(), &["--version"]) {
            let command = ["bash".into(), "-c".into(), script.into(), over.to_owned()];
            peers.push(Peer { name, bar: None, command: command.into() });
        } else {
            missing.push(format!("{name}: no {program}"));
        }
    }
    Ok(())
}

/// The texts of an export, one a line.
pub fn texts(corpus: &Corpus) -> anyhow::Result<PathBuf> {
    let texts = corpus.folder.with_extension("txt");
    if texts.exists() {
        return Ok(texts);
    }
    eprintln!("making {}", texts.display());
    let lines = BufReader::new(fs::File::open(json_lines(corpus)?)?);
    let half = texts.with_extension("half");
    let mut file = BufWriter::new(fs::File::create(&half)?);
    for line in lines.lines() {
        let message: Value = serde_json::from_str(&line?)?;
        writeln!(file, "{}", message.get("text").and_then(Value::as_str).unwrap_or_default().replace('\n', " "))?;
    }
    file.flush()?;
    fs::rename(half, &texts)?;
    Ok(texts)
}

fn assignment(name: &str, value: &Path) -> OsString {
    let mut assigned = OsString::from(name);
    assigned.push("=");
    assigned.push(value);
    assigned
}

/// Whether a program is there and does what is asked.
pub fn runs(program: &std::ffi::OsStr, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The messages of an export, one a line, as lnav wants them.
fn json_lines(corpus: &Corpus) -> anyhow::Result<PathBuf> {
    let lines = corpus.folder.with_extension("jsonl");
    if lines.exists() {
        return Ok(lines);
    }
    eprintln!("making {}", lines.display());
    let half = lines.with_extension("half");
    let mut file = BufWriter::new(fs::File::create(&half)?);
    for folder in fs::read_dir(&corpus.folder)? {
        let folder = folder?.path();
        if folder.is_dir() {
            write_lines(&folder, &mut file)?;
        }
    }
    file.flush()?;
    fs::rename(half, &lines)?;
    Ok(lines)
}

fn write_lines(folder: &Path, file: &mut impl io::Write) -> anyhow::Result<()> {
    let mut days: Vec<PathBuf> = fs::read_dir(folder)?.map(|day| Ok(day?.path())).collect::<io::Result<_>>()?;
    days.sort();
    for day in days {
        let messages: Vec<Value> = serde_json::from_slice(&fs::read(day)?)?;
        for message in messages {
            serde_json::to_writer(&mut *file, &message)?;
            file.write_all(b"\n")?;
        }
    }
    Ok(())
}

const LNAV_FORMAT: &str = r#"{
  "$schema": "https://lnav.org/schemas/format-v1.schema.json",
  "bench_slack": {
    "title": "Slack messages", "description": "one message a line", "json": true, "file-pattern": "\\.jsonl$",
    "timestamp-field": "ts", "timestamp-format": ["%s.%f"], "body-field": "text", "hide-extra": true,
    "line-format": [{"field": "__timestamp__"}, " ", {"field": "user", "default-value": "-"}, " ", {"field": "text"}],
    "value": {"user": {"kind": "string", "identifier": true}, "text": {"kind": "string"}}
  }
}"#;

fn lnav_home() -> io::Result<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lnav-home");
    for folder in [".lnav/formats/bench", ".config/lnav/formats/bench"] {
        fs::create_dir_all(home.join(folder))?;
        fs::write(home.join(folder).join("format.json"), LNAV_FORMAT)?;
    }
    Ok(home)
}
