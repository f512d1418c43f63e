//! Slack's list of users by itself, `users.json` or `org_users.json` without the export around it.
//!
//! The same ids as in an export, so that its people are the people of a chat loaded with it.

use super::format::{Claim, Detect, Format};
use super::sample::{Root, Sample};
use super::whole::{self, Reading, Transcript};
use super::{ImportError, slack};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "slack-users",
    name: "Slack users",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim(sample: &Sample) -> Option<Claim> {
    let prefixes = ["[].", "members[].", "users[]."];
    let is_list = |prefix: &str| {
        let has = |key: &str| sample.has(&format!("{prefix}{key}"));
        has("id") && has("name") && has("profile") && (has("is_bot") || has("deleted") || has("team_id") || has("tz"))
    };
    let is_messages = sample.has("[].ts") || sample.has("messages");
    let found = matches!(sample.root, Root::List | Root::Object) && prefixes.into_iter().any(is_list);
    (found && !is_messages).then(|| Claim::sure("it lists users with profiles as Slack does"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    reading.each_text(transcript, |transcript, _, text| {
        let lists = ["members", "users"];
        super::lane::each_object(transcript, text, limits, &lists, |transcript, _, piece| match slack::person(piece) {
            Some(person) => {
                transcript.pass_record();
                transcript.person(person);
            }
            None => transcript.bad_record("a user without an id"),
        });
        Ok(())
    })
}
