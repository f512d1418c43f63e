//! What opens over a screen: sheets, drawers, prompts.

pub mod confirm;
pub mod event_form;
pub mod find;
pub mod message_card;
pub mod note_form;
pub mod person_card;
pub mod pick;
pub mod prompt;
pub mod tag_sheet;
pub mod which_key;
