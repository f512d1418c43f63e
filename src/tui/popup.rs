//! What opens over a screen: sheets, drawers, prompts.

pub mod anything;
pub mod channels;
pub mod choose;
pub mod cite_picker;
pub mod columns;
pub mod confirm;
pub mod drafts;
pub mod entry_form;
pub mod event_form;
pub mod filter_sheet;
pub mod find;
pub mod guide;
pub mod help;
pub mod import_report;
pub mod layouts;
pub mod message_card;
pub mod note_form;
pub mod palette;
pub mod pattern;
pub mod person_card;
pub mod prompt;
pub mod sources;
pub mod start;
pub mod tag_sheet;
pub mod undo_history;
pub mod which_key;
