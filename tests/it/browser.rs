//! The HTML report in a real browser, where one is found: silent, closed, usable by keyboard, narrow
//! enough for a phone, whole on paper. Where none is found the test says so.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::report::{address, sample_bench};
use crate::support::webdriver::{Browser, FLAGS, chromium};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// How many pieces of evidence in the margin lie over a block that takes the margin too.
const COVERED: &str = "(() => {
    const place = (element) => element.getBoundingClientRect();
    const evidence = [...document.querySelectorAll('.ev')].map(place).filter((box) => box.width);
    const wide = [...document.querySelectorAll('main .wide, main .many')].map(place).filter((box) => box.width);
    const meet = (a, b) => a.right > b.left + 1 && a.left < b.right - 1 && a.bottom > b.top + 1 && a.top < b.bottom - 1;
    return evidence.filter((note) => wide.some((block) => meet(note, block))).length;
})()";

#[test]
fn the_report_is_silent_closed_and_usable_by_keyboard_in_a_browser() {
    let bench = sample_bench();
    bench.run(&["export", "howie.json", "--format", "html", "-o", "report.html"]).exits(0);
    let Some(browser) = Browser::start() else {
        eprintln!("NOT TESTED: no chromium and chromedriver here, so nobody looked at the report in a browser");
        return;
    };
    let report = address(&bench.path("report.html"));
    browser.open(&report);
    asks_for_nothing(&browser, &report);
    for width in [320, 360, 500, 704, 768, 1024, 1100, 1280, 1440, 1920] {
        browser.resize(width, 900);
        let needed = browser.look("document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(needed <= u64::from(width), "{needed} pixels are needed where there are {width}");
    }
    browser.resize(1440, 900);
    assert_eq!(browser.look(COVERED), 0, "no evidence lies over what takes the whole width");
    citations_open_and_lead_back(&browser);
    browser.resize(360, 800);
    chips_open_in_place(&browser);
    assert_eq!(browser.log("browser"), Vec::<String>::new(), "the console is silent");
}

fn asks_for_nothing(browser: &Browser, report: &str) {
    assert_eq!(browser.look("document.scripts.length"), 0);
    let requests = browser.log("performance").into_iter().filter_map(|entry| {
        let event: Value = serde_json::from_str(&entry).unwrap();
        let told = &event["message"]["params"];
        // The browser's own first page asks for its parts too.
        let asked = event["message"]["method"] == "Network.requestWillBeSent" && told["documentURL"] == report;
        asked.then(|| told["request"]["url"].as_str().unwrap().to_owned())
    });
    let others: Vec<String> = requests.filter(|url| url != report && !url.starts_with("data:")).collect();
    assert_eq!(others, Vec::<String>::new());
}

/// Each number opens its evidence with Enter; then Tab reaches the way back, and Enter takes it.
fn citations_open_and_lead_back(browser: &Browser) {
    let count = browser.look("document.querySelectorAll('a.c').length").as_u64().unwrap();
    assert!(count > 100, "{count}");
    for nth in 0..count {
        let claim = browser.look(&format!(
            "(() => {{ const a = document.querySelectorAll('a.c')[{nth}]; a.focus(); return a.parentElement.id }})()"
        ));
        browser.press(ENTER);
        let told =
            browser.look("[location.hash, document.getElementById(location.hash.slice(1)).closest('details').open]");
        let (evidence, open) = (&told[0], &told[1]);
        assert_eq!(*open, true, "{claim} did not open {evidence}");
        // A message may hold links of its own before the way back.
        for _ in 0..8 {
            browser.press(TAB);
            if browser.look("document.activeElement.matches('.back a')") == true {
                break;
            }
        }
        browser.press(ENTER);
        assert_eq!(browser.look("location.hash.slice(1)"), claim, "the way back from {evidence}");
    }
}

/// On a narrow screen the chip opens what was said below its sentence, and closes it.
fn chips_open_in_place(browser: &Browser) {
    let is_open = "document.querySelector('#p2 details.ev').open";
    browser.look("(() => { for (const d of document.querySelectorAll('details.ev')) d.open = false })()");
    browser.look("document.querySelector('#p2 details.ev > summary').focus()");
    browser.press(ENTER);
    assert_eq!(browser.look(is_open), true);
    let shown = browser.look("document.querySelector('#p2 details.ev .hit').getBoundingClientRect().height > 0");
    assert_eq!(shown, true);
    browser.press(ENTER);
    assert_eq!(browser.look(is_open), false);
    let low = browser
        .look("Math.min(...[...document.querySelectorAll('.ev>summary')].map(s => s.getBoundingClientRect().height))");
    assert!(low.as_f64().unwrap() >= 22.0, "a chip of {low} pixels is hard to hit");
}

#[test]
fn on_paper_the_report_is_whole() {
    let bench = sample_bench();
    bench.run(&["export", "howie.json", "--format", "html", "-o", "report.html"]).exits(0);
    let (Some(chromium), true) = (chromium(), Command::new("pdftotext").arg("-v").output().is_ok()) else {
        eprintln!("NOT TESTED: no chromium and pdftotext here, so nobody looked at the report on paper");
        return;
    };
    let profile = tempfile::tempdir().unwrap();
    let sheet = bench.path("report.pdf");
    let printed = Command::new(chromium)
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--print-to-pdf={}", sheet.display()))
        .arg(address(&bench.path("report.html")))
        .output()
        .unwrap();
    assert!(printed.status.success() && sheet.exists(), "{}", String::from_utf8_lossy(&printed.stderr));
    let text = Command::new("pdftotext").arg("-layout").arg(&sheet).arg("-").output().unwrap();
    let text = String::from_utf8_lossy(&text.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    let json: Value = serde_json::from_slice(&fs::read(bench.path("howie.json")).unwrap()).unwrap();
    for entry in json["timeline"].as_object().unwrap().values() {
        let headline = entry["headline"].as_str().unwrap_or_default();
        let words: Vec<&str> = headline.split_whitespace().take(4).collect();
        assert!(text.contains(&words.join(" ")), "{headline} is not on paper");
    }
    for number in 1..=32 {
        assert!(
            text.contains(&format!(" {number} #")) || text.contains(&format!(" {number} no channel")),
            "entry {number} is not on paper"
        );
    }
}
