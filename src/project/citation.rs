//! Which ids a text cites, as far as a project must know to keep the copies of cited messages.
//!
//! Reads `[@ID]` and lists of them; whether an id can be resolved is the report's to say.

/// The ids cited in Markdown, in their order, repeats and all.
///
/// ```
/// use meanwhile::project::citation::ids;
/// let cited: Vec<_> = ids("It broke [@slack/C1/1.2; @event/7] and a@b.c slept.").collect();
/// assert_eq!(cited, ["slack/C1/1.2", "event/7"]);
/// ```
pub fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split("[@").skip(1).flat_map(|after| {
        let list = after.split(']').next().unwrap_or("");
        list.split([';', ',', ' ', '\n']).map(|id| id.trim_start_matches('@')).filter(|id| !id.is_empty())
    })
}
