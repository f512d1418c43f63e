//! What a line of IRC says once its time is taken off: words, acts, notices, and what the network
//! tells of who comes and goes.
//!
//! The words of the network are looked for only where a client marks a line as told, never in what
//! somebody wrote.

use crate::archive::MessageType;

/// What a star before a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stars {
    /// Somebody acts.
    Act,
    /// The network tells something, or somebody acts.
    Tell,
}

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Action,
    Notice,
    Join,
    Part,
    Quit,
    Kick,
    Nick,
    Topic,
    Mode,
    /// Told by the network or the client, and none of the above.
    Told,
    /// A line of no known shape.
    Plain,
}

impl Kind {
    pub(super) const fn message_type(self) -> MessageType {
        match self {
            Self::Message | Self::Action | Self::Notice | Self::Plain => MessageType::Message,
            Self::Join => MessageType::Join,
            Self::Part | Self::Quit | Self::Kick => MessageType::Leave,
            Self::Nick | Self::Topic | Self::Mode | Self::Told => MessageType::Topic,
        }
    }

    pub(super) const fn subtype(self) -> Option<&'static str> {
        match self {
            Self::Message | Self::Join | Self::Topic | Self::Plain => None,
            Self::Action => Some("action"),
            Self::Notice => Some("notice"),
            Self::Part => Some("part"),
            Self::Quit => Some("quit"),
            Self::Kick => Some("kick"),
            Self::Nick => Some("nick"),
            Self::Mode => Some("mode"),
            Self::Told => Some("told"),
        }
    }
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said<'a> {
    pub(super) kind: Kind,
    /// The nick that did it, where one is named.
    pub(super) who: Option<&'a str>,
    pub(super) text: &'a str,
}

/// What the network tells, by a part of its words; the earliest in the line holds.
const TOLD: &[(&str, Kind)] = &[
    (" has joined", Kind::Join),
    (") joined #", Kind::Join),
    (" has left", Kind::Part),
    (" has parted", Kind::Part),
    (") left #", Kind::Part),
    (" has quit", Kind::Quit),
    (") left irc", Kind::Quit),
    (" was kicked", Kind::Kick),
    (" has been kicked", Kind::Kick),
    (" has kicked ", Kind::Kick),
    (" kicked from ", Kind::Kick),
    (" is now known as ", Kind::Nick),
    (" sets mode", Kind::Mode),
    (" gives channel ", Kind::Mode),
    (" removes channel ", Kind::Mode),
    (": mode change '", Kind::Mode),
    (" changes topic to ", Kind::Topic),
    (" has changed topic ", Kind::Topic),
    (" changed the topic ", Kind::Topic),
    (" has changed the topic", Kind::Topic),
];

/// What the network tells, by the words at the start; the nick is the word behind them.
const BEGINS: &[(&str, Kind)] = &[
    ("Joins: ", Kind::Join),
    ("Parts: ", Kind::Part),
    ("Quits: ", Kind::Quit),
    ("Action: ", Kind::Action),
    ("Nick change: ", Kind::Nick),
];

/// What the network tells, by the words at the start; the nick stands behind `by`.
const DONE_BY: &[(&str, Kind)] = &[
    ("mode/", Kind::Mode),
    ("Mode ", Kind::Mode),
    ("ServerMode/", Kind::Mode),
    ("Topic changed on ", Kind::Topic),
    ("#", Kind::Mode),
];

/// What a client tells of itself or the network, by the words at the start.
const SELF_TOLD: &[&str] = &[
    "Now talking ",
    "You have ",
    "You are ",
    "Topic for ",
    "Topic set by ",
    "Topic is ",
    "Users on ",
    "Channel ",
    "Disconnected",
    "Irssi: ",
];

impl<'a> Said<'a> {
    /// Reads what stands behind the time.
    pub(super) fn of(body: &'a str, stars: Stars) -> Self {
        let line = body.trim_start_matches(' ');
        words(line)
            .or_else(|| tabbed(body, stars))
            .or_else(|| marked(line))
            .or_else(|| starred(line, stars))
            .or_else(|| notice(line))
            .or_else(|| Self::told(line))
            .unwrap_or(Self { kind: Kind::Plain, who: None, text: line })
    }

    /// Whether the line has a shape that tells IRC.
    pub(super) fn is_shaped(&self) -> bool {
        self.kind != Kind::Plain
    }

    /// What the network tells; `None` when no word tells its kind.
    fn told(text: &'a str) -> Option<Self> {
        if let Some((kind, rest)) = BEGINS.iter().find_map(|(start, kind)| Some((*kind, text.strip_prefix(start)?))) {
            let who = nick(rest.split([' ', '\t']).next().unwrap_or(rest));
            let text = if kind == Kind::Action { rest.split_once(' ').map_or("", |(_, text)| text) } else { text };
            return Some(Self { kind, who, text });
        }
        if let Some((_, kind)) = DONE_BY.iter().find(|(start, _)| text.starts_with(start)) {
            let (_, by) = text.split_once(" by ")?;
            let who = nick(by.split([' ', '!', ':']).next().unwrap_or(by));
            return Some(Self { kind: *kind, who, text });
        }
        if SELF_TOLD.iter().any(|start| text.starts_with(start)) {
            return Some(Self { kind: Kind::Told, who: None, text });
        }
        let found = TOLD.iter().filter_map(|(words, kind)| Some((text.find(words)?, *kind)));
        let (_, kind) = found.min_by_key(|(at, _)| *at)?;
        Some(Self { kind, who: nick(text.split(' ').next().unwrap_or(text)), text })
    }
}

