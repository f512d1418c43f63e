//! How every screen looks: in its size, in the colours and signs that are allowed, in every theme.
//!
//! The checks look at the cells that reach the terminal. The words of the sample are ASCII, so a sign
//! that is not is one of ours.

use std::collections::BTreeSet;

use meanwhile::base::text::width;
use meanwhile::tui::harness::Harness;
use meanwhile::tui::theme::{Glyph, Palette, Theme};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::support::stage::{SCENES, Scene, columns_of_a_table, dressed, staged};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (60, 15)];

/// Sizes that nobody works at and somebody meets.
const TINY: [(u16, u16); 8] = [(40, 10), (20, 5), (20, 3), (10, 40), (5, 5), (2, 2), (1, 1), (200, 1)];

/// A theme and the colours that it may use.
struct Dress {
    name: &'static str,
    theme: Theme,
    colours: &'static [Color],
}

fn dresses() -> [Dress; 4] {
    const DARK: &[Color] = &[
        Color::Reset,
        Color::LightBlue,
        Color::Yellow,
        Color::Cyan,
        Color::LightMagenta,
        Color::LightRed,
        Color::Green,
    ];
    const LIGHT: &[Color] = &[Color::Reset, Color::Blue, Color::Green, Color::Cyan, Color::Magenta, Color::Red];
    let dark = Theme::default();
    [
        Dress { name: "dark", theme: dark, colours: DARK },
        Dress { name: "light", theme: Theme { palette: Palette::Light, ..dark }, colours: LIGHT },
        Dress { name: "mono", theme: Theme { palette: Palette::Mono, ..dark }, colours: &[Color::Reset] },
        Dress { name: "ascii", theme: Theme { ascii: true, ..dark }, colours: DARK },
    ]
}

/// Every sign that we draw beside ASCII.
fn signs() -> BTreeSet<String> {
    let theme = Theme::default();
    let groups = ["Impact", "Detection", "Action", "Decision", "Communication", "Investigation"];
    let glyphs = Glyph::ALL.into_iter().map(|glyph| theme.glyph(glyph));
    let blocks = (0..8).map(|level| theme.block(level));
    let groups = groups.into_iter().map(|group| theme.group(Some(group), "").0);
    glyphs.chain(blocks).chain(groups).map(str::to_owned).collect()
}

/// The rows of cells of a buffer.
fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width).max(1))
}

fn text(row: &[Cell]) -> String {
    row.iter().map(Cell::symbol).collect()
}

/// What is wrong with a cell.
fn fault(cell: &Cell, dress: &Dress, signs: &BTreeSet<String>) -> Option<String> {
    const ALLOWED: Modifier = Modifier::BOLD.union(Modifier::DIM).union(Modifier::UNDERLINED).union(Modifier::REVERSED);
    let symbol = cell.symbol();
    if width(symbol) != 1 {
        return Some(format!("{symbol:?} is not one cell wide"));
    }
    if !symbol.is_ascii() && (dress.theme.ascii || !signs.contains(symbol)) {
        return Some(format!("{symbol:?} is no sign of the {} theme", dress.name));
    }
    if cell.bg != Color::Reset {
        return Some(format!("{symbol:?} has a background"));
    }
    if !dress.colours.contains(&cell.fg) {
        return Some(format!("{symbol:?} is {:?}", cell.fg));
    }
    let forbidden = cell.modifier - ALLOWED;
    (!forbidden.is_empty()).then(|| format!("{symbol:?} is {forbidden:?}"))
}

/// What is wrong with a screen, each kind of fault once.
fn faults(buffer: &Buffer, dress: &Dress, signs: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = buffer.content.iter().filter_map(|cell| fault(cell, dress, signs)).collect();
    if !buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)) {
        found.insert("no cell is reversed: nothing says where one is".to_owned());
    }
    let danger = if dress.theme.palette == Palette::Light { Color::Red } else { Color::LightRed };
    let (broken, look) = (dress.theme.glyph(Glyph::Broken), dress.theme.glyph(Glyph::Look));
    for row in rows(buffer).filter(|row| row.iter().any(|cell| cell.fg == danger)) {
        let words = text(row);
        if !words.contains(broken) && !words.contains(look) {
            found.insert(format!("danger without its sign: {}", words.trim()));
        }
    }
    found
}

