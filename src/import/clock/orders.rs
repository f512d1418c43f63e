//! Which of two numbers of a date is the day: decided over all dates of a file, never by one.

use chrono::NaiveDate;

use super::Written;
use crate::base::reading::DayOrder;

/// What the dates of one file tell together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Orders {
    unsure: usize,
    only_day_first: usize,
    only_month_first: usize,
    day_first: Course,
    month_first: Course,
    has_halves: bool,
}

/// How the days go on when they are read in one order.
#[derive(Debug, Clone, Default)]
struct Course {
    last: Option<NaiveDate>,
    up: usize,
    down: usize,
}

impl Course {
    fn step(&mut self, day: Option<NaiveDate>) {
        let Some(day) = day else { return };
        if let Some(last) = self.last {
            self.up += usize::from(day > last);
            self.down += usize::from(day < last);
        }
        self.last = Some(day);
    }

    /// How often it turns round: a log goes one way.
    fn turns(&self) -> usize {
        self.up.min(self.down)
    }
}

impl Orders {
    /// Looks at one more time as it is written.
    pub(crate) fn look_at(&mut self, text: &str) {
        let Some(written) = Written::read(text) else { return };
        let (day_first, month_first) = (written.day(DayOrder::DayFirst), written.day(DayOrder::MonthFirst));
        self.day_first.step(day_first);
        self.month_first.step(month_first);
        if written.is_unsure() {
            self.unsure += 1;
            self.only_day_first += usize::from(month_first.is_none());
            self.only_month_first += usize::from(day_first.is_none());
            let lower = text.to_ascii_lowercase();
            self.has_halves |= lower.ends_with('m') || lower.ends_with("m.");
        }
    }
    /// The order that holds for all, and a sentence about it where it had to be guessed. What
    /// somebody said holds over everything.
    pub(crate) fn decide(&self, said: Option<DayOrder>) -> (DayOrder, Option<String>) {
        if let Some(order) = said {
            return (order, None);
        }
        if self.unsure == 0 {
            return (DayOrder::DayFirst, None);
        }
        let told = |order, why: &str| (order, Some(sentence(order, why)));
        match (self.only_day_first, self.only_month_first) {
            (1.., 0) => return told(DayOrder::DayFirst, "a first number is over 12"),
            (0, 1..) => return told(DayOrder::MonthFirst, "a second number is over 12"),
            (day, month) if day + month > 0 => {
                let order = if day >= month { DayOrder::DayFirst } else { DayOrder::MonthFirst };
                return told(order, "most dates can only be read so; the others have no time");
            }
            _ => {}
        }
        match self.day_first.turns().cmp(&self.month_first.turns()) {
            std::cmp::Ordering::Less => told(DayOrder::DayFirst, "the days run on only so"),
            std::cmp::Ordering::Greater => told(DayOrder::MonthFirst, "the days run on only so"),
            std::cmp::Ordering::Equal if self.has_halves => {
                told(DayOrder::MonthFirst, "nothing tells, and its clocks say AM and PM; please check")
            }
            std::cmp::Ordering::Equal => told(DayOrder::DayFirst, "nothing tells; please check"),
        }
    }
}

fn sentence(order: DayOrder, why: &str) -> String {
    let read = match order {
        DayOrder::DayFirst => "3/4 is read as the third of April",
        DayOrder::MonthFirst => "3/4 is read as the fourth of March",
    };
    format!("{read}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(dates: &[&str]) -> (DayOrder, Option<String>) {
        let mut orders = Orders::default();
        for date in dates {
            orders.look_at(date);
        }
        orders.decide(None)
    }

    #[test]
    fn one_number_over_twelve_tells_for_all() {
        assert_eq!(decide(&["1/2/2024 10:00", "1/13/2024 10:00"]).0, DayOrder::MonthFirst);
        assert_eq!(decide(&["1/2/2024 10:00", "14/2/2024 10:00"]).0, DayOrder::DayFirst);
        assert_eq!(decide(&["2024-01-02 10:00"]), (DayOrder::DayFirst, None));
    }

    #[test]
    fn else_the_order_in_which_the_days_run_on_tells() {
        let (order, why) = decide(&["1/11/2024 10:00", "1/12/2024 10:00", "2/1/2024 10:00"]);
        assert_eq!(
            (order, why.unwrap().as_str()),
            (DayOrder::MonthFirst, "3/4 is read as the fourth of March: the days run on only so")
        );
    }

    #[test]
    fn what_nothing_tells_is_said_to_be_a_guess() {
        let (order, why) = decide(&["3/4/2024 10:00"]);
        assert!(order == DayOrder::DayFirst && why.unwrap().contains("please check"));
        assert_eq!(decide(&["3/4/2024 10:00 PM"]).0, DayOrder::MonthFirst);
        let mut orders = Orders::default();
        orders.look_at("3/4/2024");
        assert_eq!(orders.decide(Some(DayOrder::MonthFirst)), (DayOrder::MonthFirst, None));
    }
}
