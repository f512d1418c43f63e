//! What is guessed of the columns of tables and records, and what is said about it.

use super::*;

fn guess(head: &str) -> Guess {
    guess_columns(head, &ReadAs::default()).unwrap()
}

fn said(pairs: &[(&str, &str)]) -> ReadAs {
    let columns = pairs.iter().map(|(role, name)| ((*role).to_owned(), (*name).to_owned())).collect();
    ReadAs { columns, ..ReadAs::default() }
}

#[test]
fn columns_are_told_by_their_names() {
    for (head, words) in [
        (
            "Date,Author,Message,Room\n2024-12-06 14:00,Runa,hi,ops\n",
            "time is \"Date\", author is \"Author\", text is \"Message\", channel is \"Room\"",
        ),
        (
            "PostId;PostCreateAt;UserName;PostMessage;PostRootId\na;1670337000123;runa;hi;\n",
            "time is \"PostCreateAt\", author is \"UserName\", text is \"PostMessage\", thread is \"PostRootId\", id is \"PostId\"",
        ),
        (
            "{\"@timestamp\": \"2024-12-06T14:00:00Z\", \"user\": {\"name\": \"runa\"}, \"log\": \"x\", \"message\": \"hi\"}\n",
            "time is \"@timestamp\", author is \"user.name\", text is \"message\"",
        ),
    ] {
        assert_eq!(guess(head).columns.words(), words);
    }
}

#[test]
fn columns_whose_names_tell_nothing_are_told_by_their_content() {
    let head =
        "Wann es war;Wer;Was gesagt wurde\n06/12/2024 14:36;Runa;the queue is empty again\n07/12/2024 09:01;Teo;x\n";
    let guess = guess(head);
    assert_eq!(guess.columns.words(), "time is \"Wann es war\", text is \"Was gesagt wurde\"");
    assert_eq!((guess.readable_times, guess.is_certain), (100, true));
}

#[test]
fn a_column_called_time_that_holds_none_is_not_the_time() {
    let guess = guess("time,when,text\n12 ms,2024-12-06T14:00:00Z,slow\n9 ms,2024-12-06T14:01:00Z,fine\n");
    assert_eq!(guess.columns.words(), "time is \"when\", text is \"text\"");
    assert_eq!(guess.readable_times, 100);
}

#[test]
fn a_day_and_a_clock_in_two_columns_are_one_time() {
    let guess = guess("Date,Time,Who,Note\n13/12/2024,09:05,Runa,hi\n");
    assert_eq!(guess.columns.words(), "time is \"Time\", day is \"Date\", author is \"Who\", text is \"Note\"");
    assert_eq!(guess.records[0].time.unwrap().rfc3339(), "2024-12-13T09:05:00Z");
}

#[test]
fn what_somebody_says_holds_over_the_guess() {
    let head = "at,from,to,text\n2024-12-06T14:00:00Z,Runa,Teo,hi\n";
    let guess =
        guess_columns(head, &said(&[("author", "to"), ("text", "FROM"), ("id", "nope"), ("mood", "x")])).unwrap();
    assert_eq!(guess.columns.words(), "time is \"at\", author is \"to\", text is \"from\"");
    assert_eq!(guess.notes[0], "no column is called `nope`");
    assert!(guess.notes[1].starts_with("`mood` is nothing that a column holds"), "{:?}", guess.notes);
    let none = guess_columns(head, &said(&[("author", "")])).unwrap();
    assert_eq!(none.columns.column(Role::Author), None);
}

#[test]
fn a_table_without_a_header_has_numbered_columns() {
    let guess = guess("2024-12-06T14:00:00Z,runa,the disk is full again\n2024-12-06T14:01:00Z,teo,on it now\n");
    assert_eq!(guess.columns.words(), "time is \"1\", text is \"3\"");
    assert_eq!(guess.records.len(), 2);
}

#[test]
fn numbers_of_a_spreadsheet_are_read_as_days_and_said_to_be() {
    let guess = guess("date,text\n44901.6041666667,hi\n");
    assert_eq!(guess.notes, ["the numbers of \"date\" are days since 1899, as spreadsheets count them"]);
    assert_eq!(guess.records[0].time.unwrap().rfc3339(), "2022-12-06T14:30:00Z");
}

#[test]
fn ids_that_repeat_are_no_ids() {
    let guess = guess("id,time,text\n7,2024-12-06T14:00:00Z,a\n7,2024-12-06T14:01:00Z,b\n");
    assert_eq!(guess.columns.column(Role::Id), None);
}

#[test]
fn prose_is_no_table() {
    for text in ["", "minutes of a meeting\n", "{", "[]", "Dear team, all is well\nbye\n"] {
        assert!(guess_columns(text, &ReadAs::default()).is_none_or(|guess| guess.readable_times == 0), "{text}");
    }
}
