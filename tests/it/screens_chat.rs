//! The Chat screen over the sample, pressed as a user presses it.

use std::path::Path;

use meanwhile::tui::harness::Harness;

fn sample(panes: &[&str], size: (u16, u16)) -> Harness {
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
    Harness::open(&export, None, panes, size).unwrap()
}

#[test]
fn dump() {
    let mut stage = sample(&["#sev-search", "#search-dev", "#support-desk"], (120, 40));
    stage.press("G k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k");
    println!("{}", stage.screen());
    stage.press("t");
    println!("{}", stage.screen());
    stage.press("m a");
    println!("{}", stage.screen());
    stage.press("M");
    println!("{}", stage.screen());
    stage.press("M /").type_text("alais");
    println!("{}", stage.screen());
    stage.press("Esc i").type_text("Something happened elsewhere");
    println!("{}", stage.screen());
    stage.press("Enter g");
    println!("{}", stage.screen());
    stage.press("Esc").resize(80, 24);
    println!("{}", stage.screen());
}
