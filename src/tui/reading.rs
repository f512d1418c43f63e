//! What was read in this sitting: spans of channels over which the cursor went row by row.

use std::collections::BTreeMap;

use crate::base::id::ChannelId;
use crate::base::time::Instant;
use crate::project::Edit;

/// Spans read, by channel; neighbours are joined as they come.
#[derive(Debug, Default)]
pub struct Reading {
    spans: BTreeMap<ChannelId, Vec<(Instant, Instant)>>,
}

impl Reading {
    /// The cursor went from one row of a channel to a neighbour.
    pub fn went(&mut self, channel: &ChannelId, from: Instant, to: Instant) {
        let (from, to) = (from.min(to), from.max(to));
        if !to.is_dated() {
            return;
        }
        let spans = self.spans.entry(channel.clone()).or_default();
        match spans.last_mut().filter(|span| span.0 <= to && from <= span.1) {
            Some(span) => *span = (span.0.min(from), span.1.max(to)),
            None => spans.push((from, to)),
        }
    }

    /// Gives the spans as edits, each once.
    pub fn take_spans(&mut self) -> Vec<Edit> {
        let spans = std::mem::take(&mut self.spans).into_iter();
        spans
            .flat_map(|(channel, spans)| {
                spans.into_iter().map(move |(from, to)| Edit::Read { channel: channel.to_string(), from, to, by: None })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_over_neighbours_make_one_span_and_jumps_another() {
        let (mut reading, channel) = (Reading::default(), ChannelId::new("slack", "C1"));
        let at = Instant::from_seconds;
        for (from, to) in [(1, 2), (2, 3), (3, 2), (50, 51)] {
            reading.went(&channel, at(from), at(to));
        }
        let spans = reading.take_spans();
        assert_eq!(spans.len(), 2);
        assert!(matches!(&spans[0], Edit::Read { from, to, .. } if (*from, *to) == (at(1), at(3))));
        assert!(reading.take_spans().is_empty());
    }
}
