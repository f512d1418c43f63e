//! Two texts side by side, line by line: what both say once in a row, what only one says in its
//! column; and the text that says all of it.

use super::wrap::wrap;

/// Beyond so many pairs of lines what differs is not looked for: the texts stand one after the other.
const PAIRS: usize = 4_000_000;

/// A row of two columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What stands left.
    pub left: Option<String>,
    /// What stands right.
    pub right: Option<String>,
    /// Whether only one of them says it.
    pub differs: bool,
}

enum Step<'a> {
    Both(&'a str),
    Left(&'a str),
    Right(&'a str),
}

/// Lines of both in order, by their longest common subsequence.
fn steps<'a>(left: &'a str, right: &'a str) -> Vec<Step<'a>> {
    let (a, b): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    if a.len().saturating_mul(b.len()) > PAIRS {
        return a.into_iter().map(Step::Left).chain(b.into_iter().map(Step::Right)).collect();
    }
    let wide = b.len() + 1;
    let mut length = vec![0_u32; (a.len() + 1) * wide];
    let at = |length: &[u32], i: usize, j: usize| length.get(i * wide + j).copied().unwrap_or(0);
    for (i, line) in a.iter().enumerate().rev() {
        for (j, other) in b.iter().enumerate().rev() {
            let best = if line == other {
                at(&length, i + 1, j + 1) + 1
            } else {
                at(&length, i + 1, j).max(at(&length, i, j + 1))
            };
            if let Some(place) = length.get_mut(i * wide + j) {
                *place = best;
            }
        }
    }
    let (mut i, mut j, mut steps) = (0, 0, Vec::new());
    loop {
        match (a.get(i), b.get(j)) {
            (Some(line), Some(other)) if line == other => {
                steps.push(Step::Both(line));
                (i, j) = (i + 1, j + 1);
            }
            (Some(line), other) if other.is_none() || at(&length, i + 1, j) >= at(&length, i, j + 1) => {
                steps.push(Step::Left(line));
                i += 1;
            }
            (_, Some(other)) => {
                steps.push(Step::Right(other));
                j += 1;
            }
            _ => return steps,
        }
    }
}

/// The text that says what either says: common lines once, others left before right.
pub fn both(left: &str, right: &str) -> String {
    let lines: Vec<&str> = steps(left, right)
        .into_iter()
        .map(|step| match step {
            Step::Both(line) | Step::Left(line) | Step::Right(line) => line,
        })
        .collect();
    lines.join("\n")
}

/// Both texts in rows of two columns of `cells` each.
pub fn side_by_side(left: &str, right: &str, cells: usize) -> Vec<Row> {
    let rows_of = |line: &str| -> Vec<String> {
        let ranges = wrap(line, cells);
        ranges.into_iter().map(|range| line.get(range).unwrap_or_default().trim_end().to_owned()).collect()
    };
    let mut rows = Vec::new();
    let (mut only_left, mut only_right) = (Vec::new(), Vec::new());
    for step in steps(left, right) {
        match step {
            Step::Left(line) => only_left.extend(rows_of(line)),
            Step::Right(line) => only_right.extend(rows_of(line)),
            Step::Both(line) => {
                pair(&mut rows, &mut only_left, &mut only_right);
                let same = |text: String| Row { left: Some(text.clone()), right: Some(text), differs: false };
                rows.extend(rows_of(line).into_iter().map(same));
            }
        }
    }
    pair(&mut rows, &mut only_left, &mut only_right);
    rows
}

fn pair(rows: &mut Vec<Row>, left: &mut Vec<String>, right: &mut Vec<String>) {
    let (mut left, mut right) = (std::mem::take(left).into_iter(), std::mem::take(right).into_iter());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return,
            (left, right) => rows.push(Row { left, right, differs: true }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_both_says_common_lines_once_and_loses_none() {
        assert_eq!(both("a\nb\nd", "a\nc\nd\ne"), "a\nb\nc\nd\ne");
        assert_eq!(both("", "x"), "x");
        assert_eq!(both("x", "x"), "x");
        assert_eq!(both("one", "two"), "one\ntwo");
    }

    #[test]
    fn what_differs_stands_beside_each_other() {
        let rows = side_by_side("a\nmine\nz", "a\ntheirs\nmore\nz", 20);
        let seen: Vec<_> = rows.iter().map(|row| (row.left.as_deref(), row.right.as_deref(), row.differs)).collect();
        assert_eq!(
            seen,
            [
                (Some("a"), Some("a"), false),
                (Some("mine"), Some("theirs"), true),
                (None, Some("more"), true),
                (Some("z"), Some("z"), false)
            ]
        );
    }
}
