//! What a transcript keeps of what a format tells it.

use super::*;

#[test]
fn records_of_channels_that_are_not_wanted_are_counted_and_not_kept() {
    let options = crate::import::LoadOptions { channels: vec!["#ops".to_owned()], ..Default::default() };
    let mut transcript = Transcript { wanted: WantedChannels::of(&options), ..Transcript::default() };
    let text = "a file";
    transcript.begin_file("a.txt", text);
    let rooms = ["ops", "shop"].map(|name| transcript.room_as_told(ChannelMeta::named("x", name, name)));
    for at in 0..1_000 {
        transcript.push(rooms[at % 2], Record::new(at.to_string(), Instant::from_seconds(at as i64)), text);
    }
    let kept = rooms.map(|room| {
        let mut count = 0;
        transcript.change_records(room, |_| count += 1);
        count
    });
    assert_eq!(kept, [500, 0]);
    assert_eq!(transcript.next_number(), 1_000, "numbers count all records of the file");
    let unlisted = ChannelMeta { listed: false, ..ChannelMeta::named("x", "folder", "folder") };
    let room = transcript.room_as_told(unlisted);
    assert!(transcript.wants(room), "another source may know it as #ops");
}
