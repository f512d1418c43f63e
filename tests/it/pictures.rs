//! The pictures of the README are the screens themselves: drawn from their buffers, never by hand.
//!
//! `MEANWHILE_UPDATE=1 cargo test pictures` draws those anew that no longer show what the program
//! does; to be looked at before they are committed.

use std::fs;

use crate::support::stage::{SCENES, file_of, staged};
use crate::support::svg::svg;

/// The scenes of which the README shows a picture, and their sizes.
const PICTURES: [(&str, (u16, u16)); 6] = [
    ("chat", (120, 36)),
    ("find", (100, 28)),
    ("tags-sheet", (100, 28)),
    ("timeline", (110, 32)),
    ("report", (110, 32)),
    ("people", (110, 32)),
];

/// Most bytes of a picture.
const MOST_BYTES: usize = 60_000;

/// Whether files that hold what the program shows are to be written anew.
pub fn is_updating() -> bool {
    std::env::var_os("MEANWHILE_UPDATE").is_some_and(|value| value == "1")
}

#[test]
fn every_picture_shows_what_the_program_draws() {
    let folder = file_of("assets/pictures");
    let mut stale = Vec::new();
    for (name, size) in PICTURES {
        let scene = SCENES.iter().find(|scene| scene.name == name).unwrap();
        let picture = svg(&staged(scene, size).settled(), scene.shows);
        assert!(picture.len() < MOST_BYTES, "{name} takes {} bytes", picture.len());
        let path = folder.join(format!("{name}.svg"));
        if is_updating() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, picture).unwrap();
        } else if fs::read_to_string(&path).ok() != Some(picture) {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "{stale:?} show another program; MEANWHILE_UPDATE=1 cargo test pictures draws them");
}

#[test]
fn there_is_no_picture_that_nothing_draws() {
    for entry in fs::read_dir(file_of("assets/pictures")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let drawn = PICTURES.iter().any(|(picture, _)| name == format!("{picture}.svg"));
        assert!(drawn, "{name} is drawn by nothing");
    }
}
