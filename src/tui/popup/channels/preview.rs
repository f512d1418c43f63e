//! A channel at its busiest hour, beside or below the list.

use ratatui::layout::Rect;

use crate::archive::{ChannelIx, ChannelLog, MsgIx};
use crate::base::text::{count_words, thousands};
use crate::base::time::{Instant, MINUTE};
use crate::tui::app::App;
use crate::tui::paint::{Fact, Heading, Painter};
use crate::tui::pane::chat_view;
use crate::tui::pane::message::Before;
use crate::tui::pane::rows::{PaneRow, RowWhat};
use crate::tui::pane::sheet::look;
use crate::tui::theme::Role;

/// The first place of the hour that holds most of the instants, and how many it holds; undated ones
/// count for nothing.
pub fn busiest(times: &[Instant]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut from = 0;
    for (place, at) in times.iter().enumerate() {
        if !at.is_dated() {
            break;
        }
        while times.get(from).and_then(|first| at.since(*first)).is_some_and(|gap| gap >= 60 * MINUTE) {
            from += 1;
        }
        if place + 1 - from > best.1 {
            best = (from, place + 1 - from);
        }
    }
    best
}

/// Draws the messages from the busiest hour on, `moved` messages further.
pub fn draw(app: &App, painter: &mut Painter<'_>, area: Rect, channel: ChannelIx, log: &ChannelLog, moved: usize) {
    let (busy, _) = busiest(log.times());
    let first = (busy + moved).min(log.len().saturating_sub(1));
    let day = log.times().get(first).filter(|at| at.is_dated()).map(|at| app.zone().day(*at)).unwrap_or_default();
    let fact = if moved == 0 { format!("{day}, busiest hour") } else { day };
    let facts = if log.is_empty() { Vec::new() } else { vec![Fact::quiet(fact)] };
    painter.heading(area, &Heading { title: log.meta().label(), facts, ..Heading::default() });
    if log.is_empty() {
        let words = if app.session.archive.is_complete() { "Nobody wrote here." } else { "Not read yet." };
        painter.put_cut(area.x + 2, area.y + 1, area.width.saturating_sub(4), words, painter.style(Role::Dim));
        return;
    }
    let foot = if area.height > 16 { 2 } else { 0 };
    draw_rows(
        app,
        painter,
        Rect { y: area.y + 1, height: area.height.saturating_sub(1 + foot), ..area },
        channel,
        first,
    );
    if foot > 0 {
        let words = counts(app, log);
        let y = area.bottom().saturating_sub(1);
        painter.put_cut(area.x + 2, y, area.width.saturating_sub(4), &words, painter.style(Role::Dim));
    }
}

fn draw_rows(app: &App, painter: &mut Painter<'_>, body: Rect, channel: ChannelIx, first: usize) {
    let look = look(app, body.width.saturating_sub(1));
    let mut y = body.y;
    let mut before: Option<PaneRow> = None;
    for message in app.session.archive.messages(channel).skip(first) {
        if y >= body.bottom() {
            return;
        }
        let ix: MsgIx = message.ix();
        let row = PaneRow { at: message.time(), what: RowWhat::Message(ix), folded: 0 };
        let lines = look.row(&row, None, before.as_ref().map(|row| Before { row, in_view: true }));
        for (nth, line) in lines.lines.iter().enumerate() {
            if y >= body.bottom() {
                return;
            }
            chat_view::draw_line(painter, body, y, line, false, false);
            if let (true, Some((glyph, style))) = (nth == lines.lead, lines.mark) {
                painter.glyph(body.x + 1, y, glyph, style);
            }
            y += 1;
        }
        before = Some(row);
    }
}

/// `34 people, 3 bots, 212 threads`; from the report when all is read.
fn counts(app: &App, log: &ChannelLog) -> String {
    let report = app.session.report.as_ref();
    let channel = report.and_then(|report| {
        report.sources.iter().flat_map(|source| &source.channels).find(|channel| channel.id == log.meta().id)
    });
    let Some(channel) = channel else { return format!("{} messages so far", thousands(log.len())) };
    let counts = &channel.counts;
    let mut words = vec![count_words(counts.people.len(), "person", "people")];
    if !counts.programs.is_empty() {
        words.push(count_words(counts.programs.len(), "bot", "bots"));
    }
    words.push(count_words(counts.threads, "thread", "threads"));
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_hour_is_the_one_with_most_messages() {
        let at = |minutes: &[i64]| minutes.iter().map(|minute| Instant::from_seconds(minute * 60)).collect::<Vec<_>>();
        assert_eq!(busiest(&at(&[0, 70, 200, 210, 220, 400])), (2, 3));
        assert_eq!(busiest(&[]), (0, 0));
        assert_eq!(busiest(&[Instant::from_seconds(0), Instant::UNDATED]), (0, 1));
    }
}
