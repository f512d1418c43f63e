//! Which channel a log is of, and of which day: told by its name and folders, else by its lines.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

/// What the name of a log tells.
pub(super) struct Place {
    /// The channel with its sign: `#ops`.
    pub(super) channel: String,
    /// The channel without its first sign.
    pub(super) name: String,
    /// The name of the file in its folder.
    pub(super) file: String,
}

impl Place {
    /// Where the log `name` of the source at `path` belongs.
    pub(super) fn of(name: &str, path: &Path, text: &str) -> Self {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let stem = without_day(without_endings(file));
        let in_folders = || folder.rsplit('/').find(|part| part.starts_with('#')).map(str::to_owned);
        let channel = stem
            .find('#')
            .and_then(|at| stem.get(at..))
            .map(str::to_owned)
            .or_else(in_folders)
            .or_else(|| told_in(text))
            .or_else(|| Some(stem.to_owned()).filter(|stem| stem.chars().any(char::is_alphabetic)))
            .or_else(|| folder.rsplit('/').find(|part| part.chars().any(char::is_alphabetic)).map(str::to_owned))
            .or_else(|| Some(path.file_stem()?.to_string_lossy().into_owned()))
            .unwrap_or_else(|| "log".to_owned());
        let name = channel.strip_prefix('#').unwrap_or(&channel).to_owned();
        Self { channel: format!("#{name}"), name, file: file.to_owned() }
    }
}

/// The day in a name: `#ops_20220606.log`, `ops/2022-06-06.log`, `2022/06/06/#ops.txt`; the last one.
pub(super) fn day(name: &str) -> Option<NaiveDate> {
    days(name).last().map(|(_, _, day)| day)
}

/// The days in a name, with where they begin and end.
fn days(name: &str) -> impl Iterator<Item = (usize, usize, NaiveDate)> {
    let starts = name.char_indices().map(|(at, _)| at);
    starts.filter_map(move |at| {
        let before = name.get(..at)?.chars().next_back();
        if before.is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        let (length, day) = day_at(name.get(at..)?)?;
        Some((at, at + length, day))
    })
}

fn day_at(text: &str) -> Option<(usize, NaiveDate)> {
    let digits = |from: usize, to: usize| -> Option<u32> {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let year = digits(0, 4).filter(|year| (1988..2100).contains(year))?;
    let sign = text.get(4..5)?;
    let (month, day, length) = if ["-", "_", ".", "/"].contains(&sign) {
        (digits(5, 7)?, text.get(7..8).filter(|other| *other == sign).and_then(|_| digits(8, 10))?, 10)
    } else {
        (digits(4, 6)?, digits(6, 8)?, 8)
    };
    let is_longer = text.get(length..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?;
    (!is_longer).then_some((length, date))
}

fn without_endings(file: &str) -> &str {
    let mut stem = file;
    while let Some(shorter) =
        [".gz", ".log", ".txt", ".raw", ".weechatlog"].iter().find_map(|ending| stem.strip_suffix(ending))
    {
        stem = shorter;
    }
    stem
}

/// A name without its day and what joins the two.
fn without_day(stem: &str) -> &str {
    let signs = ['_', '-', '.', ' '];
    match days(stem).last() {
        Some((0, end, _)) => stem.get(end..).unwrap_or(stem).trim_start_matches(signs),
        Some((start, ..)) => stem.get(..start).unwrap_or(stem).trim_end_matches(signs),
        None => stem,
    }
}

/// The channel named most often where somebody comes or goes.
fn told_in(text: &str) -> Option<String> {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for line in text.lines() {
        let told = ["joined #", "left #", "mode/#", "alking on #", "topic for #"];
        let Some((start, words)) = told.iter().find_map(|words| Some((line.find(words)?, words))) else { continue };
        let channel = line.get(start + words.len()..).unwrap_or_default();
        let end = channel.find([' ', '.', ',', ':', '\t', '\r']).unwrap_or(channel.len());
        if let Some(channel) = channel.get(..end).filter(|channel| !channel.is_empty()) {
            *named.entry(channel.to_lowercase()).or_default() += 1;
        }
    }
    named.into_iter().max_by_key(|(_, count)| *count).map(|(channel, _)| format!("#{channel}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> (String, Option<String>) {
        let place = Place::of(name, Path::new("/logs/kitchen.zip"), "");
        (place.channel, day(name).map(|day| day.to_string()))
    }

    #[test]
    fn a_name_tells_the_channel_and_the_day() {
        for (name, channel, of_day) in [
            ("#ops_20220606.log", "#ops", Some("2022-06-06")),
            ("libera/#ops/2022-06-06.log", "#ops", Some("2022-06-06")),
            ("irc.libera.##ops.weechatlog", "##ops", None),
            ("2022/06/06/#ops.txt", "#ops", Some("2022-06-06")),
            ("Libera.Chat-#ops.log", "#ops", None),
            ("ops-2022.06.06.log.gz", "#ops", Some("2022-06-06")),
            ("2022-06-06_17.raw.txt", "#kitchen", Some("2022-06-06")),
            ("incident 12345678.log", "#incident 12345678", None),
        ] {
            assert_eq!(place(name), (channel.to_owned(), of_day.map(str::to_owned)), "{name}");
        }
    }

    #[test]
    fn a_log_without_a_name_is_of_the_channel_that_people_join() {
        let text = "=== mara [m@h] has joined #Ops\n=== oskar has left #ops []\n";
        assert_eq!(Place::of("2022-06-06.txt", Path::new("x"), text).channel, "#ops");
    }
}
