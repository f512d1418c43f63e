//! Short words that several screens write alike: tags with counts, where something was said, chips.

use crate::analysis::presence::Word;
use crate::archive::{Archive, MsgIx};
use crate::base::id::{TagId, Target};
use crate::base::text::{LineBreaks, cut, sanitize_tty};
use crate::base::time::{Instant, Zone};
use crate::project::Project;
use crate::project::model::Tag;
use crate::timeline::ToldZone;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::paint::Span;
use crate::tui::pane::rows::View;
use crate::tui::theme::Theme;

/// A tag with its sign and group: `◎Detection - Weak Signals`.
pub fn whole_tag(theme: Theme, tag: &Tag) -> Span {
    let (sign, role) = theme.group(tag.group.as_deref(), &tag.name);
    Span::new(format!("{sign}{}", sanitize_tty(&tag.label(), LineBreaks::Mark)), theme.style(role))
}

/// A tag in short with how often it stands there: `◎Weak Signals 2`.
pub fn counted_tag(theme: Theme, project: &Project, id: &TagId, count: usize) -> Option<Span> {
    let (_, tag) = project.tag(id)?;
    let span = super::message::tag_span(theme, tag);
    Some(Span::new(format!("{} {count}", span.text), span.style))
}

/// `6 Dec 14:36`, or only the clock on the day of `near`.
pub fn moment(zone: Zone, at: Instant, near: Option<Instant>) -> String {
    let same_day = near.is_some_and(|near| zone.date(near) == zone.date(at));
    if same_day { zone.clock(at) } else { format!("{} {}", zone.day(at), zone.minute(at)) }
}

/// The same of something that was written, with a mark where nobody knows the zone of its time.
pub fn moment_of_word(app: &App, word: Word, near: Option<Instant>) -> String {
    let message = app.session.archive.message(word.ix);
    let told = message.map_or(ToldZone::Known, |message| ToldZone::of_message(&message));
    moment(told.shown_in(app.zone()), word.at, near) + told.mark()
}

/// The first line of a message's text, printable.
pub fn first_line(archive: &Archive, ix: MsgIx) -> String {
    archive.message(ix).map_or_else(String::new, |message| {
        let text = message.text().shown().unsanitised();
        sanitize_tty(text.lines().next().unwrap_or(""), LineBreaks::Mark).into_owned()
    })
}

/// What stands at a target in one line: when, where, who and the words; from the sources, else from
/// what the project kept.
pub struct Said {
    /// When.
    pub at: Instant,
    /// `#sev-search`, `event`.
    pub place: String,
    /// Who said it, short.
    pub who: String,
    /// The id by which they are coloured.
    pub who_id: String,
    /// The words, in one line; foreign, so for a [`crate::tui::paint::Painter`] only.
    pub words: String,
}

/// Looks a target up; `None` where neither sources nor project know it.
pub fn said(project: &Project, archive: &Archive, target: &Target) -> Option<Said> {
    let evidence = crate::timeline::assemble::evidence_of(project, archive, target)?;
    let message = target.message().and_then(|id| archive.message(archive.find(&id)?));
    let who = message.map_or_else(
        || evidence.short_who().tty_line().into_owned(),
        |message| message.author_label().tty_line().into_owned(),
    );
    let who_id = message.and_then(|message| message.author()).map(|person| person.id.to_string());
    let channel = message.map(|message| message.log().meta().label());
    let place = channel.unwrap_or_else(|| evidence.channel.tty_line().into_owned());
    Some(Said {
        at: evidence.at,
        place: if place.is_empty() { "event".to_owned() } else { place },
        who,
        who_id: who_id.unwrap_or_default(),
        words: evidence.text.raw().shown().unsanitised().replace('\n', " "),
    })
}

/// A condition of the query language with its value quoted where it must be.
pub fn chip(field: &str, value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    if plain { format!("{field}:{value}") } else { format!("{field}:\"{}\"", value.replace(['"', '\\'], " ")) }
}

/// Shows all channels in one pane with one chip, and brings Chat to the front.
pub fn show_all(ctx: &mut Ctx<'_>, chip: &str) -> anyhow::Result<()> {
    crate::search::query::Query::parse(chip)?;
    ctx.app.leave_trail();
    ctx.app.screen = ScreenId::Chat;
    ctx.app.open_pane(View::Merged);
    if let Some(pane) = ctx.app.chat.focused_mut() {
        pane.chips = vec![chip.to_owned()];
    }
    ctx.app.rebuild_panes();
    Ok(())
}

/// Adds a chip to the focused pane, or takes it off when it is there; true when it is on now.
pub fn toggle_chip(ctx: &mut Ctx<'_>, chip: &str) -> anyhow::Result<bool> {
    crate::search::query::Query::parse(chip)?;
    let Some(pane) = ctx.app.chat.focused_mut() else {
        anyhow::bail!("No pane is open; 1 Chat, then w a opens a channel")
    };
    let before = pane.chips.len();
    pane.chips.retain(|known| known != chip);
    let on = pane.chips.len() == before;
    if on {
        pane.chips.push(chip.to_owned());
    }
    ctx.app.rebuild_panes();
    Ok(on)
}

/// `text` cut to a column, with the air before the next one.
pub fn column(text: &str, cells: usize) -> String {
    cut(&sanitize_tty(text, LineBreaks::Mark), cells).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_that_holds_more_than_a_word_is_quoted_and_can_be_read() {
        for (value, expected) in [("runa", "from:runa"), ("Runa \"R\" Halvorik", "from:\"Runa  R  Halvorik\"")] {
            assert_eq!(chip("from", value), expected);
            assert!(crate::search::query::Query::parse(expected).is_ok());
        }
    }
}
