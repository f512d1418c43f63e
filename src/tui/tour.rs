//! The tour of the demo: six steps in the footer, each ticked by doing it.

use super::app::App;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Moving.
    Move,
    /// Tagging.
    Tag,
    /// Putting on the timeline.
    Timeline,
    /// Writing an event.
    Event,
    /// Opening the report.
    Report,
    /// Taking something back.
    Undo,
}

impl Step {
    const ALL: [Self; 6] = [Self::Move, Self::Tag, Self::Timeline, Self::Event, Self::Report, Self::Undo];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Move => ("move", "Go down a few messages: press j."),
            Self::Tag => ("tag", "Tag the message: press t, then a letter."),
            Self::Timeline => ("timeline", "Put the message on the timeline: press a."),
            Self::Event => ("event", "Add what no channel recorded: press i, write, Enter."),
            Self::Report => ("report", "See what it becomes: press 3."),
            Self::Undo => ("undo", "Take something back: press u."),
        }
    }
}

/// Notes that a step was done.
pub fn did(app: &mut App, step: Step) {
    if let Some(done) = &mut app.memory.tour {
        *done |= step.bit();
    }
}

/// What the tour says now: the next step and what is done; `None` when it is off or over.
pub fn line(app: &App) -> Option<(String, String)> {
    let done = app.memory.tour?;
    let next = Step::ALL.into_iter().find(|step| done & step.bit() == 0)?;
    let theme = app.settings.theme;
    let ticks: Vec<String> = Step::ALL
        .into_iter()
        .map(|step| {
            let glyph = if done & step.bit() == 0 { super::theme::Glyph::Empty } else { super::theme::Glyph::Done };
            format!("{} {}", theme.glyph(glyph), step.words().0)
        })
        .collect();
    let count = done.count_ones() + 1;
    Some((format!("Tour {count} of 6: {}", next.words().1), ticks.join("  ")))
}
