//! Guesses what columns hold: by the words of their names, times by their content too.

use std::collections::{BTreeMap, HashSet};

use super::{Cells, Columns, Layout, Role, Sheet, is_same_name};
use crate::base::reading::ReadAs;
use crate::base::text::RawString;
use crate::import::clock::{self, Unit};

const TIME: &[&str] = &[
    "timestamp",
    "time",
    "ts",
    "date time",
    "datetime",
    "date utc",
    "created at",
    "create at",
    "created",
    "created date time",
    "post creation time",
    "post create at",
    "creation time",
    "creation date",
    "created date",
    "sent",
    "sent at",
    "sent date time",
    "date sent",
    "posted at",
    "occurred at",
    "event time",
    "started at",
    "start time",
    "start",
    "begin",
    "when",
    "date",
    "day",
    "t",
];
const AUTHOR: &[&str] = &[
    "author",
    "author name",
    "user",
    "user name",
    "username",
    "post user name",
    "from",
    "from name",
    "sender",
    "sender name",
    "sender or created by",
    "actor",
    "actor login",
    "by",
    "created by",
    "posted by",
    "nick",
    "nickname",
    "display name",
    "real name",
    "member",
    "who",
    "person",
    "owner",
    "assignee",
    "user email",
    "email",
    "name",
    "login",
    "user id",
    "author id",
];
const TEXT: &[&str] = &[
    "text",
    "message",
    "post message",
    "body",
    "body content",
    "content",
    "message text",
    "message body",
    "msg",
    "summary",
    "description",
    "note",
    "notes",
    "comment",
    "comments",
    "event",
    "what",
    "details",
    "subject title",
    "title",
    "subject",
    "log",
    "line",
];
const CHANNEL: &[&str] = &[
    "channel",
    "channel name",
    "channel display name",
    "room",
    "room name",
    "conversation",
    "conversation name",
    "conversation id",
    "chat",
    "chat name",
    "stream",
    "stream name",
    "group",
    "space",
    "channel id",
    "source",
];
const THREAD: &[&str] = &[
    "thread",
    "thread id",
    "thread ts",
    "replied to post id",
    "parent post id",
    "post root id",
    "root id",
    "parent id",
    "parent",
    "reply to",
    "reply to id",
    "in reply to",
];
const ID: &[&str] = &["id", "message id", "post id", "event id", "record id", "item id", "uuid", "guid", "key"];
const TYPE: &[&str] = &[
    "type",
    "kind",
    "post type",
    "message type",
    "event type",
    "record type",
    "subtype",
    "severity",
    "level",
    "category",
];
const LINK: &[&str] = &["url", "link", "permalink", "href", "html url", "web url", "message link"];
const DAY: &[&str] = &["date", "day"];

/// Cells that must be times before a column is taken for one, in per cent.
const TIMES_NEEDED: usize = 50;

/// The columns of a text with what each holds: what was said, then what the names say.
pub(crate) fn guess_roles(sheet: &Sheet, records: &[Cells<'_>], said: &ReadAs) -> Columns {
    let names = sheet.names.iter().map(|name| RawString::from(name.as_str())).collect();
    let mut columns = Columns { layout: sheet.layout, names, roles: BTreeMap::new() };
    let mut silenced = HashSet::new();
    for (role, name) in &said.columns {
        let Some(role) = Role::parse(role) else { continue };
        // An empty name says that no column holds it.
        silenced.insert(role);
        if let Some(at) = sheet.names.iter().position(|known| is_same_name(known, name)) {
            columns.roles.insert(role, at);
        }
    }
    let mut guesser = Guesser { sheet, records, columns };
    for role in Role::ALL {
        if !silenced.contains(&role) && guesser.columns.column(role).is_none() {
            guesser.guess(role);
        }
    }
    guesser.columns
}

struct Guesser<'a> {
    sheet: &'a Sheet,
    records: &'a [Cells<'a>],
    columns: Columns,
}

