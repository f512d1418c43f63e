//! The screen: the only module that names ratatui or crossterm.

pub mod clipboard;
pub mod editor_handoff;
pub mod event;
pub mod gate;
pub mod input;
pub mod key;
pub mod panics;
pub mod probe;
pub mod restorer;
pub mod signal;
pub mod terminal;
pub mod tty;
pub mod widget;
