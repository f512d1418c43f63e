//! In which order the numbers of all dates of one source stand.
//!
//! One date with a part above 12 decides for all. Else what somebody said holds, then the order in
//! which the dates grow; and what is then still open is guessed, with a sentence that says so.

use chrono::NaiveDate;

use super::{WrittenDay, full_year, order_words};
use crate::base::reading::DayOrder;

/// In which order three numbers of at most two digits stand, the last or the first being the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Month, day, year.
    MonthDayYear,
    /// Day, month, year.
    DayMonthYear,
    /// Year, month, day.
    YearMonthDay,
}

impl Order {
    const ALL: [Self; 3] = [Self::MonthDayYear, Self::DayMonthYear, Self::YearMonthDay];

    /// The date that three numbers mean in this order.
    pub(crate) fn date(self, a: u32, b: u32, c: u32) -> Option<NaiveDate> {
        match self {
            Self::MonthDayYear => NaiveDate::from_ymd_opt(full_year(c), a, b),
            Self::DayMonthYear => NaiveDate::from_ymd_opt(full_year(c), b, a),
            Self::YearMonthDay if c <= 31 => NaiveDate::from_ymd_opt(full_year(a), b, c),
            Self::YearMonthDay => None,
        }
    }

    const fn of(said: DayOrder) -> Self {
        match said {
            DayOrder::DayFirst => Self::DayMonthYear,
            DayOrder::MonthFirst => Self::MonthDayYear,
        }
    }
}

/// How the dates of a source are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The order of their numbers.
    pub(crate) order: Order,
    /// What had to be guessed, as a printable sentence.
    pub(crate) guess: Option<String>,
}

impl Default for Decision {
    fn default() -> Self {
        Self { order: Order::MonthDayYear, guess: None }
    }
}

/// One way to read all dates.
#[derive(Debug, Clone, Copy, Default)]
struct Way {
    fails: usize,
    back: usize,
    last: Option<NaiveDate>,
}

/// The dates of one source, looked at together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dates {
    seen: usize,
    ways: [Way; 3],
    example: Option<(u32, u32, u32)>,
}

impl Dates {
    /// Looks at one more date, in the order of the source.
    pub(crate) fn see(&mut self, day: Option<WrittenDay>) {
        let Some(WrittenDay::Numbers(a, b, c)) = day else { return };
        self.seen += 1;
        self.example.get_or_insert((a, b, c));
        for (way, order) in self.ways.iter_mut().zip(Order::ALL) {
            match order.date(a, b, c) {
                Some(date) => {
                    way.back += usize::from(way.last.is_some_and(|last| date < last));
                    way.last = Some(date);
                }
                None => way.fails += 1,
            }
        }
    }

    /// How they are to be read; `said` is what somebody said about it.
    pub(crate) fn decide(&self, said: Option<DayOrder>) -> Decision {
        let Some((a, b, _)) = self.example else { return Decision::default() };
        let ways = || Order::ALL.into_iter().zip(self.ways);
        let fewest = ways().map(|(_, way)| way.fails).min().unwrap_or(0);
        let possible: Vec<(Order, Way)> = ways().filter(|(_, way)| way.fails == fewest).collect();
        let sure = |order| Decision { order, guess: None };
        if let [(only, _)] = possible.as_slice() {
            return sure(*only);
        }
        if let Some(order) = said.map(Order::of).filter(|order| possible.iter().any(|(known, _)| known == order)) {
            return sure(order);
        }
        let steadiest = possible.iter().map(|(_, way)| way.back).min().unwrap_or(0);
        let steady: Vec<Order> =
            possible.iter().filter(|(_, way)| way.back == steadiest).map(|(order, _)| *order).collect();
        if let [only] = steady.as_slice() {
            return sure(*only);
        }
        let order = steady.first().copied().unwrap_or(Order::MonthDayYear);
        let words = order_words(if order == Order::DayMonthYear { DayOrder::DayFirst } else { DayOrder::MonthFirst });
        let guess = format!(
            "nothing tells whether {a}/{b} is a day and a month or a month and a day; it was read as if {words} \
             (--day-order says it)"
        );
        Decision { order, guess: Some(guess) }
    }
}
