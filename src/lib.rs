//! meanwhile: what was said where, and what it meant, side by side.
//!
//! An **archive** is what was said: read-only, rebuilt from exports. A **project** is what people
//! think about it: small, saved, joined. A **timeline** is derived from both, a **report** from the
//! timeline; derived things are never saved as truth.

pub mod analysis;
pub mod archive;
pub mod base;
pub mod cli;
pub mod config;
pub mod export;
pub mod import;
pub mod jobs;
pub mod project;
pub mod report;
pub mod search;
pub mod timeline;
pub mod tui;
