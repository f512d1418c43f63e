//! Who wrote a message, where only `: ` divides a name from the words and a name may hold it too.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::words;

/// Longest name that is taken for one, in bytes.
const LONGEST: usize = 120;
/// Messages that must share a longer name before it is taken for one.
const ENOUGH: usize = 3;

/// The names of one chat.
pub(super) struct Names<'a> {
    /// Longer names by their part before the first `: `.
    longer: HashMap<&'a str, &'a str>,
    all: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    /// Looks at all messages of a chat, without their stamps.
    pub(super) fn of(bodies: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut shared: BTreeMap<&str, (usize, Option<&str>)> = BTreeMap::new();
        for (name, longer) in bodies.clone().filter_map(|body| Some((first(body)?, second(body)))) {
            let known = shared.entry(name).or_insert((0, longer));
            known.0 += 1;
            known.1 = known.1.filter(|known| Some(*known) == longer);
        }
        let longer = shared.iter().filter(|(_, (count, _))| *count >= ENOUGH);
        let longer = longer.filter_map(|(name, (_, longer))| Some((*name, (*longer)?))).collect();
        let mut names = Self { longer, all: HashSet::new() };
        names.all = bodies.filter_map(|body| names.split(body).0).collect();
        names
    }

    /// How many people wrote.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// The name and the words; no name for what the program itself tells.
    pub(super) fn split(&self, body: &'a str) -> (Option<&'a str>, &'a str) {
        let Some(name) = first(body) else { return (None, body) };
        let name = self.longer.get(name).copied().unwrap_or(name);
        let text = body.get(name.len()..).and_then(|rest| rest.strip_prefix(':')).unwrap_or_default();
        let text = text.strip_prefix(' ').unwrap_or(text);
        (Some(clean(name)), text)
    }
}

fn clean(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || super::stamp::is_mark(c)).trim_start_matches('~').trim_start()
}

/// What stands before the first `: ` of the first line.
fn first(body: &str) -> Option<&str> {
    let line = body.lines().next()?;
    let end = line.find(": ").or_else(|| line.strip_suffix(':').map(str::len))?;
    let name = line.get(..end)?;
    (name.len() <= LONGEST && !clean(name).is_empty() && !words::is_told(name)).then_some(name)
}

/// What stands before the second.
fn second(body: &str) -> Option<&str> {
    let line = body.lines().next()?;
    let (end, _) = line.match_indices(": ").nth(1).filter(|(end, _)| *end <= LONGEST)?;
    line.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_what_divides_it_from_the_words() {
        let bodies = ["Ops: Mara: one", "Ops: Mara: two", "Oskar: note: x", "Ops: Mara: three: four", "Oskar: plain"];
        let names = Names::of(bodies.into_iter());
        assert_eq!(names.split(bodies[3]), (Some("Ops: Mara"), "three: four"));
        assert_eq!(names.split(bodies[2]), (Some("Oskar"), "note: x"));
        assert_eq!(names.count(), 2);
    }

    #[test]
    fn what_the_program_tells_has_no_author() {
        let told = "Mara changed the subject from \"a\" to \"b: c\"";
        assert_eq!(Names::of([told].into_iter()).split(told), (None, told));
    }
}
