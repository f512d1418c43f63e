//! The screen: the only module that names ratatui or crossterm.
//!
//! A key press: reader thread, [`event::Event`], [`update`], the top layer or the key map, a
//! [`command::Command`], [`ctx::Ctx`], and at most one [`draw`] after the queue is empty.

pub mod app;
pub mod clipboard;
pub mod command;
pub mod ctx;
pub mod draw;
pub mod editor_handoff;
pub mod event;
pub mod find;
pub mod frames;
pub mod gate;
pub mod harness;
pub mod input;
pub mod key;
pub mod keymap;
pub mod layers;
pub mod layout;
pub mod many;
pub mod memory;
pub mod open;
pub mod paint;
pub mod pane;
pub mod panics;
mod partner;
pub mod popup;
pub mod probe;
pub mod quote;
pub mod reading;
pub mod restorer;
pub mod run;
pub mod session;
pub mod signal;
pub mod terminal;
pub mod theme;
pub mod tour;
pub mod tty;
pub mod update;
pub mod view;
pub mod widget;

pub use run::run;
