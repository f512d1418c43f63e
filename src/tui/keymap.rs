//! Keys to commands: looked up in the table itself, so there is no second list.

use super::app::App;
use super::command::{self, Command, Scope};
use super::key::{Key, KeySeq};

/// What a typed sequence means in some scopes.
#[derive(Debug)]
pub enum Lookup {
    /// It is a command.
    Command(&'static Command),
    /// It begins some: which, with the keys that are still to come.
    Prefix(Vec<(Vec<Key>, &'static Command)>),
    /// It means nothing.
    Nothing,
}

/// The scopes heard on the current screen, the nearest first.
pub fn scopes(app: &App) -> [Scope; 3] {
    [app.screen.scope(), Scope::Move, Scope::Global]
}

/// Looks a sequence up; the nearest scope wins where two claim it.
pub fn lookup(scopes: &[Scope], typed: &[Key]) -> Lookup {
    let mut continuations = Vec::new();
    for &scope in scopes {
        for (keys, command) in bindings(scope) {
            if keys == typed {
                return Lookup::Command(command);
            }
            if keys.starts_with(typed) {
                let rest = keys.get(typed.len()..).unwrap_or_default().to_vec();
                continuations.push((rest, command));
            }
        }
    }
    if continuations.is_empty() { Lookup::Nothing } else { Lookup::Prefix(continuations) }
}

/// All key sequences of a scope with their commands.
pub fn bindings(scope: Scope) -> impl Iterator<Item = (Vec<Key>, &'static Command)> {
    command::all().filter(move |command| command.scope == scope).flat_map(|command| {
        command.keys.iter().filter_map(move |keys| Some((keys.parse::<KeySeq>().ok()?.keys().to_vec(), command)))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_key_of_the_table_can_be_typed() {
        for command in command::all() {
            for keys in command.keys {
                assert!(keys.parse::<KeySeq>().is_ok(), "{}: {keys}", command.id);
            }
        }
    }

    #[test]
    fn no_key_means_two_things_in_one_scope_and_none_is_cut_short() {
        for scope in Scope::ALL {
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();
            let all: Vec<_> = bindings(scope).collect();
            for (keys, command) in &all {
                let before = seen.insert(format!("{keys:?}"), command.id);
                assert_eq!(before, None, "{keys:?} in {scope:?}");
                let cut = all.iter().find(|(other, _)| other.len() > keys.len() && other.starts_with(keys));
                assert!(cut.is_none(), "{keys:?} of {} hides {:?}", command.id, cut.map(|(_, c)| c.id));
            }
        }
    }

    #[test]
    fn ids_are_unique_and_read_noun_verb() {
        let mut seen = std::collections::BTreeSet::new();
        for command in command::all() {
            assert!(seen.insert(command.id), "{} twice", command.id);
            assert!(command.id.contains('.'), "{}", command.id);
            assert!(command.help.ends_with('.'), "{}: help is a sentence", command.id);
        }
    }
}
