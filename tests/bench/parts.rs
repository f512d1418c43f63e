//! The parts of the program one by one, in process and warm: for a before and after of one change.
//!
//! `cargo bench --bench parts -- --save-baseline before`, then `-- --baseline before`; a name or its
//! beginning picks some of them: `-- search`. Sizes are small enough for all to be done in minutes; how
//! they grow, and what a person waits for, is told by `--bench table`.

use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use criterion::{BatchSize, Criterion, Throughput};
use meanwhile::archive::builder::{LogBuilder, Record};
use meanwhile::archive::{Archive, ChannelIx, ChannelMeta, Message};
use meanwhile::base::id::InvestigatorId;
use meanwhile::base::time::Instant;
use meanwhile::import::{self, LoadOptions};
use meanwhile::project::fs::Disk;
use meanwhile::project::store::{Store, StoreOptions, write_copy};
use meanwhile::project::{Author, Document, Edit, Project};
use meanwhile::search::{Context, Query, Scan, Scope, Vocabulary};
use meanwhile::tui::harness::Harness;
use meanwhile::tui::session::{Keeping, Session};
use meanwhile::tui::widget::wrap::wrap;

#[allow(dead_code, reason = "the table needs all of it, this one only the places")]
#[path = "corpus.rs"]
mod corpus;
mod messages;
mod project;

const MESSAGES: usize = 100_000;

fn investigator(name: &str) -> Author {
    Author::new(InvestigatorId::from_name(name))
}

/// Day files of one channel, beside a reader that makes a value of everything in them.
fn parse(criterion: &mut Criterion) -> anyhow::Result<()> {
    let corpus::Corpus { folder, .. } = corpus::Corpus::of(10_000)?;
    let files: Vec<PathBuf> =
        fs::read_dir(folder.join("search"))?.map(|day| Ok(day?.path())).collect::<std::io::Result<_>>()?;
    let bytes: u64 = files.iter().filter_map(|path| fs::metadata(path).ok()).map(|meta| meta.len()).sum();
    let options = LoadOptions { channels: vec!["search".to_owned()], ..LoadOptions::default() };
    let never = AtomicBool::new(false);
    let mut group = criterion.benchmark_group("parse/a channel");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("ours", |bencher| {
        bencher.iter(|| import::load(std::slice::from_ref(&folder), &options, &never, &|_| {}).is_ok());
    });
    let values = |path: &PathBuf| -> Option<usize> {
        let value: serde_json::Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        Some(value.as_array()?.len())
    };
    group.bench_function("serde_json to values", |bencher| {
        bencher.iter(|| files.iter().filter_map(values).sum::<usize>());
    });
    group.finish();
    Ok(())
}

/// A channel's log from its records.
fn build(criterion: &mut Criterion, archive: &Archive) {
    let record = |message: Message<'_>| {
        let record = Record::new(format!("{}.0", message.ix().row), message.time());
        Record { author: message.author_ix(), text: message.text().unsanitised().to_owned(), ..record }
    };
    let records: Vec<Record> = archive.messages(ChannelIx(0)).map(record).collect();
    let mut group = criterion.benchmark_group("build");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("a log", |bencher| {
        let begun = || (LogBuilder::new(ChannelMeta::named("slack", "C0", "channel-0")), records.clone());
        let built = |(mut builder, records): (LogBuilder, Vec<Record>)| {
            for record in records {
                builder.push(record);
            }
            builder.finish().len()
        };
        bencher.iter_batched(begun, built, BatchSize::LargeInput);
    });
    group.finish();
}

/// Searches and filters of each kind over everything, and places in time order.
fn search(criterion: &mut Criterion, archive: &Arc<Archive>) {
    let project = Project::default();
    let vocabulary = Some(Arc::new(Vocabulary::build(archive)));
    let context = Context::new(archive, &project).with_vocabulary(vocabulary);
    let once = |typed: &str| {
        let query = Query::parse(typed).unwrap_or_default();
        Scan::new(&query, &context, Scope::All).finish().clone()
    };
    let kinds = [
        ("a letter", "e"),
        ("words", "read alias"),
        ("mistyped words", "alrt serch"),
        ("a phrase", "\"the deploy\""),
        ("one word without another", "kafka -billing"),
        ("a pattern", "/de(ploy|bug)/"),
        ("no hit", "zzxqj"),
    ];
    let mut group = criterion.benchmark_group("search");
    for (kind, typed) in kinds {
        group.bench_function(kind, |bencher| bencher.iter(|| once(black_box(typed)).total()));
    }
    group.finish();
    let mut group = criterion.benchmark_group("filter");
    for (kind, typed) in [("a person", "from:person7"), ("a channel", "in:#channel-3"), ("a span", "after:2021-01-01")]
    {
        group.bench_function(kind, |bencher| bencher.iter(|| once(black_box(typed)).total()));
    }
    group.finish();
    let hits = once("e");
    let mut group = criterion.benchmark_group("sort");
    let middle = hits.exact.len() / 2;
    group.bench_function("a page in the middle of all channels", |bencher| {
        bencher.iter(|| hits.exact.page(black_box(middle), 40).len());
    });
    group.bench_function("all hits in time order", |bencher| bencher.iter(|| hits.exact.iter().count()));
    group.finish();
}

