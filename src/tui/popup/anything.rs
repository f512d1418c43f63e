//! Anywhere by typing: people, channels, tags, commands, and messages with exactly these words.

use ratatui::layout::Rect;

use super::prompt::draw_line;
use crate::base::id::Target;
use crate::search::filter::Context;
use crate::search::query::{Query, Term};
use crate::search::scan;
use crate::tui::app::{App, ScreenId};
use crate::tui::command;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::pane::rows::View;
use crate::tui::widget::picker::{Choice, Picker};

/// Most messages listed.
const MESSAGES: usize = 20;
/// Fewest letters for which messages are looked through.
const LETTERS: usize = 3;
/// Archives larger than this are not looked through at every letter.
const LOOKED: usize = 30_000;

/// Anywhere by typing.
pub struct Anything {
    typed: Picker,
    shown: Picker,
}

impl Anything {
    /// Opens with nothing typed.
    pub fn new(app: &App) -> Self {
        Self::with(app, "")
    }

    /// Opens with a prefix: `@` people, `#` channels and tags, `>` commands.
    pub fn with(app: &App, text: &str) -> Self {
        let mut anything = Self { typed: Picker::new(Vec::new()), shown: Picker::new(Vec::new()) };
        anything.typed.set_text(text);
        anything.changed(app);
        anything
    }

    fn changed(&mut self, app: &App) {
        let text = self.typed.line().text().trim().to_owned();
        let prefix = text.chars().next().filter(|c| matches!(c, '@' | '#' | '>'));
        let words = prefix.map_or(text.as_str(), |prefix| text.trim_start_matches(prefix)).trim();
        let mut choices = Vec::new();
        if matches!(prefix, None | Some('#')) {
            choices.extend(channels(app));
            choices.extend(tags(app));
        }
        if matches!(prefix, None | Some('@')) {
            choices.extend(people(app));
        }
        if matches!(prefix, None | Some('>')) {
            choices.extend(commands());
        }
        let ranked = {
            let mut picker = Picker::new(choices);
            picker.set_text(words);
            picker
        };
        let mut found: Vec<Choice> = ranked.found().map(|(_, choice, _)| choice.clone()).collect();
        let said = if prefix.is_none() { messages(app, words) } else { Vec::new() };
        // What people wrote stands behind what has a name, but in front of names that fit loosely.
        let near = found.len().min(12);
        let rest = found.split_off(near);
        found.extend(said);
        found.extend(rest);
        self.shown = Picker::new(found);
    }
}

fn channels(app: &App) -> impl Iterator<Item = Choice> + '_ {
    app.session.archive.channels().map(|(_, log)| {
        let count = crate::base::text::count_words(log.len(), "message", "messages");
        Choice::new(&log.meta().label(), &count, format!("c {}", log.meta().id))
    })
}

fn tags(app: &App) -> impl Iterator<Item = Choice> + '_ {
    let tags = app.session.project().tags().iter().filter(|(_, tag)| tag.merged_into.is_none());
    tags.map(|(id, tag)| {
        let sign = app.settings.theme.group(tag.group.as_deref(), &tag.name).0;
        let about = tag.definition.as_deref().unwrap_or("");
        Choice::new(&format!("{sign}{}", tag.label()), about, format!("t {id}"))
    })
}

fn people(app: &App) -> impl Iterator<Item = Choice> + '_ {
    app.session.archive.people().iter().map(|(_, person)| {
        let label = format!("@{}  {}", person.short().tty_line(), person.name.tty_line());
        Choice::new(&label, person.title.unsanitised(), format!("p {}", person.id))
    })
}

fn commands() -> impl Iterator<Item = Choice> {
    command::all().map(|command| Choice::new(command.title, command.help, format!("> {}", command.id)))
}

fn messages(app: &App, words: &str) -> Vec<Choice> {
    let archive = &app.session.archive;
    if words.chars().count() < LETTERS || archive.message_count() > LOOKED {
        return Vec::new();
    }
    let phrase = Term::Phrase(words.to_owned()).to_string();
    let Ok(query) = Query::parse(&phrase) else { return Vec::new() };
    let context = Context::new(archive, app.session.project());
    let hits = scan::once(&query, &context, Some(MESSAGES));
    let found = hits.exact.iter().filter_map(|ix| archive.message(ix));
    found
        .map(|message| {
            let (day, clock) = (app.zone().day(message.time()), app.zone().clock(message.time()));
            let label = format!("{day} {clock}  {}", message.author_label().tty_line());
            Choice::new(&label, message.text().shown().unsanitised(), format!("m {}", message.id().target()))
        })
        .collect()
}

/// Goes to what was picked.
fn go(ctx: &mut Ctx<'_>, value: &str) -> anyhow::Result<()> {
    let Some((kind, id)) = value.split_once(' ') else { return Ok(()) };
    match kind {
        "c" => {
            ctx.app.leave_trail();
            ctx.app.screen = ScreenId::Chat;
            super::channels::open_view(ctx.app, View::Channel(crate::base::id::ChannelId::from_text(id)));
            Ok(())
        }
        "m" => ctx.app.go_to(&Target::from_text(id)).map_err(anyhow::Error::msg),
        "t" => {
            let text = Term::Tag(id.to_owned()).to_string();
            super::find::open(ctx, super::find::Reach::Everywhere, Some(&text));
            Ok(())
        }
        "p" => {
            let text = Term::From(id.to_owned()).to_string();
            super::find::open(ctx, super::find::Reach::Everywhere, Some(&text));
            Ok(())
        }
        _ => match command::find(id) {
            Some(command) => super::palette::run(ctx, command, None),
            None => Ok(()),
        },
    }
}

impl Layer for Anything {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        Dock::Bottom(18.min(screen.height * 3 / 5).max(5).min(screen.height.saturating_sub(3)))
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let facts = vec![
            Fact::quiet("@ person  # channel or tag  > command"),
            Fact::quiet(crate::base::text::thousands(self.shown.count())),
        ];
        let title = "Go to: people, channels, tags, messages".to_owned();
        painter.heading(area, &Heading { title, facts, focused: true, danger: false });
        draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, self.typed.line());
        let list = Rect::new(area.x, area.y + 2, area.width, area.height.saturating_sub(2));
        self.shown.draw(painter, list, 34.min(area.width / 2));
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match key.code() {
            Code::Esc => return Ok(Flow::Close),
            Code::Enter => {
                let Some(value) = self.shown.current().map(|choice| choice.value.clone()) else {
                    anyhow::bail!("Nothing has this name; F finds mistyped words in messages");
                };
                go(ctx, &value)?;
                return Ok(Flow::Close);
            }
            Code::Down | Code::Up | Code::PageDown | Code::PageUp => {
                self.shown.press(key);
            }
            _ => {
                let before = self.typed.line().revision();
                self.typed.press(key);
                if self.typed.line().revision() != before {
                    self.changed(ctx.app);
                }
            }
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.typed.paste(text);
        self.changed(ctx.app);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("Enter", "go there"), Hint::new("↑ ↓", "choose"), Hint::new("Esc", "back")]
    }

    fn name(&self) -> &'static str {
        "anything"
    }
}
