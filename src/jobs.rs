//! Work off the screen thread: loading, searching, saving.

pub mod sources;