/// A nick without the sign of its rank.
fn nick(text: &str) -> Option<&str> {
    let nick = text.trim().trim_start_matches(['@', '+', '%', '&', '~', '!']);
    (!nick.is_empty()).then_some(nick)
}

/// `<nick> text`; `>` is never part of a nick.
fn words(line: &str) -> Option<Said<'_>> {
    let (who, text) = line.strip_prefix('<')?.split_once('>')?;
    let who = nick(who).filter(|who| !who.contains(' '))?;
    let text = text.strip_prefix([' ', '\t']).unwrap_or(text);
    Some(Said { kind: Kind::Message, who: Some(who), text })
}

/// `nick<TAB>text`, with arrows and dashes for what the network tells.
fn tabbed(body: &str, stars: Stars) -> Option<Said<'_>> {
    let (prefix, text) = body.split_once('\t')?;
    let prefix = prefix.trim();
    match prefix {
        "-->" | "<--" | "--" | "=!=" | "" => {
            if let Some((who, text)) = text.strip_prefix("Notice(").and_then(|told| told.split_once("): ")) {
                return Some(Said { kind: Kind::Notice, who: nick(who), text });
            }
            Some(Said::told(text).unwrap_or(Said { kind: Kind::Told, who: None, text }))
        }
        "*" => acted(text, stars),
        _ if prefix.contains(' ') => None,
        _ if prefix.len() > 2 && prefix.starts_with('-') && prefix.ends_with('-') => {
            Some(Said { kind: Kind::Notice, who: nick(prefix.trim_matches('-')), text })
        }
        _ => Some(Said { kind: Kind::Message, who: nick(prefix), text }),
    }
}

/// What a client marks as told by the network.
fn marked(line: &str) -> Option<Said<'_>> {
    let marks = ["*** ", "=== ", "-!- ", "!!! "];
    let (mark, text) = marks.iter().find_map(|mark| Some((*mark, line.strip_prefix(mark)?.trim_start())))?;
    if let Some(told) = Said::told(text) {
        return Some(told);
    }
    if mark == "=== " {
        // Ubuntu's oldest logs have acts without a time.
        return acted(text, Stars::Act);
    }
    Some(Said { kind: Kind::Told, who: None, text })
}

fn starred(line: &str, stars: Stars) -> Option<Said<'_>> {
    acted(line.strip_prefix("* ")?, stars)
}

fn acted(text: &str, stars: Stars) -> Option<Said<'_>> {
    if stars == Stars::Tell
        && let Some(told) = Said::told(text)
    {
        return Some(told);
    }
    let (who, text) = text.split_once(' ').unwrap_or((text, ""));
    Some(Said { kind: Kind::Action, who: Some(nick(who)?), text })
}

/// `-nick- text`, `-nick(user@host)- text`.
fn notice(line: &str) -> Option<Said<'_>> {
    let (who, text) = line.strip_prefix('-')?.split_once("- ")?;
    let who = nick(who.split('(').next().unwrap_or(who)).filter(|who| !who.contains(' '))?;
    Some(Said { kind: Kind::Notice, who: Some(who), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_who_did_what() {
        for (line, kind, who, text) in [
            ("<|mara|> hello", Kind::Message, "|mara|", "hello"),
            ("<@oskar> <3 this", Kind::Message, "oskar", "<3 this"),
            (" * oskar waves", Kind::Action, "oskar", "waves"),
            ("*** Joins: mara (m@h)", Kind::Join, "mara", "Joins: mara (m@h)"),
            ("*** Quits: mara (m@h) (ann has joined)", Kind::Quit, "mara", "Quits: mara (m@h) (ann has joined)"),
            ("*** oskar sets mode: +o mara", Kind::Mode, "oskar", "oskar sets mode: +o mara"),
            ("-!- mode/#ops [+o mara] by oskar", Kind::Mode, "oskar", "mode/#ops [+o mara] by oskar"),
            ("=== mara is now known as mara_", Kind::Nick, "mara", "mara is now known as mara_"),
            ("=== oskar has to go", Kind::Action, "oskar", "has to go"),
            ("-deploy- build 7 is out", Kind::Notice, "deploy", "build 7 is out"),
            ("-deploy(d@h)- build 7", Kind::Notice, "deploy", "build 7"),
            ("<--\tmara (m@h) has quit (has joined)", Kind::Quit, "mara", "mara (m@h) has quit (has joined)"),
            ("+mara\thello", Kind::Message, "mara", "hello"),
            (" *\tmara waves", Kind::Action, "mara", "waves"),
            ("mara (m@h) joined #ops.", Kind::Join, "mara", "mara (m@h) joined #ops."),
            ("Action: mara waves", Kind::Action, "mara", "waves"),
        ] {
            let said = Said::of(line, Stars::Act);
            assert_eq!((said.kind, said.who, said.text), (kind, Some(who), text), "{line}");
        }
        assert_eq!(Said::of("*\tmara has joined", Stars::Tell).kind, Kind::Join);
        assert_eq!(Said::of("*\tNow talking on #ops", Stars::Tell).kind, Kind::Told);
        assert_eq!(Said::of("nothing known", Stars::Act).kind, Kind::Plain);
    }
}
