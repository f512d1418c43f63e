//! What times look like, and what they mean.

use super::*;

fn wall(text: &str) -> String {
    let written = read(text).unwrap_or_else(|| panic!("{text} is a time"));
    let decision = Decision::default();
    if let Some((at, quality)) = written.instant(&decision, 2022) {
        return format!("{} {}", at.rfc3339(), quality.words().unwrap_or_default());
    }
    if let Written::Clock(clock, quality) = written {
        return format!("{clock} {}", quality.words().unwrap_or_default());
    }
    let (wall, quality) = written.wall(&decision, 2022).unwrap();
    format!("{wall} {}", quality.words().unwrap_or_default())
}

#[test]
fn times_are_read_in_every_form_in_which_they_are_written() {
    for (text, meant) in [
        ("2022-12-06T14:36:12.004501Z", "2022-12-06T14:36:12.004501Z "),
        ("2022-12-06T14:36:12+01:00", "2022-12-06T13:36:12Z to the second"),
        ("2022-12-06 14:36:12 +0530", "2022-12-06T09:06:12Z to the second"),
        ("2022-12-06 14:36 UTC", "2022-12-06T14:36:00Z to the minute"),
        ("Tue, 6 Dec 2022 14:36:12 +0100 (CET)", "2022-12-06T13:36:12Z to the second"),
        ("6 Dec 22 14:36:12 EST", "2022-12-06T19:36:12Z to the second"),
        ("1670337372", "2022-12-06T14:36:12Z to the second"),
        ("1670337372.004501", "2022-12-06T14:36:12.004501Z "),
        ("1670337372004", "2022-12-06T14:36:12.004000Z "),
        ("1670337372004501", "2022-12-06T14:36:12.004501Z "),
        ("1670337372004501999", "2022-12-06T14:36:12.004501Z "),
        ("2022-12-06T14:36:12", "2022-12-06 14:36:12 to the second"),
        ("2022/12/06 14:36", "2022-12-06 14:36:00 to the minute"),
        ("20221206T143612", "2022-12-06 14:36:12 to the second"),
        ("20221206143612", "2022-12-06 14:36:12 to the second"),
        ("2022-12-06", "2022-12-06 00:00:00 day inferred"),
        ("12/6/22, 2:36\u{202f}PM", "2022-12-06 14:36:00 to the minute"),
        ("12/06/2022, 12:08 a. m.", "2022-12-06 00:08:00 to the minute"),
        ("01/01/2019, 00:08 a. m.", "2019-01-01 00:08:00 to the minute"),
        ("06.12.22, 14:36", "2022-12-06 14:36:00 to the minute"),
        ("6.12.2022 klo 14.36", "2022-12-06 14:36:00 to the minute"),
        ("14-Dec-19 12:00 AM", "2019-12-14 00:00:00 to the minute"),
        ("Dec 6, 2022 at 2:36 PM", "2022-12-06 14:36:00 to the minute"),
        ("Tue Dec 06 14:36:12 2022", "2022-12-06 14:36:12 to the second"),
        ("Di Dez 06 14:36:12 2022", "2022-12-06 14:36:12 to the second"),
        ("Tuesday, December 6th", "2022-12-06 00:00:00 day inferred"),
        ("Dec 06 14:36:12", "2022-12-06 14:36:12 to the second, day inferred"),
        ("6 déc. 2022 à 14:36", "2022-12-06 14:36:00 to the minute"),
        ("14:36", "14:36:00 to the minute"),
        ("2:36:12 p.m.", "14:36:12 to the second"),
        ("14:36:12,004", "14:36:12.004 "),
    ] {
        assert_eq!(wall(text), meant, "{text}");
    }
}

#[test]
fn what_is_no_time_is_not_taken_for_one() {
    for text in
        ["", "12", "hello", "12:", "25:00", "2022-13-06", "12/6", "v1.2.3 out", "a 12:00 b", "99999999", "-", "T"]
    {
        assert_eq!(read(text), None, "{text}");
    }
    for text in ["é", "６:００", "12:3é", "12\u{200e}:30x", "1/é/2", "é12:00", "(12:00", "12:00 ("] {
        read(text);
    }
}

fn order(dates: &[&str], said: Option<DayOrder>) -> Decision {
    let mut seen = Dates::default();
    for text in dates {
        seen.see(read(text).unwrap().day());
    }
    seen.decide(said)
}

#[test]
fn one_date_with_a_part_above_twelve_decides_for_all() {
    assert_eq!(order(&["3/4/22", "13/4/22"], None).order, dates::Order::DayMonthYear);
    assert_eq!(order(&["3/4/22", "3/14/22"], Some(DayOrder::DayFirst)).order, dates::Order::MonthDayYear);
    assert_eq!(order(&["15-01-20", "11-05-20"], None).order, dates::Order::DayMonthYear);
    assert_eq!(order(&["31-01-22", "1-2-22"], None).order, dates::Order::DayMonthYear);
}

#[test]
fn dates_that_only_grow_in_one_order_are_read_in_that_order() {
    let decision = order(&["10/11/21", "11/11/21", "1/12/21"], None);
    assert_eq!((decision.order, decision.guess), (dates::Order::DayMonthYear, None));
    assert_eq!(order(&["20-10-30", "20-11-02"], None).order, dates::Order::YearMonthDay);
}

#[test]
fn what_nothing_tells_is_as_somebody_said_or_a_guess_that_says_so() {
    assert_eq!(order(&["3/4/2022"], Some(DayOrder::DayFirst)).order, dates::Order::DayMonthYear);
    let decision = order(&["3/4/2022", "3/5/2022"], None);
    assert_eq!(decision.order, dates::Order::MonthDayYear);
    assert!(decision.guess.unwrap().starts_with("nothing tells whether 3/4 is a day and a month"));
}

#[test]
fn a_clock_that_goes_back_by_more_than_an_hour_is_of_the_next_day() {
    let clock = |text: &str| match read(text) {
        Some(Written::Clock(clock, _)) => clock,
        other => panic!("{other:?}"),
    };
    let mut days = Days::from(NaiveDate::from_ymd_opt(2022, 12, 6));
    let told: Vec<String> =
        ["23:10", "22:40", "23:59", "0:01"].iter().map(|text| days.at(clock(text)).unwrap().to_string()).collect();
    assert_eq!(told, ["2022-12-06 23:10:00", "2022-12-06 22:40:00", "2022-12-06 23:59:00", "2022-12-07 00:01:00"]);
    assert_eq!(Days::default().at(clock("1:00")), None);
}
