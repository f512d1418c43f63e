//! Tables and JSON records of no known tool, by what their columns hold.

use meanwhile::base::reading::{DayOrder, ReadAs};
use meanwhile::base::time::Zone;

use super::{golden, load_file, load_file_as, load_folder};

/// `;` and an empty column at the end, cells with line breaks, a ragged row, a bad time.
const SEMICOLONS: &str = "Date;Who;Message;Room;\r\n\
    13.12.2024 09:05;Runa Halvorik;\"Search is slow;\r\nsince the deploy\";#ops;\r\n\
    13.12.2024 09:05;Teo Marquand;looking;#ops;\r\n\
    13.12.2024 09:05;Teo Marquand;looking;#ops;\r\n\
    soon;Runa Halvorik;no time;#ops;\r\n\
    13.12.2024 09:07;Ines;short\r\n";

/// Mattermost's compliance CSV: milliseconds, system posts, an answer. Synthetic.
const COMPLIANCE: &str = "Post Creation Time,Team Id,Team Name,Team Display Name,Channel Id,Channel Name,Channel Display Name,Channel Type,User Id,User Email,Username,Post Id,Edited By Post Id,Replied to Post Id,Post Message,Post Type,User Type,Previews Post Id\n\
    1733500800123,t1,ops,Ops,c1,town-square,Town Square,public,u1,runa@mail.example,runa,p1,,,runa joined the channel.,system_join_channel,user,\n\
    1733500860000,t1,ops,Ops,c1,town-square,Town Square,public,u2,teo@mail.example,teo,p2,,,see https://wiki.example/runbook,message,user,\n\
    1733500861000,t1,ops,Ops,c1,town-square,Town Square,public,u1,runa@mail.example,runa,p3,,p2,thanks,message,user,\n";

/// Purview's CSV: the name of a column says that its clocks are UTC. Synthetic.
const PURVIEW: &str = "Item class,Conversation ID,Date (UTC),Sender,Participants,Subject/Title\n\
    IM,19:abc@thread.v2,12/6/2024 2:36:12 PM,Runa Halvorik,\"Runa Halvorik; Teo\",Disk is full\n\
    IM,19:abc@thread.v2,12/13/2024 2:40:00 PM,Teo,\"Runa Halvorik; Teo\",On it\n";

/// Events without anybody who wrote them: a lane.
const DEPLOYS: &str = "started_at\tservice\tversion\turl\n\
    2024-12-06T14:00:00.250+01:00\tsearch-api\t1.2.3\thttps://ci.example/1\n\
    2024-12-06\tsearch-ui\t\t\n";

/// JSON lines: nested keys, a bad line, numbers that are ids, a cut last line.
const RECORDS: &str = "{\"@timestamp\": \"2024-12-06T14:00:00Z\", \"user\": {\"name\": \"runa\"}, \"id\": 12345678901234567890, \"message\": \"first\"}\n\
    not json\n\
    {\"@timestamp\": \"2024-12-06T14:00:01Z\", \"user\": {\"name\": \"teo\"}, \"id\": 12345678901234567891, \"message\": \"second\"}\n\
    {\"@timestamp\": \"2024-12-06T14:0";

const SERIALS: &str = "date,who,text\n44901.6041666667,Runa,hi\n44901.5,Teo,hello\n";

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("semicolons.csv", SEMICOLONS.as_bytes()),
    ("compliance.csv", COMPLIANCE.as_bytes()),
    ("purview.csv", PURVIEW.as_bytes()),
    ("deploys.tsv", DEPLOYS.as_bytes()),
    ("records.jsonl", RECORDS.as_bytes()),
];

#[test]
fn a_table_with_semicolons_ragged_rows_and_equal_rows() {
    insta::assert_snapshot!(golden(&load_file("ops.csv", SEMICOLONS.as_bytes())));
}

#[test]
fn compliance_tables_of_mattermost_are_read_by_their_columns() {
    insta::assert_snapshot!(golden(&load_file("compliance.csv", COMPLIANCE.as_bytes())));
}

#[test]
fn a_column_that_says_utc_tells_instants() {
    insta::assert_snapshot!(golden(&load_file("purview.csv", PURVIEW.as_bytes())));
}

#[test]
fn records_without_an_author_are_events_of_a_lane() {
    insta::assert_snapshot!(golden(&load_file("deploys.tsv", DEPLOYS.as_bytes())));
}

#[test]
fn json_lines_are_read_by_their_keys() {
    insta::assert_snapshot!(golden(&load_file("records.jsonl", RECORDS.as_bytes())));
}

#[test]
fn what_is_said_of_columns_zone_and_day_order_holds() {
    let text = "when,a,b\n3/4/2024 10:00,Runa,hi\n";
    let columns = [("author", "a"), ("text", "b")].map(|(role, name)| (role.to_owned(), name.to_owned()));
    let read_as = ReadAs {
        columns: columns.into_iter().collect(),
        zone: Zone::parse("Europe/Oslo"),
        day_order: Some(DayOrder::MonthFirst),
        ..ReadAs::default()
    };
    let said = golden(&load_file_as("x.csv", text.as_bytes(), read_as));
    assert!(said.contains("2024-03-04T09:00:00.000000Z message Runa: hi"), "{said}");
}

#[test]
fn a_table_in_utf_16_keeps_the_ids_of_its_records() {
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(SEMICOLONS.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ids = |bytes: &[u8]| {
        let loaded = load_file("ops.csv", bytes);
        let channels: Vec<_> = loaded.archive.channels().map(|(channel, _)| channel).collect();
        let messages = channels.into_iter().flat_map(|channel| loaded.archive.messages(channel).collect::<Vec<_>>());
        messages.map(|message| message.id().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&wide), ids(SEMICOLONS.as_bytes()));
}

#[test]
fn bare_days_of_a_spreadsheet_are_read_only_when_asked_for() {
    let read_as = ReadAs { format: Some("table".to_owned()), ..ReadAs::default() };
    let said = golden(&load_file_as("x.csv", SERIALS.as_bytes(), read_as));
    assert!(
        said.contains("days since 1899") && said.contains("2022-12-06T14:30:00.000000Z message Runa: hi"),
        "{said}"
    );
    assert_eq!(meanwhile_sniffs("x.csv", SERIALS.as_bytes()), None);
    assert_eq!(meanwhile_sniffs("x.csv", SEMICOLONS.as_bytes()), Some("table"));
    assert_eq!(meanwhile_sniffs("x.txt", b"Date: today, time: now\nwe met, we spoke\n"), None);
}

fn meanwhile_sniffs(name: &str, content: &[u8]) -> Option<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    match meanwhile::import::detect::sniff(&path) {
        meanwhile::import::detect::Sniffed::Export { format } => Some(format),
        _ => None,
    }
}

#[test]
fn an_older_and_a_newer_table_of_one_channel_do_not_double() {
    let older = "id,time,author,text\na,2024-12-06T14:00:00Z,Runa,one\nb,2024-12-06T14:01:00Z,Teo,two\n";
    let newer = "id,time,author,text\nb,2024-12-06T14:01:00Z,Teo,two\nc,2024-12-06T14:02:00Z,Teo,three\n";
    let loaded = load_folder(&[("1/ops.csv", older.as_bytes()), ("2/ops.csv", newer.as_bytes())]);
    assert_eq!(loaded.report.sources[0].totals.messages, 3);
}
