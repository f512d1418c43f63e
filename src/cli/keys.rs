//! `keys`: every command with its keys, from the one table there is.

use std::fmt::Write as _;

use clap::Args;
use serde_json::{Value, json};

use crate::export::json as export_json;
use crate::tui::command::{self, Command, Scope};

use super::output::{Align, Table};
use super::{Outcome, output};

/// Arguments of `keys`.
#[derive(Debug, Args)]
pub(super) struct KeysArgs {
    /// Print Markdown tables
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &KeysArgs) -> anyhow::Result<Outcome> {
    if args.json {
        let list: Vec<Value> = command::all().map(command_json).collect();
        output::data(&export_json::pretty(&Value::from(list)))?;
    } else if args.markdown {
        output::data(&markdown())?;
    } else {
        let mut table =
            Table::new(&[("where", Align::Left), ("keys", Align::Left), ("command", Align::Left), ("", Align::Left)]);
        for command in sorted() {
            let cells = [command.scope.word(), &command.keys.join("  "), command.id, command.title];
            table.push(cells.map(str::to_owned).into());
        }
        output::data(&table.render())?;
    }
    Ok(Outcome::Done)
}

fn sorted() -> Vec<&'static Command> {
    let mut commands: Vec<_> = command::all().collect();
    commands.sort_by_key(|command| command.scope);
    commands
}

fn command_json(command: &Command) -> Value {
    json!({
        "id": command.id,
        "title": command.title,
        "help": command.help,
        "scope": command.scope.word(),
        "keys": command.keys,
    })
}

/// The key table of the README: one table a scope.
pub fn markdown() -> String {
    let mut page = String::new();
    for scope in Scope::ALL {
        let mut commands = command::all().filter(|command| command.scope == scope).peekable();
        if commands.peek().is_none() {
            continue;
        }
        let gap = if page.is_empty() { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = write!(page, "{gap}**{}**\n\n| Keys | Command | What it does |\n|---|---|---|\n", scope.word());
        for command in commands {
            let keys: Vec<String> = command.keys.iter().map(|keys| code(keys)).collect();
            let _ =
                writeln!(page, "| {} | {} | {} |", keys.join(" "), code(command.id), command.help.replace('|', "\\|"));
        }
    }
    page
}

/// Code in a cell of a table: a bar is escaped, a backtick stands between two.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_every_list() {
        let page = markdown();
        for command in command::all() {
            assert!(page.contains(&code(command.id)), "{} is missing", command.id);
        }
        assert_eq!(sorted().len(), command::all().count());
        assert_eq!((code("a|b"), code("`")), ("`a\\|b`".to_owned(), "`` ` ``".to_owned()));
    }
}
