//! The screens: what each holds and how it is drawn. Keys that belong to all of them are shared out
//! here.

pub mod chat;
pub mod chat_view;
pub mod display;
pub mod doc;
pub mod heights;
pub mod jump;
pub mod meanwhile;
pub mod message;
pub mod notation;
pub mod people;
pub mod report;
pub mod rows;
pub mod scroll_map;
pub mod sheet;
pub mod stats;
pub mod tags;
pub mod timeline;

pub use jump::{Jump, Way};

use super::app::{App, ScreenId};
use super::ctx::Ctx;
use super::key::Key;
use crate::archive::Person;
use crate::base::id::Target;
use crate::base::time::Instant;

/// A movement over rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// By so many rows.
    Lines(isize),
    /// By so many halves of a page.
    Half(isize),
    /// By so many pages.
    Page(isize),
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// The cursor's row into the middle.
    Centre,
}

impl Motion {
    /// How many lines of the screen it goes, where `height` are seen; none when it does not go by pages.
    pub fn lines(self, height: usize) -> Option<isize> {
        match self {
            Self::Half(by) => Some(by * (height / 2).max(1) as isize),
            Self::Page(by) => Some(by * height.saturating_sub(2).max(1) as isize),
            _ => None,
        }
    }

    /// The place after the movement, among `count` rows of one line of which `height` are seen.
    pub fn apply(self, cursor: usize, count: usize, height: usize) -> usize {
        let last = count.saturating_sub(1);
        let by = match self {
            Self::Lines(by) => by,
            Self::Half(_) | Self::Page(_) => self.lines(height).unwrap_or(0),
            Self::First => return 0,
            Self::Last => return last,
            Self::Centre => return cursor.min(last),
        };
        cursor.min(last).saturating_add_signed(by).min(last)
    }
}

/// Moves on the current screen.
pub fn motion(ctx: &mut Ctx<'_>, motion: Motion) {
    ctx.app.centre |= motion == Motion::Centre;
    match ctx.app.screen {
        ScreenId::Chat if ctx.app.chat.meanwhile => meanwhile::motion(ctx, motion),
        ScreenId::Chat => chat_motion(ctx, motion),
        ScreenId::People => people::motion(ctx, motion),
        ScreenId::Tags => tags::motion(ctx, motion),
        ScreenId::Stats => stats::motion(ctx, motion),
        ScreenId::Timeline => timeline::motion(ctx, motion),
        ScreenId::Report => report::motion(ctx, motion),
    }
}

fn chat_motion(ctx: &mut Ctx<'_>, motion: Motion) {
    let archive = ctx.app.session.archive.clone();
    let shown = ctx.app.shown_rows();
    let stood = ctx.app.chat.now();
    let beyond = motion.lines(shown).and_then(|lines| sheet::row_beyond(ctx.app, lines));
    let Some(pane) = ctx.app.chat.focused_mut() else { return };
    let before = pane.cursor;
    let place = beyond.unwrap_or_else(|| motion.apply(pane.cursor, pane.rows.list.len(), shown));
    let from = pane.time();
    pane.go(&archive, place);
    if let (Motion::Lines(_), rows::View::Channel(channel), Some(from), Some(to)) =
        (motion, &pane.view, from, pane.time())
    {
        ctx.app.reading.went(&channel.clone(), from, to);
    }
    match motion {
        Motion::First | Motion::Last if before != place => ctx.app.leave_trail_at(before),
        _ => {}
    }
    if ctx.app.settings.slow {
        ctx.app.chat.hold(stood);
    } else {
        ctx.app.chat.follow(&archive);
    }
    crate::tui::tour::did(ctx.app, crate::tui::tour::Step::Move);
}

/// Hears a key before the key map; true when it was used.
pub const fn key(_ctx: &mut Ctx<'_>, _key: Key) -> bool {
    false
}

/// Hears a paste; true when it was used.
pub const fn paste(_ctx: &mut Ctx<'_>, _text: &str) -> bool {
    false
}

/// Takes text that came back from `$EDITOR`; true when it was used.
pub fn edited(ctx: &mut Ctx<'_>, text: &str) -> bool {
    ctx.app.screen == ScreenId::Report && report::edited(ctx.app, text)
}

/// A screen was entered.
pub fn entered(ctx: &mut Ctx<'_>) {
    if ctx.app.screen == ScreenId::Stats {
        stats::entered(ctx.app);
    }
}

/// Brings what the current screen derives up to date.
pub fn refresh(app: &mut App) {
    match app.screen {
        ScreenId::Timeline => timeline::ready(app),
        ScreenId::Report => report::ready(app),
        ScreenId::People => people::ready(app),
        ScreenId::Tags => tags::ready(app),
        ScreenId::Stats => stats::ready(app),
        ScreenId::Chat => {}
    }
}

