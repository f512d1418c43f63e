//! Exports that other people made, against counts that another program made of them.
//!
//! Where `MEANWHILE_CORPORA` names a folder, every corpus below it (`<platform>/<corpus>`) is loaded
//! without a word on its format and compared with `<corpus>.expected.json` wherever both speak of the
//! same thing. One table tells of each what it was taken for and whether the counts are equal. A
//! difference fails, unless it is one of [`KNOWN`], which says why it has to be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use meanwhile::archive::MessageType;
use meanwhile::import::{LoadOptions, Loaded};
use serde_json::{Value, json};

use super::fixture::load;

/// What differs for a reason, by the corpus and the count.
const KNOWN: [(&str, &str, &str); 3] = [
    ("discord/chat-analytics-samples/SV_5A_5M.json", "edited", "the edited message stands in it twice"),
    ("irc/ubuntu/2004-11-15_03.raw.txt", "joins", "[francof] joins too, whose brackets theirs do not know"),
    ("irc/ubuntu/2004-11-15_03.raw.txt", "said", "[francof] joins too, whose brackets theirs do not know"),
];

/// Parts of corpora that cannot be read, and why.
const EMPTY: [(&str, &str); 2] = [
    ("discord-csv/komodo-alarms/alarms_2019-Dec-15.csv", "it has no byte"),
    ("discord-csv/komodo-alarms/alarms_2019-Dec-15.txt", "it has no byte"),
];

/// Counts that differ, each as its name, ours and theirs.
#[derive(Default)]
struct Differences(Vec<(String, Value, Value)>);

impl Differences {
    fn compare(&mut self, what: impl Into<String>, ours: impl Into<Value>, theirs: &Value) {
        let ours = ours.into();
        if !theirs.is_null() && ours != *theirs {
            self.0.push((what.into(), ours, theirs.clone()));
        }
    }

    /// Instants are equal however many digits the fraction has and whether a zone is written: a clock
    /// without a zone is compared as it is written.
    fn compare_time(&mut self, what: impl Into<String>, ours: &Value, theirs: &Value) {
        if !theirs.is_null() {
            self.compare(what, plain_time(ours), &Value::String(plain_time(theirs)));
        }
    }
}

