//! Tests of reading keys from bytes, whole, in pieces and mutated.

use proptest::prelude::*;

use super::*;
use crate::tui::key::KeySeq;

fn units(bytes: &[u8]) -> Vec<Input> {
    let mut parser = InputParser::default();
    let mut units = Vec::new();
    parser.feed(bytes, &mut units);
    if parser.wait().is_some() {
        parser.time_out(&mut units);
    }
    units
}

fn keys(bytes: &[u8]) -> String {
    let keys = units(bytes).into_iter().map(|unit| match unit {
        Input::Key(key) => key,
        other => panic!("{other:?} is no key"),
    });
    KeySeq::new(keys.collect()).to_string()
}

#[test]
fn plain_and_control_bytes_are_keys() {
    assert_eq!(
        keys(b"gG /\r\t\x7f\x01\x0a\x00\x1f\x08"),
        "g G Space / Enter Tab Backspace Ctrl-a Ctrl-j Ctrl-Space Ctrl-_ Ctrl-h"
    );
    assert_eq!(keys("é検👩".as_bytes()), "é 検 👩");
}

#[test]
fn named_keys_come_in_all_their_forms() {
    assert_eq!(keys(b"\x1b[A\x1bOB\x1b[1;5C\x1b[1;3D"), "Up Down Ctrl-Right Alt-Left");
    assert_eq!(keys(b"\x1b[H\x1b[4~\x1b[5~\x1b[6;5~\x1b[3~\x1b[2~"), "Home End PgUp Ctrl-PgDn Del Ins");
    assert_eq!(keys(b"\x1b[Z\x1bOP\x1b[15~\x1b[17~\x1b[24~\x1b[[B\x1b[1;2R"), "S-Tab F1 F5 F6 F12 F2 S-F3");
}

#[test]
fn alt_is_an_esc_before_the_key() {
    assert_eq!(keys(b"\x1be\x1b\r\x1b\x7f\x1bU\x1b\x1b[A\x1b{"), "Alt-e Alt-Enter Alt-Backspace Alt-U Alt-Up Alt-{");
    assert_eq!(keys("\u{1b}é".as_bytes()), "Alt-é");
}

#[test]
fn what_could_begin_a_sequence_is_a_key_when_nothing_follows() {
    assert_eq!(keys(b"\x1b"), "Esc");
    assert_eq!(keys(b"\x1b\x1b"), "Esc Esc");
    assert_eq!(keys(b"\x1b["), "Alt-[");
    assert_eq!(keys(b"\x1bO"), "Alt-O");
    assert_eq!(keys(b"\x1b]"), "Alt-]");
}

#[test]
fn kitty_keys_are_the_same_keys() {
    assert_eq!(keys(b"\x1b[27u\x1b[97;5u\x1b[105;5u\x1b[13;3u\x1b[127;3u"), "Esc Ctrl-a Tab Alt-Enter Alt-Backspace");
    assert_eq!(keys(b"\x1b[91:123;4u\x1b[101;3u\x1b[57414u\x1b[97;65u\x1b[9;2u"), "Alt-{ Alt-e Enter a S-Tab");
}

#[test]
fn releases_and_keys_of_the_window_manager_are_dropped() {
    assert_eq!(units(b"\x1b[97;1:3u\x1b[113;9u\x1b[1;9A\x1b[57358u\x1b[1;1:3B"), []);
}

#[test]
fn a_paste_is_one_unit_whatever_is_in_it() {
    let paste = Input::Paste("X\rq\u{1b}[A dd".to_owned());
    assert_eq!(units(b"\x1b[200~X\rq\x1b[A dd\x1b[201~"), [paste]);
}

#[test]
fn a_paste_without_an_end_is_taken_in_time_and_never_run() {
    assert_eq!(units(b"\x1b[200~rm -rf\r"), [Input::Paste("rm -rf\r".to_owned())]);
}

#[test]
fn answers_are_no_keys() {
    let answers = units(b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b]10;rgb:ffff/ffff/ffff\x07\x1b[?1u\x1b[2;3R\x1b[?62;22c");
    assert!(matches!(
        answers.as_slice(),
        [
            Input::Answer(Answer::Background(_)),
            Input::Answer(Answer::Text(_)),
            Input::Answer(Answer::Kitty),
            Input::Answer(Answer::Column(3)),
            Input::Answer(Answer::Last)
        ]
    ));
}

#[test]
fn a_cut_answer_costs_itself_only() {
    assert_eq!(keys(b"\x1b]11;rgb:00\x1b[A"), "Up");
    assert_eq!(units(b"\x1b]11;rgb:00"), []);
    assert_eq!(keys(b"\x1b[12;\rj"), "Enter j");
}

#[test]
fn clicks_and_focus_are_understood() {
    let click = |act, column, row, mods| Input::Mouse(Mouse { act, column, row, mods });
    assert_eq!(
        units(b"\x1b[<0;3;5M\x1b[<2;1;1m\x1b[<64;9;9M\x1b[<32;4;4M\x1b[<16;1;1M\x1b[I\x1b[O"),
        [
            click(MouseAct::Down(0), 2, 4, Mods::NONE),
            click(MouseAct::Up(2), 0, 0, Mods::NONE),
            click(MouseAct::WheelUp, 8, 8, Mods::NONE),
            click(MouseAct::Drag(0), 3, 3, Mods::NONE),
            click(MouseAct::Down(0), 0, 0, Mods::CTRL),
            Input::Focus(true),
            Input::Focus(false),
        ]
    );
}

#[test]
fn bytes_that_are_no_text_are_dropped() {
    assert_eq!(keys(b"a\xff\xc3(b\x80c"), "a ( b c");
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        Just(b"\x1b[".to_vec()),
        Just(b"\x1b[200~".to_vec()),
        Just(b"\x1b[201~".to_vec()),
        Just(b"\x1b]11;rgb:1/2/3\x07".to_vec()),
        Just("é検".as_bytes().to_vec()),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn how_the_bytes_are_cut_into_packets_changes_nothing(bytes in any_bytes(), cut in 0_usize..60) {
        let (first, second) = bytes.split_at(cut.min(bytes.len()));
        let mut parser = InputParser::default();
        let mut cut_units = Vec::new();
        parser.feed(first, &mut cut_units);
        parser.feed(second, &mut cut_units);
        let mut whole = Vec::new();
        InputParser::default().feed(&bytes, &mut whole);
        prop_assert_eq!(cut_units, whole);
    }

    #[test]
    fn nothing_stays_behind_after_a_time_out(bytes in any_bytes()) {
        let mut parser = InputParser::default();
        let mut units = Vec::new();
        parser.feed(&bytes, &mut units);
        parser.time_out(&mut units);
        prop_assert_eq!(parser.wait(), None);
    }
}
