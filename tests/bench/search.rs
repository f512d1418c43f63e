//! How long each letter of a search takes over 100,000 messages, and how long the vocabulary.
//!
//! `cargo bench --bench search` first prints the table of letters (full results, in process), then
//! measures whole queries with criterion. The texts are made up: same numbers, same texts.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use criterion::Criterion;
use meanwhile::archive::builder::{LogBuilder, Record};
use meanwhile::archive::log::Provenance;
use meanwhile::archive::{Archive, ChannelMeta, Flags, MessageType, People, Person, PersonIx};
use meanwhile::base::id::PersonId;
use meanwhile::base::time::Instant;
use meanwhile::project::Project;
use meanwhile::search::{Context, Query, Scan, ScanState, Scope, Vocabulary};

const MESSAGES: u32 = 100_000;
const CHANNELS: u32 = 40;
const ROUNDS: usize = 15;

/// What is said most, from the most to the least common.
const COMMON: &str = "the to a is of and in it on for we i that not this with at from be are was have can you \
    but now one all read there as deploy or what so will error after service no by see they if alias has \
    search still up when before out test time which check again key old page queue do logs who index looks \
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

    fn word(&mut self, common: &[&str], rare: &[String]) -> String {
        // Two draws multiplied lean to the front, as words do.
        if self.below(100) < 72 {
            let at = self.below(common.len()) * self.below(common.len()) / common.len();
            common.get(at).map_or_else(String::new, |word| (*word).to_owned())
        } else {
            let at = self.below(rare.len()) * self.below(rare.len()) / rare.len();
            rare.get(at).cloned().unwrap_or_default()
        }
    }

    /// Bytes of a message: most are short, one in a hundred is a paste.
    fn length(&mut self) -> usize {
        match self.below(100) {
            0..=9 => 8 + self.below(16),
            10..=59 => 22 + self.below(40),
            60..=89 => 60 + self.below(150),
            90..=98 => 210 + self.below(500),
            _ => 1_600 + self.below(2_400),
        }
    }

    fn text(&mut self, common: &[&str], rare: &[String]) -> String {
        let length = self.length();
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            if !text.is_empty() {
                text.push(if self.below(12) == 0 { '\n' } else { ' ' });
            }
            text.push_str(&self.word(common, rare));
        }
        text
    }
}

fn archive() -> Arc<Archive> {
    let mut lot = Lot(7);
    let common: Vec<&str> = COMMON.split_whitespace().collect();
    let rare: Vec<String> = (0..20_000)
        .map(|_| (0..2 + lot.below(3)).filter_map(|_| SYLLABLES.get(lot.below(SYLLABLES.len())).copied()).collect())
        .collect();
    let mut people = People::default();
    for person in 0..60 {
        people
            .insert(Person::unlisted(PersonId::new("slack", &format!("U{person}")), format!("person{person}").into()));
    }
    let logs = (0..CHANNELS).map(|channel| {
        let mut builder =
            LogBuilder::new(ChannelMeta::named("slack", &format!("C{channel}"), &format!("channel-{channel}")));
        for row in 0..MESSAGES / CHANNELS {
            let second = 1_733_000_000 + i64::from(row) * 300 + i64::from(channel);
            builder.push(Record {
                native_id: format!("{second}.000000"),
                time: Instant::from_seconds(second),
                author: Some(PersonIx(lot.below(60) as u32)),
                kind: MessageType::Message,
                flags: Flags::default(),
                text: lot.text(&common, &rare),
                thread: None,
                declared_replies: None,
                quality: meanwhile::archive::Quality::EXACT,
                extras: None,
                provenance: Provenance::default(),
            });
        }
        Arc::new(builder.finish())
    });
    Arc::new(Archive::new(logs.collect(), Arc::new(people), true))
}

/// The time until the full result, and until the first slice is shown.
fn letter(context: &Context, typed: &str) -> (Duration, Duration, usize, usize) {
    let Ok(query) = Query::parse(typed) else { return (Duration::ZERO, Duration::ZERO, 0, 0) };
    let begun = Clock::now();
    let mut scan = Scan::new(&query, context, Scope::All);
    let mut state = scan.step(Duration::from_millis(8));
    let first = begun.elapsed();
    while state != ScanState::Done {
        state = scan.step(Duration::from_millis(8));
    }
    (begun.elapsed(), first, scan.hits().exact_total, scan.hits().fuzzy_total)
}

fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

fn print_letters(context: &Context, typed: &str) {
    let (mut all, mut firsts) = (Vec::new(), Vec::new());
    println!("{:<18} {:>8} {:>8} {:>8} {:>8}", "typed", "p50 ms", "p99 ms", "exact", "close");
    for end in 1..=typed.len() {
        let Some(prefix) = typed.get(..end) else { continue };
        let rounds: Vec<_> = (0..ROUNDS).map(|_| letter(context, prefix)).collect();
        let mut times: Vec<Duration> = rounds.iter().map(|(full, ..)| *full).collect();
        times.sort_unstable();
        let (exact, close) = rounds.last().map_or((0, 0), |(_, _, exact, close)| (*exact, *close));
        println!("{prefix:<18} {:>8.1} {:>8.1} {exact:>8} {close:>8}", percentile(&times, 50), percentile(&times, 99));
        firsts.extend(rounds.iter().map(|(_, first, ..)| *first));
        all.extend(times);
    }
    all.sort_unstable();
    firsts.sort_unstable();
    println!("all letters, full result: p50 {:.1} ms, p99 {:.1} ms", percentile(&all, 50), percentile(&all, 99));
    println!(
        "all letters, first slice: p50 {:.1} ms, p99 {:.1} ms\n",
        percentile(&firsts, 50),
        percentile(&firsts, 99)
    );
}

fn main() {
    let archive = archive();
    let project = Project::default();
    let begun = Clock::now();
    let vocabulary = Arc::new(Vocabulary::build(&archive));
    let built = begun.elapsed().as_secs_f64() * 1000.0;
    let messages = archive.channels().flat_map(|(ix, _)| archive.messages(ix));
    let bytes: usize = messages.map(|message| message.text().unsanitised().len()).sum();
    println!("{MESSAGES} messages, {:.1} MB of text", bytes as f64 / 1e6);
    println!("vocabulary: {} words in {built:.0} ms\n", vocabulary.len());
    let context = Context::new(&archive, &project).with_vocabulary(Some(vocabulary));
    print_letters(&context, "read alias fix");
    print_letters(&context, "raed alais");

    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let mut group = criterion.benchmark_group("search/100k");
    for typed in ["read alias", "serch brokr", "deploy", "e", "zzxq", "re:/time ?out/", "from:person7 deploy"] {
        group.bench_function(typed, |bencher| bencher.iter(|| black_box(letter(&context, typed))));
    }
    group.finish();
    criterion.bench_function("vocabulary/100k", |bencher| bencher.iter(|| Vocabulary::build(black_box(&archive))));
    criterion.final_summary();
}
