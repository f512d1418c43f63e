//! meanwhile: what was said where, and what it meant, side by side.
//!
//! An **archive** is what was said: read-only, rebuilt from exports. A **project** is what people
//! think about it: small, saved, joined. A **timeline** is derived from both, a **report** from the
//! timeline; derived things are never saved as truth.
//!
//! # The map
//!
//! Each layer names only layers above it in this list; a test reads the source and holds that.
//!
//! ```text
//! base       ids, instants and zones, foreign text, rank keys       names nothing of ours
//! archive    messages, threads, people of what was exported         base
//! project    tags, notes, events, entries, prose: edits and cells   base, never archive
//! config     settings and the folders of this machine               base
//! import     export files to an archive and a report of the load    base archive
//! search     the query language, exact and fuzzy hits               base archive project
//! timeline   entries in their order, silences and milestones        base archive project
//! analysis   who was there, what was read, counts over time         … timeline
//! report     templates, evidence, citations, drafts                 … search analysis
//! export     Markdown, JSON, CSV, text                              … report
//! jobs       loading, searching, saving off the screen thread       all above
//! tui        the screen; the only one to name ratatui               all above
//! cli        one file a verb; the only one to print                 all above
//! ```
//!
//! # The life of a key press
//!
//! ```text
//! reader thread       bytes become a Key, a Paste, a Resize; nothing else happens there
//!      │ Event
//! update              the top layer is asked first: a text input eats what it can use
//!      │ Key
//! keymap              looks in the scope of the screen, then in Global; a prefix waits for more
//!      │ Command
//! command table       may it run? no: the reason goes to the status row, and that is all
//!      │ Ctx
//! ctx.edit            the one door to the project: the edit is applied, its inverse remembered,
//!      │              its journal lines go to the saver thread
//! Effects             loading, searching, copying, quitting are started by the loop
//!      │
//! draw                once, when the queue is empty: &App in, cells out; it writes nothing
//!                     but where things lie and the lines it laid out
//! ```
//!
//! The screen thread never waits for a disk or for a job, and while nothing happens it writes no
//! byte. The title says *saved* only after the saver thread has heard so from the disk.
//!
//! # The life of a message
//!
//! [`import`] opens files, folders and zips as named readers with limits, asks each format how sure it
//! is, and turns records into [`archive`] logs or into warnings; damage costs only itself. Text of an
//! export is [`base::text::Raw`], which cannot be printed: only sanitisers yield text for a terminal, a
//! page or a sheet. A pane shows a borrowed [`archive::Message`]. Tagging it is an
//! [`Edit`](project::Edit) that carries a copy of the message, so the [`project`] stands alone when the
//! export is gone. [`timeline::assemble()`] and [`report::build()`] make plain data of both, and [`export`]
//! writes it down.

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