/// Text into lines, and screens of it.
fn draw(criterion: &mut Criterion, archive: &Arc<Archive>) {
    let texts: Vec<&str> =
        archive.messages(ChannelIx(0)).take(1_000).map(|message| message.text().unsanitised()).collect();
    let mut group = criterion.benchmark_group("wrap");
    group.throughput(Throughput::Elements(texts.len() as u64));
    for (kind, width) in [("a wide pane", 96), ("a narrow pane", 28)] {
        group.bench_function(kind, |bencher| {
            bencher.iter(|| texts.iter().map(|text| wrap(text, black_box(width)).len()).sum::<usize>());
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("draw");
    for (kind, panes) in
        [("one pane", &["#channel-0"][..]), ("three panes", &["#channel-0", "#channel-1", "#channel-2"])]
    {
        let author = investigator("Ida Holm");
        let session = Session::new(Document::new(&author), author, Keeping::Memory);
        let mut stage = Harness::over(archive, session, panes, (120, 40));
        group.bench_function(kind, |bencher| bencher.iter(|| stage.buffer().area));
    }
    group.finish();
}

/// Copies of a project that was edited apart, and what it takes to keep it.
fn keep(criterion: &mut Criterion, archive: &Archive) -> anyhow::Result<()> {
    let [ida, teo] = ["Ida Holm", "Teo Marquand"].map(investigator);
    let ours = project::annotated(archive, &ida, 5_000, 500);
    let theirs = project::annotated(archive, &teo, 5_000, 500);
    let mut group = criterion.benchmark_group("join");
    group.bench_function("two copies of 5,000 annotations", |bencher| {
        let join = |mut copy: Document| {
            copy.join(&theirs);
            copy
        };
        bencher.iter_batched(|| ours.clone(), join, BatchSize::LargeInput);
    });
    group.finish();

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("incident.json");
    write_copy(&Disk, &path, &ours, &[])?;
    let bytes = fs::read(&path)?;
    let opened = Store::open(&path, &ida, &StoreOptions::default())?;
    let (mut store, mut document) = (opened.store, opened.document);
    let now = Instant::from_seconds(1_733_911_200);
    let target = archive.messages(ChannelIx(0)).next().context("there is a message")?.id().target();
    let tagged = |on| Edit::Tag { target: target.clone(), tag: "Surprise".to_owned(), on, copy: None };
    let applied = document.apply(tagged(true), &ida, now)?;
    let bare = |bytes: &[u8]| -> std::io::Result<()> {
        let half = folder.path().join("bare.half");
        let mut file = fs::File::create(&half)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&half, folder.path().join("bare"))?;
        fs::File::open(folder.path())?.sync_all()
    };
    let mut group = criterion.benchmark_group("save");
    group.sample_size(30);
    group.bench_function("an edit, until the disk has it", |bencher| {
        bencher.iter(|| store.append(&applied.entries).is_ok());
    });
    group.bench_function(format!("a whole project of {} kB", bytes.len() / 1_000), |bencher| {
        let mut on = true;
        bencher.iter(|| {
            // What holds everything already is not written.
            on = !on;
            document.apply(tagged(on), &ida, now).is_ok()
                && store.fold(&mut document).is_ok_and(|folded| folded.written)
        });
    });
    group.bench_function("the same bytes by hand: write, sync, rename, sync", |bencher| {
        bencher.iter(|| bare(&bytes).is_ok());
    });
    group.finish();
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let archive = messages::archive(MESSAGES);
    parse(&mut criterion)?;
    build(&mut criterion, &archive);
    search(&mut criterion, &archive);
    draw(&mut criterion, &archive);
    keep(&mut criterion, &archive)?;
    criterion.final_summary();
    Ok(())
}
