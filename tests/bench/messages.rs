//! Archives of made-up messages of any size, in memory, the same for the same number: for benches
//! that measure what is done with an archive and not how it is read.

use std::sync::Arc;

use meanwhile::archive::builder::{LogBuilder, Record};
use meanwhile::archive::{Archive, ChannelLog, ChannelMeta, People, Person, PersonIx};
use meanwhile::base::id::PersonId;
use meanwhile::base::time::Instant;

const PEOPLE: usize = 60;

/// What is said most, from the most to the least common.
const COMMON: &str = "the to a is of and in it on for we i that not this with at from be are was have can you \
    but now one all read there as deploy or what so will error after service no by see they if alias has \
    kafka search still billing up when before out test time which check again key old page queue do logs who index looks \
    broker same thanks here fix last morning restart traffic been should only why seems down customers alert \
    config cluster job done into rollback yes cache think latency timeout right graph migration back two anybody";

const SYLLABLES: &[&str] = &[
    "ba", "co", "de", "fi", "go", "hu", "in", "jo", "ka", "le", "mi", "no", "op", "pra", "qui", "re", "sta", "ter",
    "un", "ver", "wi", "ex", "ly", "zo", "ment", "tion", "al", "er", "ing", "ash", "ide", "ure",
];

/// Numbers that look drawn by lot and are the same in each run.
struct Lot(u64);

impl Lot {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// The words that are said.
struct Words {
    common: Vec<&'static str>,
    rare: Vec<String>,
}

impl Words {
    fn new() -> Self {
        let mut lot = Lot(7);
        let word = |lot: &mut Lot| {
            (0..2 + lot.below(3)).filter_map(|_| SYLLABLES.get(lot.below(SYLLABLES.len())).copied()).collect()
        };
        Self { common: COMMON.split_whitespace().collect(), rare: (0..20_000).map(|_| word(&mut lot)).collect() }
    }

    fn word(&self, lot: &mut Lot) -> &str {
        // Two draws multiplied lean to the front, as words do.
        if lot.below(100) < 72 {
            let at = lot.below(self.common.len()) * lot.below(self.common.len()) / self.common.len();
            self.common.get(at).copied().unwrap_or_default()
        } else {
            let at = lot.below(self.rare.len()) * lot.below(self.rare.len()) / self.rare.len();
            self.rare.get(at).map_or("", String::as_str)
        }
    }

    fn text(&self, lot: &mut Lot) -> String {
        // Bytes: most messages are short, one in a hundred is a paste.
        let length = match lot.below(100) {
            0..=9 => 8 + lot.below(16),
            10..=59 => 22 + lot.below(40),
            60..=89 => 60 + lot.below(150),
            90..=98 => 210 + lot.below(500),
            _ => 1_600 + lot.below(2_400),
        };
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            if !text.is_empty() {
                text.push(if lot.below(12) == 0 { '\n' } else { ' ' });
            }
            text.push_str(self.word(lot));
        }
        text
    }
}

/// An archive of so many messages.
pub fn archive(messages: usize) -> Arc<Archive> {
    let channels = if messages < 500_000 { 40 } else { 120 };
    let words = Words::new();
    let mut people = People::default();
    for person in 0..PEOPLE {
        let id = PersonId::new("slack", &format!("U{person}"));
        people.insert(Person::unlisted(id, format!("person{person}").into()));
    }
    let logs: Vec<_> = (0..channels).map(|channel| channel_log(&words, channel, messages / channels)).collect();
    Arc::new(Archive::new(logs, Arc::new(people), true))
}

fn channel_log(words: &Words, channel: usize, messages: usize) -> Arc<ChannelLog> {
    let mut lot = Lot(channel as u64 + 1);
    let meta = ChannelMeta::named("slack", &format!("C{channel}"), &format!("channel-{channel}"));
    let mut builder = LogBuilder::new(meta);
    for row in 0..messages {
        let second = 1_600_000_000 + row as i64 * 300 + channel as i64;
        let record = Record::new(format!("{second}.000000"), Instant::from_seconds(second));
        let author = Some(PersonIx(lot.below(PEOPLE) as u32));
        builder.push(Record { author, text: words.text(&mut lot), ..record });
    }
    Arc::new(builder.finish())
}
