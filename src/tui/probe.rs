//! What the terminal can do, from its answers to the one round of questions at the start.
//!
//! The questions are sent with the first bytes and nobody waits for the answers: they come through
//! the input like keys, so that a slow link costs no start-up time and a late answer is never taken
//! for typing. The last question is one that every terminal answers; its answer ends the round.

/// What the terminal told about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Probe {
    /// Whether the background is dark; none when the terminal did not say.
    pub dark: Option<bool>,
    /// Whether text and background are so close that dimmed text would not be readable.
    pub text_contrast_low: bool,
    /// Whether the kitty keyboard protocol is spoken.
    pub kitty: bool,
    /// Whether characters of ambiguous width take two cells.
    pub wide_ambiguous: bool,
}

/// A colour as the terminal says it, each part from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rgb {
    red: f64,
    green: f64,
    blue: f64,
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    /// The colour of the background (OSC 11).
    Background(Rgb),
    /// The colour of plain text (OSC 10).
    Text(Rgb),
    /// The kitty keyboard flags, which only terminals send that know the protocol.
    Kitty,
    /// The column where the cursor was after one ambiguous character, from 1.
    Column(u16),
    /// The answer to the last question (DA1).
    Last,
}

/// Text below this contrast is not dimmed: WCAG's ratio for normal text at its stricter level.
const CONTRAST_FLOOR: f64 = 7.0;

impl Rgb {
    /// Reads `rgb:ffff/0000/8080` with one to four digits a part, `rgba:` alike.
    pub fn parse(text: &str) -> Option<Self> {
        let (_, parts) = text.split_once(':').filter(|(model, _)| matches!(*model, "rgb" | "rgba"))?;
        let mut parts = parts.split('/').map(|part| {
            let most = (16_u32.checked_pow(u32::try_from(part.len()).ok()?)?).checked_sub(1)?;
            let value = u32::from_str_radix(part, 16).ok()?;
            (1..=4).contains(&part.len()).then(|| f64::from(value) / f64::from(most))
        });
        Some(Self { red: parts.next()??, green: parts.next()??, blue: parts.next()?? })
    }

    /// Relative luminance as WCAG defines it.
    fn luminance(self) -> f64 {
        let linear = |part: f64| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }
}

/// The answers of a round that is not over.
#[derive(Debug, Default)]
pub struct Answers {
    background: Option<Rgb>,
    text: Option<Rgb>,
    kitty: bool,
    column: Option<u16>,
}

impl Answers {
    /// Takes an answer; the last one gives the result.
    pub fn take(&mut self, answer: Answer) -> Option<Probe> {
        match answer {
            Answer::Background(colour) => self.background = Some(colour),
            Answer::Text(colour) => self.text = Some(colour),
            Answer::Kitty => self.kitty = true,
            Answer::Column(column) => self.column = Some(column),
            Answer::Last => return Some(self.probe()),
        }
        None
    }

    fn probe(&self) -> Probe {
        // Midway for the eye, where black and white stand out alike, is a luminance of 0.18.
        let dark = self.background.map(|colour| colour.luminance() < 0.18);
        let contrast = self.background.zip(self.text).map(|(background, text)| background.contrast(text));
        Probe {
            dark,
            text_contrast_low: contrast.is_some_and(|contrast| contrast < CONTRAST_FLOOR),
            kitty: self.kitty,
            wide_ambiguous: self.column.is_some_and(|column| column > 2),
        }
    }
}

/// The questions as bytes: background, text colour, kitty keys, and the one that ends the round;
/// before it, where ambiguous characters may be wide, one of them is printed and measured.
pub fn questions(measure_ambiguous: bool) -> Vec<u8> {
    let mut bytes = b"\x1b]11;?\x1b\\\x1b]10;?\x1b\\\x1b[?u".to_vec();
    if measure_ambiguous {
        // On the second row: a cursor report of the first looks like a function key.
        bytes.extend_from_slice("\x1b[2;1H│\x1b[6n\x1b[2;1H\x1b[K".as_bytes());
    }
    bytes.extend_from_slice(b"\x1b[c");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Rgb {
        Rgb::parse(text).unwrap()
    }

    fn probe(background: &str, text: &str) -> Probe {
        let mut answers = Answers::default();
        assert_eq!(answers.take(Answer::Background(colour(background))), None);
        assert_eq!(answers.take(Answer::Text(colour(text))), None);
        answers.take(Answer::Last).unwrap()
    }

    #[test]
    fn dark_and_light_backgrounds_are_told_apart() {
        assert_eq!(probe("rgb:0000/0000/0000", "rgb:ffff/ffff/ffff").dark, Some(true));
        assert_eq!(probe("rgb:fd/f6/e3", "rgb:65/7b/83").dark, Some(false));
        assert_eq!(probe("rgba:0/2/3/f", "rgb:f/f/f").dark, Some(true));
    }

    #[test]
    fn solarized_has_too_little_contrast_to_dim_text() {
        assert!(probe("rgb:0000/2b2b/3636", "rgb:8383/9494/9696").text_contrast_low);
        assert!(!probe("rgb:0000/0000/0000", "rgb:c0c0/c0c0/c0c0").text_contrast_low);
    }

    #[test]
    fn a_terminal_that_says_nothing_but_the_last_answer_is_plain() {
        assert_eq!(Answers::default().take(Answer::Last), Some(Probe::default()));
    }

    #[test]
    fn an_ambiguous_character_of_two_cells_is_noticed() {
        for (column, wide) in [(2, false), (3, true)] {
            let mut answers = Answers::default();
            answers.take(Answer::Column(column));
            assert_eq!(answers.take(Answer::Last).unwrap().wide_ambiguous, wide);
        }
    }

    #[test]
    fn colours_that_are_none_are_refused() {
        for wrong in ["", "rgb:", "rgb:1/2", "rgb:12345/0/0", "rgb:x/y/z", "hsl:1/2/3", "rgb:/1/2"] {
            assert_eq!(Rgb::parse(wrong), None, "{wrong}");
        }
    }
}
