//! Order keys: text that sorts like the timeline, with room between any two neighbours.
