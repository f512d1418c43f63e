//! What the people of a generated export say: few words often, many words seldom, most texts short.
//!
//! The lengths follow what was measured of real channels: a tenth is below 22 bytes, half below 58,
//! nine tenths below 216, one in a hundred is a paste of up to 4,000.

use super::dice::Dice;

/// What is said most, from the most to the least common.
const COMMON: &str = "the to a is of and in it on for we i that not this with at from be are was have can you \
    but now one all read there as deploy or what so will error after service no by see they if alias has \
    search still up when before out test time which check again key old page queue do logs who index looks \
    broker same thanks here fix last morning restart traffic been should only why seems down customers alert \
    config cluster job done into rollback yes cache think latency timeout right graph migration back two anybody \
    kafka billing größe naïve 日本";

const SYLLABLES: [&str; 32] = [
    "ba", "co", "de", "fi", "go", "hu", "in", "jo", "ka", "le", "mi", "no", "op", "pra", "qui", "re", "sta", "ter",
    "un", "ver", "wi", "ex", "ly", "zo", "ment", "tion", "al", "er", "ing", "ash", "ide", "ure",
];

/// How many words are said seldom.
const RARE: usize = 20_000;

/// All words there are.
pub struct Words {
    common: Vec<&'static str>,
    rare: Vec<String>,
}

impl Words {
    /// The same words for the same dice.
    pub fn new(dice: &mut Dice) -> Self {
        let rare = (0..RARE).map(|_| (0..2 + dice.below(3)).map(|_| dice.pick(&SYLLABLES)).collect());
        Self { common: COMMON.split_whitespace().collect(), rare: rare.collect() }
    }

    /// Two throws multiplied lean to the front, as words do.
    fn word(&self, dice: &mut Dice) -> &str {
        let lean = |dice: &mut Dice, count: usize| dice.below(count) * dice.below(count) / count.max(1);
        if dice.below(100) < 72 {
            self.common.get(lean(dice, self.common.len())).copied().unwrap_or_default()
        } else {
            self.rare.get(lean(dice, self.rare.len())).map_or("", String::as_str)
        }
    }

    /// Words of about so many bytes, in lines as JSON writes them.
    pub fn of_length(&self, bytes: usize, dice: &mut Dice) -> String {
        let mut text = String::with_capacity(bytes + 16);
        while text.len() < bytes {
            if !text.is_empty() {
                text.push_str(if bytes > 210 && dice.one_in(12) { "\\n" } else { " " });
            }
            text.push_str(self.word(dice));
        }
        text
    }
}

/// How many bytes a text has: most are short, one in a hundred is a paste.
pub fn length(dice: &mut Dice) -> usize {
    match dice.below(1_000) {
        0..100 => 6 + dice.below(12),
        100..500 => 17 + dice.below(30),
        500..600 => 46 + dice.below(14),
        600..900 => 60 + dice.below(156),
        900..987 => 210 + dice.below(420),
        _ => 1_650 + dice.below(2_340),
    }
}