fn plain_time(time: &Value) -> String {
    let text = time.as_str().unwrap_or_default().replace(' ', "T");
    let text = text.trim_end_matches('Z');
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

#[test]
fn real_exports_give_exactly_the_counts_made_by_another_program() {
    let Some(corpora) = std::env::var_os("MEANWHILE_CORPORA") else { return };
    let corpora = PathBuf::from(corpora);
    let mut table = Vec::new();
    for platform in names_in(&corpora).into_iter().filter(|name| corpora.join(name).is_dir()) {
        let folder = corpora.join(&platform);
        for corpus in names_in(&folder).into_iter().filter(|name| folder.join(name).is_dir()) {
            let expected = fs::read(folder.join(format!("{corpus}.expected.json")));
            let expected: Option<Value> = expected.ok().map(|bytes| serde_json::from_slice(&bytes).unwrap());
            rows_of(&platform, &folder.join(&corpus), expected.as_ref(), &mut table);
        }
    }
    assert!(!table.is_empty(), "no corpus in {}", corpora.display());
    let failed = print(&table);
    assert!(failed.is_empty(), "\n{}\n", failed.join("\n"));
}

/// Prints the table; gives the rows that fail.
fn print(table: &[Row]) -> Vec<String> {
    println!("{:<62} {:<26} {:>8}  counts", "corpus", "format", "messages");
    let mut failed = Vec::new();
    for row in table {
        let (is_fine, verdict) = row.verdict();
        let line = format!("{:<62} {:<26} {:>8}  {verdict}", row.corpus, row.format, row.messages);
        println!("{line}");
        if !is_fine {
            failed.push(line);
        }
    }
    failed
}

/// One corpus, or one file of it.
struct Row {
    corpus: String,
    format: String,
    messages: usize,
    outcome: Result<Option<Differences>, String>,
}

impl Row {
    fn verdict(&self) -> (bool, String) {
        match &self.outcome {
            Err(error) => match EMPTY.iter().find(|(corpus, _)| *corpus == self.corpus) {
                Some((_, why)) => (true, format!("refused: {why}")),
                None => (false, format!("refused: {error}")),
            },
            Ok(None) => (true, "no counts to compare with".to_owned()),
            Ok(Some(differences)) if differences.0.is_empty() => (true, "exact".to_owned()),
            Ok(Some(differences)) => self.differs(differences),
        }
    }

    fn differs(&self, differences: &Differences) -> (bool, String) {
        let mut is_fine = true;
        let words = differences.0.iter().map(|(what, ours, theirs)| {
            let known = KNOWN.iter().find(|(corpus, count, _)| *corpus == self.corpus && count == what);
            is_fine &= known.is_some();
            let why = known.map_or("not known why", |(.., why)| why);
            format!("{what} {ours}, theirs {theirs} ({why})")
        });
        let words: Vec<String> = words.collect();
        (is_fine, format!("differs: {}", words.join("; ")))
    }
}

type Compare = fn(&Loaded, &Value, &Value, &mut Differences);

/// How a corpus is taken apart, and how its counts are compared.
fn rows_of(platform: &str, corpus: &Path, expected: Option<&Value>, table: &mut Vec<Row>) {
    let compare: Compare = match platform {
        "slack" => slack,
        "slackdump" => slackdump,
        "discord" => discord,
        "discord-csv" => discord_csv,
        "irc" => irc,
        "mattermost" => mattermost,
        "zulip" => zulip,
        "telegram" => telegram,
        "whatsapp" => whatsapp,
        "supplemental" => supplemental,
        _ => |_, _, _, _| {},
    };
    let names = names_in(corpus);
    let zip = names.iter().find(|name| has_ending(name, "zip"));
    let is_whole = matches!(platform, "slack" | "zulip") || (expected.is_none() && platform != "slackdump");
    if is_whole {
        let source = zip.map_or_else(|| corpus.to_owned(), |zip| corpus.join(zip));
        return table.push(row(platform, corpus, &source, expected, compare));
    }
    // A folder of separate files has counts a file; each is opened by itself, then all at once.
    let counted = expected.and_then(Value::as_object);
    for name in &names {
        table.push(row(platform, corpus, &corpus.join(name), expected.and_then(|all| all.get(name)), compare));
    }
    for (name, expected) in counted.into_iter().flatten().filter(|(name, _)| name.contains('/')) {
        table.push(row(platform, corpus, &corpus.join(name), Some(expected), compare));
    }
    table.push(row(platform, corpus, corpus, None, compare));
}

fn row(platform: &str, corpus: &Path, source: &Path, expected: Option<&Value>, compare: Compare) -> Row {
    let name = source.strip_prefix(corpus.parent().unwrap()).unwrap().display();
    let name = format!("{platform}/{name}");
    match load(&[source.to_owned()], &LoadOptions::default()) {
        Err(error) => Row { corpus: name, format: String::new(), messages: 0, outcome: Err(error.to_string()) },
        Ok(loaded) => {
            let compared = expected.map(|expected| {
                let mut differences = Differences::default();
                compare(&loaded, &loaded.report.to_json(), expected, &mut differences);
                differences
            });
            let format = loaded.report.sources[0].format.to_owned();
            Row { corpus: name, format, messages: loaded.archive.message_count(), outcome: Ok(compared) }
        }
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == ending)
}

/// The counts that Slack's formats share. Theirs count every record, ours every message once; the
/// corpora hold no record twice but in `chunks.jsonl.gz`, whose counts are of distinct ones.
fn slack_counts(place: &str, found: &Value, expected: &Value, differences: &mut Differences) {
    for (ours, theirs) in [
        ("messages", "messages"),
        ("people", "authors_user_ids"),
        ("replies", "replies"),
        ("threads", "distinct_threads_with_replies_present"),
        ("reactions", "reaction_entries"),
        ("votes", "reaction_votes"),
        ("joins", "joins"),
        ("edited", "edited"),
        ("deleted", "tombstones"),
        ("bots", "with_bot_id"),
        ("files", "file_entries"),
    ] {
        differences.compare(format!("{ours}{place}"), found[ours].clone(), &expected[theirs]);
    }
    differences.compare_time(format!("first{place}"), &found["first"], &expected["first_utc"]);
    differences.compare_time(format!("last{place}"), &found["last"], &expected["last_utc"]);
}

fn slack(_: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    slack_counts("", found, &expected["totals"], differences);
    for (name, expected) in expected["channels"].as_object().into_iter().flatten() {
        slack_counts(&format!(" of #{name}"), channel(found, "name", name), expected, differences);
    }
}

fn slackdump(_: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    match expected["channels"].as_object() {
        None => slack_counts("", found, expected, differences),
        Some(channels) => {
            for (id, expected) in channels {
                slack_counts(&format!(" of {id}"), channel(found, "id", id), expected, differences);
            }
        }
    }
}

/// The channel of `inspect` whose `key` is `name`; null where there is none.
fn channel<'a>(found: &'a Value, key: &str, name: &str) -> &'a Value {
    let channels = found["channels"].as_array().unwrap();
    channels.iter().find(|channel| channel[key] == name).unwrap_or(&Value::Null)
}