/// Where a screen in ASCII differs from the usual one by more than twins, and any other at all.
fn moved(usual: &Buffer, other: &Buffer, theme: Theme) -> Option<String> {
    let mut cells = usual.content.iter().zip(&other.content);
    let (before, after) = cells.find(|(before, after)| {
        let is_twin = theme.ascii && !before.symbol().is_ascii() && after.symbol().is_ascii() && after.symbol() != " ";
        before.symbol() != after.symbol() && !is_twin
    })?;
    Some(format!("{:?} became {:?}", before.symbol(), after.symbol()))
}

fn looked_at(scene: &Scene) -> Vec<String> {
    looked_at_as(scene.name, |size, theme| dressed(scene, size, theme))
}

fn looked_at_as(name: &str, dressed: impl Fn((u16, u16), Theme) -> Harness) -> Vec<String> {
    let signs = signs();
    let usual = dressed(SIZES[0], Theme::default()).settled();
    let mut found = Vec::new();
    for dress in dresses() {
        let mut stage = dressed(SIZES[0], dress.theme);
        for (columns, lines) in SIZES {
            let buffer = stage.resize(columns, lines).settled();
            assert_eq!((buffer.area.width, buffer.area.height), (columns, lines));
            let faults = faults(&buffer, &dress, &signs).into_iter();
            let moved = (buffer.area == usual.area).then(|| moved(&usual, &buffer, dress.theme)).flatten();
            let at = format!("{name} at {columns}x{lines}, {}", dress.name);
            found.extend(faults.chain(moved).map(|fault| format!("{at}: {fault}")));
        }
    }
    found
}

#[test]
fn every_screen_keeps_to_its_size_its_colours_and_its_signs_in_every_theme() {
    let found: Vec<String> = SCENES.iter().flat_map(looked_at).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_columns_of_a_table_keep_to_the_same() {
    let screen = columns_of_a_table(SIZES[0], Theme::default()).screen();
    assert!(screen.contains("Columns of calls.csv"), "{screen}");
    let found = looked_at_as("columns", columns_of_a_table);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_screen_is_too_small_to_be_drawn() {
    for scene in SCENES {
        let mut stage = staged(scene, SIZES[1]);
        for (columns, lines) in TINY {
            let buffer = stage.resize(columns, lines).settled();
            assert_eq!((buffer.area.width, buffer.area.height), (columns, lines), "{}", scene.name);
        }
    }
}

#[test]
fn a_reason_why_not_wears_its_sign() {
    for dress in dresses() {
        let mut stage = staged(&SCENES[0], SIZES[0]);
        stage.app.settings.theme = dress.theme;
        stage.app.status.cannot("this cannot be");
        let buffer = stage.settled();
        let row = rows(&buffer).map(text).find(|row| row.contains("this cannot be")).unwrap();
        assert!(row.contains("! this cannot be"), "{}: {row}", dress.name);
    }
}

#[test]
fn one_title_is_reversed_on_a_screen_without_sheets() {
    for name in ["chat", "timeline", "report", "people", "tags", "stats"] {
        let scene = SCENES.iter().find(|scene| scene.name == name).unwrap();
        let buffer = staged(scene, SIZES[0]).settled();
        let titles = rows(&buffer).flat_map(|row| {
            row.split(|cell| !cell.modifier.contains(Modifier::REVERSED))
                .map(text)
                .filter(|run| run.len() > 2 && run.starts_with(' ') && run.ends_with(' '))
                .collect::<Vec<_>>()
        });
        let titles: Vec<String> = titles.collect();
        assert_eq!(titles.len(), 1, "{name}: {titles:?}");
    }
}
