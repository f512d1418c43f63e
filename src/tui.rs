//! The screen: the only module that names ratatui or crossterm.