/// Theirs count records; a message that stands in the file twice is one message of ours.
fn discord(_: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    for (ours, theirs) in [
        ("messages", "distinct_ids"),
        ("people", "authors"),
        ("replies", "replies_with_reference"),
        ("edited", "edited"),
        ("files", "attachments"),
        ("reactions", "reaction_entries"),
        ("votes", "reaction_votes"),
    ] {
        differences.compare(ours, found[ours].clone(), &expected[theirs]);
    }
    differences.compare("channel id", found["channels"][0]["id"].clone(), &expected["channel_id"]);
    differences.compare("channel", found["channels"][0]["name"].clone(), &expected["channel"]);
    differences.compare_time("first", &found["first"], &expected["first_utc"]);
    differences.compare_time("last", &found["last"], &expected["last_utc"]);
}

/// A row is a message, however many lines its cells have.
fn discord_csv(loaded: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    differences.compare("messages", found["messages"].clone(), &expected["rows"]);
    differences.compare("authors", authors(loaded, |_| true), &expected["authors"]);
    differences.compare_time("first", &found["first"], &expected["first_wall_clock"]);
    differences.compare_time("last", &found["last"], &expected["last_wall_clock"]);
}

/// How many different people wrote what `counts` wants.
fn authors(loaded: &Loaded, counts: impl Fn(MessageType) -> bool) -> usize {
    let mut names: Vec<_> = messages(loaded).filter(|(kind, _)| counts(*kind)).map(|(_, author)| author).collect();
    names.sort();
    names.dedup();
    names.len()
}

fn messages(loaded: &Loaded) -> impl Iterator<Item = (MessageType, String)> {
    let channels = loaded.archive.channels().map(|(channel, _)| channel);
    channels
        .flat_map(|channel| loaded.archive.messages(channel))
        .map(|message| (message.kind(), message.author_name().unsanitised().to_owned()))
}

/// Every line is one message, also those that no client writes ("other"). Lines of joining are joins;
/// of parting, quitting and being kicked, leaves; of topics, modes and new names, changes. What
/// somebody says, does (`/me`) or notices is a message.
fn irc(loaded: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    let theirs = |kinds: &[&str]| {
        let counts = kinds.iter().map(|kind| expected["counts"][kind].as_u64().unwrap_or(0));
        Value::from(counts.sum::<u64>())
    };
    let ours = |kinds: &[MessageType]| messages(loaded).filter(|(kind, _)| kinds.contains(kind)).count();
    differences.compare("messages", found["messages"].clone(), &expected["lines"]);
    differences.compare("joins", found["joins"].clone(), &theirs(&["join"]));
    differences.compare("leaves", ours(&[MessageType::Leave]), &theirs(&["part", "quit", "kick"]));
    let (said, changed) = (&[MessageType::Message, MessageType::Bot], &[MessageType::Topic]);
    differences.compare("said", ours(said), &theirs(&["message", "action", "notice", "other"]));
    differences.compare("changes", ours(changed), &theirs(&["nick", "mode", "topic"]));
    let clock = |time: &Value| time.as_str().and_then(|time| time.split('T').nth(1)).unwrap_or_default().to_owned();
    let theirs = |key: &str| {
        let clock = expected[key].as_str().unwrap();
        Value::String(if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() })
    };
    differences.compare_time("first clock", &json!(clock(&found["first"])), &theirs("first_clock"));
    differences.compare_time("last clock", &json!(clock(&found["last"])), &theirs("last_clock"));
}

