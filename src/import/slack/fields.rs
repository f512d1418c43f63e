//! The fields of one Slack message that are looked at; all others are skipped unread.

use crate::import::json::{Piece, is_deeper_than};

/// Lists and objects beyond this size are measured before they are taken apart.
const SUSPICIOUS_BYTES: usize = 16 << 10;

/// The key under which slackdump puts the answers of a thread into its first message; they are
/// messages of their own and no part of it.
pub(super) const NESTED: &str = "slackdump_thread_replies";

macro_rules! message_fields {
    ($($field:ident),* $(,)?) => {
        /// One message, each field as raw text.
        #[derive(Debug, Default)]
        pub(super) struct Fields<'a> {
            $(pub(super) $field: Option<Piece<'a>>,)*
            /// A field that stands twice.
            pub(super) duplicate: Option<&'static str>,
            /// A field that nests too deep and was left out.
            pub(super) too_deep: Option<&'static str>,
        }

        impl<'a> Fields<'a> {
            /// Takes a field if it is one of ours.
            pub(super) fn set(&mut self, key: &str, value: Piece<'a>, depth: usize) {
                match key {
                    $(stringify!($field) => {
                        if nests_too_deep(value, depth) {
                            self.too_deep = Some(stringify!($field));
                        } else if self.$field.replace(value).is_some() {
                            self.duplicate = Some(stringify!($field));
                        }
                    })*
                    NESTED => {}
                    _ if nests_too_deep(value, depth) => self.too_deep = Some("a field that is not read"),
                    _ => {}
                }
            }
        }
    };
}

message_fields!(
    ts,
    user,
    text,
    subtype,
    thread_ts,
    reply_count,
    bot_id,
    bot_profile,
    username,
    user_profile,
    edited,
    reactions,
    files,
    file,
    attachments,
    blocks,
    inviter,
    hidden,
    room,
    comment,
    message,
    previous_message,
    deleted_ts,
);

fn nests_too_deep(value: Piece<'_>, depth: usize) -> bool {
    value.raw().len() > SUSPICIOUS_BYTES && (value.is_list() || value.is_object()) && is_deeper_than(value, depth)
}

impl<'a> Fields<'a> {
    /// The fields of a message inside another.
    pub(super) fn of(piece: Piece<'a>, depth: usize) -> Self {
        let mut fields = Self::default();
        piece.fields(|key, value| fields.set(key, value, depth));
        fields
    }
}
