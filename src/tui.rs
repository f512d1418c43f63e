//! The screen: the only module that names ratatui or crossterm.

pub mod key;
pub mod widget;
