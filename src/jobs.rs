//! Work off the screen thread: loading, searching, saving.

pub mod agreement;
pub mod check;
pub mod demo;
pub mod load;
pub mod projects;
pub mod record;
pub mod redacted;
pub mod save;
pub mod search;
pub mod sheets;
pub mod sources;
pub mod templates;
