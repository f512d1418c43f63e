//! Jumps over the rows of a chat pane: to what is marked, to silence, days, people and threads.

use super::chat::Pane;
use super::message::QUIET;
use super::rows::RowWhat;
use crate::archive::{Archive, Flags};
use crate::base::time::Zone;
use crate::tui::ctx::Ctx;

/// What a jump looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// A tag.
    Tagged,
    /// A note.
    Noted,
    /// A place on the timeline.
    OnTimeline,
    /// A silence before it.
    Gap,
    /// The first message of a day.
    Day,
    /// A file or attachment.
    Attachment,
    /// The same author.
    Person,
    /// The same thread.
    Thread,
    /// An open question.
    Question,
}

/// Where a jump goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the end.
    Next,
    /// Towards the beginning.
    Previous,
}

/// Jumps in the focused pane, or says that there is none.
pub fn jump(ctx: &mut Ctx<'_>, jump: Jump, way: Way) {
    let archive = ctx.app.session.archive.clone();
    let zone = ctx.app.zone();
    let Some(place) = ctx.app.chat.focused().and_then(|pane| find(pane, &archive, zone, jump, way)) else {
        let (what, side) = (words(jump), if way == Way::Next { "after" } else { "before" });
        ctx.cannot(format!("No {what} {side} this in the pane"));
        return;
    };
    ctx.app.leave_trail();
    if let Some(pane) = ctx.app.chat.focused_mut() {
        pane.go(&archive, place);
    }
    ctx.app.chat.follow(&archive);
}

const fn words(jump: Jump) -> &'static str {
    match jump {
        Jump::Tagged => "tagged message",
        Jump::Noted => "noted message",
        Jump::OnTimeline => "entry of the timeline",
        Jump::Gap => "silence of five minutes",
        Jump::Day => "other day",
        Jump::Attachment => "attachment",
        Jump::Person => "message by this person",
        Jump::Thread => "message of this thread",
        Jump::Question => "open question",
    }
}

fn find(pane: &Pane, archive: &Archive, zone: Zone, jump: Jump, way: Way) -> Option<usize> {
    let marked = |places: &[usize]| match way {
        Way::Next => places.get(places.partition_point(|&place| place <= pane.cursor)).copied(),
        Way::Previous => {
            places.partition_point(|&place| place < pane.cursor).checked_sub(1).and_then(|at| places.get(at)).copied()
        }
    };
    match jump {
        Jump::Tagged => marked(&pane.rows.tagged),
        Jump::Noted => marked(&pane.rows.noted),
        Jump::OnTimeline => marked(&pane.rows.on_timeline),
        Jump::Question => marked(&pane.rows.questions),
        Jump::Day => day(pane, zone, way),
        _ => scan(pane, way, |place| fits(pane, archive, jump, place)),
    }
}

fn scan(pane: &Pane, way: Way, fits: impl Fn(usize) -> bool) -> Option<usize> {
    match way {
        Way::Next => (pane.cursor + 1..pane.rows.list.len()).find(|&place| fits(place)),
        Way::Previous => (0..pane.cursor.min(pane.rows.list.len())).rev().find(|&place| fits(place)),
    }
}

fn day(pane: &Pane, zone: Zone, way: Way) -> Option<usize> {
    let date = |place: usize| pane.rows.list.get(place).and_then(|row| zone.date(row.at));
    let begins = |place: usize| place == 0 || date(place) != date(place - 1);
    scan(pane, way, begins)
}

fn fits(pane: &Pane, archive: &Archive, jump: Jump, place: usize) -> bool {
    let Some(row) = pane.rows.list.get(place) else { return false };
    if jump == Jump::Gap {
        let before = place.checked_sub(1).and_then(|place| pane.rows.list.get(place));
        return before.and_then(|before| row.at.since(before.at)).is_some_and(|gap| gap >= QUIET);
    }
    let RowWhat::Message(ix) = row.what else { return false };
    let (Some(message), Some(here)) = (archive.message(ix), pane.message(archive)) else { return false };
    match jump {
        Jump::Attachment => message.flags().has(Flags::FILE) || message.attachment_text().is_some(),
        Jump::Person => here.author_ix().is_some() && message.author_ix() == here.author_ix(),
        Jump::Thread => {
            let (this, that) = (here.thread(), message.thread());
            this.is_some()
                && here.ix().channel == ix.channel
                && this.map(|thread| &thread.root_id) == that.map(|thread| &thread.root_id)
        }
        _ => false,
    }
}
