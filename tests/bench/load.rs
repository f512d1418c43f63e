//! How long a load takes, folder and zip, beside reading the same files and doing nothing with them.
//!
//! `cargo bench --bench load`; the export is generated once into the target folder.

use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput};
use meanwhile::import::{self, LoadOptions};

#[allow(dead_code, reason = "the table needs all of it, this one only the places")]
#[path = "corpus.rs"]
mod corpus;

const MESSAGES: usize = 10_000;

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn load(path: &Path) -> usize {
    let never = AtomicBool::new(false);
    let loaded = import::load(&[path.to_owned()], &LoadOptions::default(), &never, &|_| {});
    loaded.map_or(0, |loaded| loaded.archive.message_count())
}

fn main() -> anyhow::Result<()> {
    let corpus::Corpus { folder, zip, .. } = corpus::Corpus::of(MESSAGES)?;
    let mut list = Vec::new();
    files(&folder, &mut list)?;
    let bytes: u64 = list.iter().filter_map(|path| fs::metadata(path).ok()).map(|metadata| metadata.len()).sum();
    println!("{} messages in {} files, {:.1} MB", load(&folder), list.len(), bytes as f64 / 1e6);

    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let mut group = criterion.benchmark_group("load/10k");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            list.iter().filter_map(|path| fs::read(path).ok()).map(|file| black_box(file).len()).sum::<usize>()
        });
    });
    group.bench_function("folder", |bencher| bencher.iter(|| load(black_box(&folder))));
    group.bench_function("zip", |bencher| bencher.iter(|| load(black_box(&zip))));
    group.finish();
    criterion.final_summary();
    Ok(())
}