impl Guesser<'_> {
    fn guess(&mut self, role: Role) {
        let found = match role {
            Role::Time => self.time(),
            Role::Day => self.day(),
            Role::Author => self.named(AUTHOR),
            Role::Text => self.named(TEXT).or_else(|| self.longest()),
            Role::Channel => self.named(CHANNEL).filter(|&at| self.repeats(at)),
            Role::Thread => self.named(THREAD),
            Role::Id => self.named(ID).filter(|&at| self.is_unique(at)),
            Role::Type => self.named(TYPE),
            Role::Link => self.named(LINK),
        };
        if let Some(at) = found {
            self.columns.roles.insert(role, at);
        }
    }

    /// The free column whose name stands first in a list of names.
    fn named(&self, list: &[&str]) -> Option<usize> {
        self.all_named(list).into_iter().find(|&at| self.columns.role(at).is_none())
    }

    /// Columns by a list of names, the surest first: whole names, then the last part of a path.
    fn all_named(&self, list: &[&str]) -> Vec<usize> {
        let names: Vec<(String, String)> =
            self.sheet.names.iter().map(|name| (words(name), words(last_part(name)))).collect();
        let whole = list.iter().flat_map(|wanted| places(&names, move |(whole, _)| whole == wanted));
        let ending =
            list.iter().flat_map(|wanted| places(&names, move |(whole, last)| last == wanted && whole != last));
        whole.chain(ending).collect()
    }

    fn time(&self) -> Option<usize> {
        let by_name = self.all_named(TIME);
        let like_name = (0..self.sheet.names.len()).filter(|&at| {
            let name = self.sheet.names.get(at).map(|name| words(name)).unwrap_or_default();
            name.split(' ').any(|word| matches!(word, "time" | "date" | "timestamp" | "at"))
        });
        // Names in another language tell nothing, but a column of dates is one whatever it is called.
        let any = (0..self.sheet.names.len())
            .filter(|&at| self.is_headless() || (self.is_table() && self.share(at, clock::is_dated) >= TIMES_NEEDED));
        let candidates: Vec<usize> = by_name.iter().copied().chain(like_name).chain(any).collect();
        let is_told = |at: &&usize| self.share(**at, is_time) >= TIMES_NEEDED;
        let is_clock = |at: &&usize| self.share(**at, |cell| clock::clock_alone(cell).is_some()) >= TIMES_NEEDED;
        let with_clock = by_name.iter().find(is_clock).filter(|_| self.day_beside(&by_name).is_some());
        // A column of clocks beside a column of days tells more than the days alone.
        let only_days = |at: &&usize| self.share(**at, clock::is_day) >= TIMES_NEEDED;
        match candidates.iter().find(is_told) {
            Some(found) if only_days(&found) => with_clock.or(Some(found)).copied(),
            Some(found) => Some(*found),
            None => candidates.iter().find(|at| self.share(**at, is_serial) >= TIMES_NEEDED).copied(),
        }
    }

    fn is_table(&self) -> bool {
        matches!(self.sheet.layout, Layout::Table { .. })
    }

    fn is_headless(&self) -> bool {
        matches!(self.sheet.layout, Layout::Table { has_header: false, .. })
    }

    fn day_beside(&self, by_name: &[usize]) -> Option<usize> {
        by_name.iter().copied().find(|&at| self.share(at, clock::is_day) >= TIMES_NEEDED)
    }

    /// The column of days, where the column of times holds clocks alone.
    fn day(&self) -> Option<usize> {
        let time = self.columns.column(Role::Time)?;
        if self.share(time, |cell| clock::clock_alone(cell).is_some()) < TIMES_NEEDED {
            return None;
        }
        let free = |at: &usize| *at != time && self.columns.role(*at).is_none();
        self.all_named(DAY).into_iter().filter(free).find(|&at| self.share(at, clock::is_day) >= TIMES_NEEDED)
    }

    /// Whether the names of the columns say nothing of what they hold: there are none, or the times
    /// were found by their content alone.
    fn is_unnamed(&self) -> bool {
        let time = self.columns.column(Role::Time);
        self.is_headless() || time.is_some_and(|at| self.is_table() && !self.all_named(TIME).contains(&at))
    }

    /// Without names the longest texts are what was said.
    fn longest(&self) -> Option<usize> {
        if !self.is_unnamed() {
            return None;
        }
        let length = |at: usize| self.records.iter().map(|cells| cells.at(&self.columns, at).len()).sum::<usize>();
        let free = (0..self.sheet.names.len()).filter(|&at| self.columns.role(at).is_none());
        free.max_by_key(|&at| (length(at), std::cmp::Reverse(at)))
    }

    fn is_unique(&self, at: usize) -> bool {
        let mut seen = HashSet::new();
        self.records
            .iter()
            .map(|cells| cells.at(&self.columns, at))
            .filter(|cell| !cell.is_empty())
            .all(|cell| seen.insert(cell))
    }

    /// A channel holds several records; what differs from row to row is none.
    fn repeats(&self, at: usize) -> bool {
        let cells: Vec<String> = self.records.iter().map(|cells| cells.at(&self.columns, at)).collect();
        let distinct = cells.iter().collect::<HashSet<_>>().len();
        cells.len() < 20 || distinct * 2 <= cells.len()
    }

    /// How many of the filled cells of a column are so, in per cent; 0 without any.
    fn share(&self, at: usize, is_so: impl Fn(&str) -> bool) -> usize {
        let (mut all, mut fitting) = (0_usize, 0_usize);
        for cells in self.records {
            let cell = cells.at(&self.columns, at);
            if !cell.trim().is_empty() {
                all += 1;
                fitting += usize::from(is_so(&cell));
            }
        }
        (fitting * 100).checked_div(all).unwrap_or(0)
    }
}

fn places(names: &[(String, String)], is_it: impl Fn(&(String, String)) -> bool) -> Vec<usize> {
    names.iter().enumerate().filter(|(_, name)| is_it(name)).map(|(at, _)| at).collect()
}

/// A time that tells its day, in another way than a spreadsheet's bare number.
fn is_time(cell: &str) -> bool {
    let unit = clock::number(cell).and_then(Unit::of);
    unit.is_some_and(|unit| unit != Unit::SpreadsheetDays) || clock::is_dated(cell)
}

fn is_serial(cell: &str) -> bool {
    clock::number(cell).and_then(Unit::of) == Some(Unit::SpreadsheetDays)
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').find(|part| !part.is_empty()).unwrap_or(name)
}

/// A name as words in lower case: `PostCreateAt`, `post_create_at` and `Post Create-At` are alike.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
        before = c;
    }
    words.trim().to_owned()
}
