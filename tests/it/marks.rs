//! After an edit only what it touched is marked again: the same as if all were made anew.

use meanwhile::base::id::Target;
use meanwhile::project::Edit;
use meanwhile::timeline::drift::drift;
use meanwhile::tui::harness::Harness;
use serde_json::{Value, json};

use crate::support::stage::file_of;

const PANES: [&str; 3] = ["#sev-search", "#search-dev", "#support-desk"];

struct Desk(Harness);

impl Desk {
    fn new() -> Self {
        Self(Harness::open(&file_of("sample-data/slack-export.zip"), None, &PANES, (120, 40)).unwrap())
    }

    /// A message of the first pane.
    fn message(&self, place: usize) -> Target {
        let pane = &self.0.app.chat.panes[0];
        pane.rows.targets(&self.0.app.session.archive, place).remove(0)
    }

    fn marks(&self) -> Vec<[Vec<usize>; 4]> {
        let panes = self.0.app.chat.panes.iter().map(|pane| &pane.rows);
        panes.map(|rows| [&rows.tagged, &rows.on_timeline, &rows.noted, &rows.questions].map(Clone::clone)).collect()
    }

    /// Compares with what is made anew of the whole project.
    fn check(&mut self, after: &str) {
        self.0.app.refresh();
        let marked = self.marks();
        self.0.app.rebuild_panes();
        assert_eq!(marked, self.marks(), "{after}");
        let session = &self.0.app.session;
        assert_eq!(session.drift(), drift(session.project(), &session.archive, |_, _| true), "{after}");
    }

    fn act(&mut self, edit: Value) -> Option<String> {
        let words = edit.to_string();
        let edit: Edit = serde_json::from_value(edit).unwrap();
        let made = self.0.app.session.act("an act".to_owned(), vec![edit]).unwrap();
        self.check(&words);
        made
    }
}

#[test]
fn marks_and_drift_after_each_act_are_those_of_the_whole_project() {
    let mut desk = Desk::new();
    let [one, two, three] = [3, 5, 8].map(|place| desk.message(place));
    desk.act(json!({"edit": "tag", "target": one, "tag": "Impact", "on": true}));
    desk.act(json!({"edit": "timeline", "target": one, "on": true}));
    desk.act(json!({"edit": "tag", "target": two, "tag": "Hypothesis - Raised", "on": true}));
    let note = desk.act(json!({"edit": "note", "target": two, "text": "why?", "question": {}})).unwrap();
    desk.act(json!({"edit": "note", "note": note, "question": {"state": "answered"}}));
    let beat = desk.act(json!({"edit": "beat", "members": [two, three]})).unwrap();
    desk.act(json!({"edit": "timeline", "target": beat, "on": true}));
    desk.act(json!({"edit": "beat", "id": beat, "members": [three, one]}));
    let event = desk
        .act(json!({"edit": "event", "at": "2024-12-06T14:10:00Z", "text": "a call", "channel": "#sev-search"}))
        .unwrap();
    desk.act(json!({"edit": "tag", "target": event, "tag": "Impact", "on": true}));
    desk.act(json!({"edit": "note", "target": event, "text": "who called?", "question": {}}));
    desk.act(json!({"edit": "define-tag", "tag": "impact", "label": "Harm", "on": true}));
    desk.act(json!({"edit": "tag", "target": one, "tag": "Impact", "on": false}));
    desk.act(json!({"edit": "note", "note": note, "text": null}));
    let mut undone = 0;
    while desk.0.app.session.undo().unwrap().is_some() {
        undone += 1;
        desk.check(&format!("undo {undone}"));
    }
    assert!(undone >= 10, "{undone}");
    while desk.0.app.session.redo().unwrap().is_some() {
        desk.check("redo");
    }
    assert!(desk.marks()[0].iter().any(|places| !places.is_empty()));
}
