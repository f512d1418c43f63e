//! Work off the screen thread: loading, searching, saving.