/// Puts the cursor of the Timeline on an entry.
pub fn show_entry(ctx: &mut Ctx<'_>, target: &Target) {
    timeline::ready(ctx.app);
    if !ctx.app.timeline.show(&ctx.app.session, target) {
        ctx.cannot("The filter of the timeline hides it; Esc there clears the filter");
    }
}

/// Clears what the screen itself holds, as a selection or a filter; false when there was nothing.
pub fn close(app: &mut App) -> bool {
    match app.screen {
        ScreenId::Timeline => timeline::close(app),
        ScreenId::Report => report::close(app),
        _ => false,
    }
}

/// Title, city and local time of somebody at an instant: `search engineer, Lisbon 14:36`.
pub fn person_words(app: &App, person: Option<&Person>, at: Instant) -> String {
    let Some(person) = person else { return String::new() };
    let card = app.session.project().person(&person.id);
    let title = card.and_then(|card| card.title.clone()).unwrap_or_else(|| person.title.tty_line().into_owned());
    let zone = card.and_then(|card| card.zone).or(person.zone);
    let place = zone.map(|zone| format!("{} {}", zone.city(), zone.minute(at)));
    let parts: Vec<String> = [Some(title).filter(|title| !title.is_empty()), place].into_iter().flatten().collect();
    parts.join(", ")
}

/// The first link of the message under the cursor that a browser may open.
pub fn first_link(app: &App) -> Option<String> {
    let message = app.chat.focused()?.message(&app.session.archive)?;
    let links = message.extras()?.links.iter().map(crate::base::text::RawString::unsanitised);
    links.map(str::to_owned).find(|link| is_openable(link))
}

/// Whether a link is one that a key may open: http, https and mailto, nothing hidden in it.
pub fn is_openable(link: &str) -> bool {
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| link.starts_with(scheme));
    // Browsers read a backslash as a slash, and others do not.
    known
        && link.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\' && !crate::base::text::is_hidden(c))
}

/// The host of a link, or the address of a mailto.
pub fn host(link: &str) -> String {
    let authority = authority(link);
    authority.rsplit('@').next().filter(|_| !link.starts_with("mailto:")).unwrap_or(authority).to_owned()
}

fn authority(link: &str) -> &str {
    let rest = link.split_once("://").map_or_else(|| link.trim_start_matches("mailto:"), |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// What makes the host of a link look like another one: a name before it, or letters that are not
/// what they look like.
pub fn disguise(link: &str) -> Option<String> {
    let host = host(link);
    let foreign: Vec<String> =
        host.chars().filter(|c| !c.is_ascii()).take(3).map(|c| format!("U+{:04X}", u32::from(c))).collect();
    if !foreign.is_empty() {
        return Some(format!("its name has letters that may look like others: {}", foreign.join(", ")));
    }
    if host.to_ascii_lowercase().split('.').any(|label| label.starts_with("xn--")) {
        return Some("its name stands for letters that may look like others".to_owned());
    }
    let is_mail = link.starts_with("mailto:");
    (!is_mail && authority(link).contains('@')).then(|| "what stands before the @ is no host".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn motions_stay_among_the_rows() {
        assert_eq!(Motion::Lines(1).apply(9, 10, 5), 9);
        assert_eq!(Motion::Lines(-1).apply(0, 10, 5), 0);
        assert_eq!(Motion::Half(1).apply(0, 10, 6), 3);
        assert_eq!(Motion::Last.apply(3, 0, 5), 0);
        assert_eq!(Motion::Page(-1).apply(9, 10, 6), 5);
    }

    #[test]
    fn only_plain_links_can_be_opened_and_their_host_is_told() {
        assert!(is_openable("https://a.example/x"));
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "https://a\u{202e}b", "http://a b", "https://a\\@b"] {
            assert!(!is_openable(bad), "{bad}");
        }
        assert_eq!(host("https://bank.example@evil.example/x"), "evil.example");
        assert_eq!(host("mailto:a@b.example"), "a@b.example");
    }

    #[test]
    fn hosts_that_look_like_others_are_told() {
        for (link, word) in [
            ("https://bank.example@evil.example/x", "before the @"),
            ("https://ex\u{430}mple.org/", "U+0430"),
            ("https://XN--exmple-4nf.org/", "stands for letters"),
            ("https://www.xn--exmple-4nf.org/", "stands for letters"),
        ] {
            assert!(disguise(link).is_some_and(|words| words.contains(word)), "{link}");
        }
        for plain in ["https://a.example/x@y", "mailto:a@b.example", "http://a-b.example:80/"] {
            assert_eq!(disguise(plain), None);
        }
    }
}
