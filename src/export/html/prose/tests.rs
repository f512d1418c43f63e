//! Markdown of investigators and what it becomes on the page.

use serde_json::json;

use crate::base::id::InvestigatorId;
use crate::base::time::Instant;
use crate::export::{Format, render};
use crate::project::{Author, Document, Edit};
use crate::report::Policy;
use crate::timeline::assemble::tests::archive;

/// What a section becomes on the page, without its heading.
fn section(key: &str, text: &str) -> String {
    let author = Author::new(InvestigatorId::from_name("Ilke Havrand"));
    let mut document = Document::new(&author);
    for edit in [
        json!({ "edit": "timeline", "target": "slack/C1/100.000000", "on": true }),
        json!({ "edit": "section", "section": key, "text": text }),
    ] {
        let edit: Edit = serde_json::from_value(edit).unwrap();
        document.apply(edit, &author, Instant::from_seconds(1)).unwrap();
    }
    let page = render(document.project(), &archive(), &Policy::default(), Format::Html);
    let (_, from) = page.split_once(&format!("<section id=\"{key}\">")).unwrap();
    let (section, _) = from.split_once("</section>").unwrap();
    section.split_once("</p>").unwrap().1.to_owned()
}

const CITE: &str = "[@slack/C1/100.000000]";

#[test]
fn a_citation_stands_behind_the_end_of_its_sentence_with_its_evidence_after_it() {
    let page = section("impact", &format!("It was late {CITE}. Then {CITE}{CITE} it was not."));
    assert!(page.contains("late.<span class=\"cs\"><span id=\"r1-1\">"), "{page}");
    assert!(page.contains("</details> Then<span class=\"cs\"><span id=\"r1-2\">"), "{page}");
    assert_eq!(page.matches("<details class=\"ev\">").count(), 3);
}

#[test]
fn what_is_cited_inside_emphasis_headings_and_links_stands_after_them() {
    let page = section("impact", &format!("**Bold {CITE}** and\n\n### Head {CITE}\n\n[x {CITE}](https://a.example)"));
    assert!(page.contains("</strong><details") || page.contains("</strong> and<details"), "{page}");
    assert!(page.contains("</h3><details"), "{page}");
    assert!(page.contains("</a> (a.example)<span class=\"cs\">"), "{page}");
}

#[test]
fn withheld_and_missing_evidence_say_so_and_stop_nothing() {
    let page = section("impact", "Lost [@event/gone], and on.");
    assert!(page.contains("[evidence missing: event/gone]</b>"), "{page}");
}

#[test]
fn parts_of_conditions_are_cards_and_their_last_question_is_asked() {
    let page =
        section("contributors", "### A name\n\nTwo teams took it.\n\n*What else is named so?*\n\n### A tick\n\nGreen.");
    assert!(page.contains("<article class=\"card\" id=\"C1\"><h3><span class=\"id\">C1</span>A name</h3>"), "{page}");
    assert!(page.contains("<p class=\"ask\"><em>What else is named so?</em></p></article><article"), "{page}");
    assert!(page.contains("id=\"C2\""));
}

#[test]
fn nothing_of_the_prose_is_markup_of_its_own() {
    let page = section("impact", "<b onclick=x>y</b> [x](javascript:alert(1)) ![z](http://a.example/z.png) `<i>`");
    assert!(page.contains("&lt;b onclick=x&gt;y&lt;/b&gt;") && page.contains("x (javascript:alert(1))"), "{page}");
    assert!(
        page.contains("z (a picture, not shown)") && !page.contains("<img") && page.contains("&lt;i&gt;"),
        "{page}"
    );
}

#[test]
fn lists_tables_and_times_are_what_they_say() {
    let page = section(
        "follow-ups",
        &format!(
            "- [x] Done {CITE}\n- [ ] Open\n\n| who | when |\n|---|---:|\n| Bako {CITE} | {{1970-01-01T00:01:40Z}} |"
        ),
    );
    assert!(page.contains("Done: ") && page.contains("Open: "), "{page}");
    assert!(page.contains("<td role=\"cell\" data-c=\"who\">Bako<span class=\"cs\">"), "{page}");
    assert!(page.contains("<time datetime=\"1970-01-01T00:01:40Z\"><i>00:01</i>"), "{page}");
    assert!(page.contains("a class=\"c1 "), "a cell is too narrow for evidence of its own");
}