/// Answers stand inside their posts; both are messages.
fn mattermost(_: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    let replies = expected["replies"].as_u64().unwrap();
    let posts = expected["object_types"]["post"].as_u64().unwrap();
    differences.compare("messages", found["messages"].clone(), &json!(posts + replies));
    differences.compare("replies", found["replies"].clone(), &json!(replies));
    differences.compare("people", found["people"].clone(), &expected["authors"]);
    differences.compare("reactions", found["votes"].clone(), &expected["reactions"]);
    differences.compare_time("first", &found["first"], &expected["first_utc"]);
    differences.compare_time("last", &found["last"], &expected["last_utc"]);
    for (name, posts) in expected["posts_per_channel"].as_object().unwrap() {
        // Two teams may each have a channel of that name; theirs count both as one.
        let channels = found["channels"].as_array().unwrap().iter();
        let channels = channels.filter(|channel| channel["id"].as_str().unwrap().ends_with(&format!(":{name}")));
        let count = |channel: &Value, key: &str| channel[key].as_u64().unwrap();
        let ours: u64 = channels.map(|channel| count(channel, "messages") - count(channel, "replies")).sum();
        differences.compare(format!("posts of {name}"), ours, posts);
    }
}

/// A stream is a channel; its folder's name is the stream's id and name without what joins them.
fn zulip(_: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    let channels = found["channels"].as_array().unwrap();
    differences.compare("messages", found["messages"].clone(), &expected["totals"]["messages"]);
    differences.compare("streams", channels.len(), &expected["totals"]["streams"]);
    let squeezed = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    for (folder, expected) in expected["streams"].as_object().unwrap() {
        let wanted = squeezed(folder.trim_start_matches(|c: char| c.is_ascii_digit()));
        let channel = channels.iter().find(|channel| squeezed(channel["name"].as_str().unwrap()) == wanted);
        let channel = channel.unwrap_or(&Value::Null);
        differences.compare(format!("messages of {wanted}"), channel["messages"].clone(), &expected["distinct_ids"]);
        differences.compare_time(format!("first of {wanted}"), &channel["first"], &expected["first_utc"]);
        differences.compare_time(format!("last of {wanted}"), &channel["last"], &expected["last_utc"]);
    }
}

/// What the service tells of is a message too. Theirs give the wall clock of the exporting machine;
/// ours are compared with it only where the file tells nothing better.
fn telegram(loaded: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    for (place, expected) in expected["chats"].as_array().unwrap().iter().enumerate() {
        let channel = &found["channels"][place];
        let count = |key: &str| expected[key].as_u64().unwrap();
        differences.compare("messages", channel["messages"].clone(), &json!(count("messages") + count("service")));
        differences.compare("distinct ids", channel["messages"].clone(), &expected["distinct_ids"]);
        differences.compare("name", channel["name"].clone(), &expected["name"]);
        differences.compare("edited", channel["edited"].clone(), &expected["edited"]);
        let is_message = |kind| matches!(kind, MessageType::Message | MessageType::Reply | MessageType::File);
        differences.compare("authors", authors(loaded, is_message), &expected["authors"]);
        if count("with_date_unixtime") == 0 {
            differences.compare_time("first", &channel["first"], &expected["first_local"]);
            differences.compare_time("last", &channel["last"], &expected["last_local"]);
        }
    }
}

/// A line with a stamp is a message; one without goes on with the one before. System lines, which
/// have no author, are messages too.
fn whatsapp(loaded: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    let lines = expected["messages_with_author"].as_u64().unwrap() + expected["system_lines"].as_u64().unwrap();
    differences.compare("messages", found["messages"].clone(), &json!(lines));
    let names = messages(loaded).map(|(_, author)| author).filter(|author| !author.is_empty());
    let names: BTreeSet<String> = names.collect();
    differences.compare("authors", names.into_iter().collect::<Vec<_>>(), &expected["authors"]);
    differences.compare_time("first", &found["first"], &json!(stamp(&expected["first_stamp"])));
    differences.compare_time("last", &found["last"], &json!(stamp(&expected["last_stamp"])));
}

/// A stamp of the corpus, whose days stand before the months, as ISO 8601.
fn stamp(stamp: &Value) -> String {
    let (day, clock) = stamp.as_str().unwrap().split_once(' ').unwrap();
    let parts: Vec<&str> = day.split(['-', '.']).collect();
    let [first, month, last] = parts.as_slice() else { panic!("{day} is no day") };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    format!("{}{year}-{month}-{day}T{clock}{seconds}", if year.len() == 2 { "20" } else { "" })
}

/// A commit is an event; the day is that of the commit, of which theirs say nothing.
fn supplemental(loaded: &Loaded, found: &Value, expected: &Value, differences: &mut Differences) {
    differences.compare("commits", found["messages"].clone(), &expected["commits"]);
    differences.compare("authors", authors(loaded, |_| true), &expected["authors"]);
}
