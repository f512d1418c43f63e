//! Named readers over a folder, a zip or a single file, with limits.
