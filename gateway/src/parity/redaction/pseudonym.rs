//! What stands for a value: of the same kind, length and alphabet, the same wherever the value comes, and never another's.

pub(super) mod mark;
mod shape;
mod special;

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{detect, key::Key, words, wrapping};

pub(super) use special::host;

/// Beyond it a pseudonym can be that of two values, which is unlikely then for all but short ones.
const MOST: usize = 500_000;
/// Values that have one letter have no more pseudonyms than there are letters.
const ATTEMPTS: u64 = 64;
/// Of a longer one the first is nearly as good as any, and each is work.
const SHORT: usize = 256;
const FEW: u64 = 3;
/// Shorter values come by chance.
const TELLING: usize = 6;

#[derive(Debug)]
pub(super) struct Pseudonyms {
    key: Key,
    /// Whose a pseudonym is, both as digests.
    taken: HashMap<u64, u64>,
    known: HashSet<u64>,
    /// Long numbers that stayed, so that the same digits as text stay too.
    numbers: HashSet<u64>,
}

impl Pseudonyms {
    pub(super) fn new(key: Key) -> Self {
        Self { key, taken: HashMap::new(), known: HashSet::new(), numbers: HashSet::new() }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// For one whole value.
    pub(super) fn of(&mut self, value: &str) -> String {
        let owner = self.digest("value", value);
        // What everybody says is no secret of the next who says it.
        if value.len() >= TELLING && self.known.len() < MOST && !words::is_one(value) {
            self.known.insert(owner);
        }
        let attempts = attempts(value);
        let mut pseudonym = String::new();
        for attempt in 0..attempts {
            pseudonym = special::reshaped(value, owner.wrapping_add(attempt), &self.key);
            let is_free = self.takes(&pseudonym, owner) && !words::is_one(&pseudonym) && pseudonym != value;
            let is_plain = !detect::looks_real(&pseudonym) && wrapping::of(&pseudonym).is_none();
            if is_free && is_plain || !value.contains(char::is_alphanumeric) {
                break;
            }
        }
        pseudonym
    }

    /// For a stretch of text that is part of a larger one: no two texts have the same words then.
    pub(super) fn of_part(&self, part: &str, whole: u64) -> String {
        let seed = whole ^ self.digest("part", part);
        let mut attempts =
            (0..attempts(part)).map(|attempt| shape::reshaped(part, seed.wrapping_add(attempt)));
        let fits = attempts.find(|attempt| !detect::looks_real(attempt));
        fits.unwrap_or_else(|| shape::reshaped(part, seed))
    }

    /// Digits stay digits, and a number a number.
    pub(super) fn of_number(&mut self, number: &str) -> String {
        let (mantissa, exponent) = number.find(['e', 'E']).map_or((number, ""), |at| number.split_at(at));
        self.of(mantissa) + exponent
    }

    pub(super) fn seed(&self, whole: &str) -> u64 {
        self.digest("whole", whole)
    }

    /// Whether the value was replaced before: what is secret in one place is secret in all.
    pub(super) fn knows(&self, value: &str) -> bool {
        value.len() >= TELLING && !self.known.is_empty() && self.known.contains(&self.digest("value", value))
    }

    pub(super) fn keep_number(&mut self, number: &str) {
        if self.numbers.len() < MOST {
            self.numbers.insert(self.digest("number", number));
        }
    }

    pub(super) fn kept_number(&self, number: &str) -> bool {
        !self.numbers.is_empty() && self.numbers.contains(&self.digest("number", number))
    }

    fn takes(&mut self, pseudonym: &str, owner: u64) -> bool {
        let is_full = self.taken.len() >= MOST;
        let mut hasher = DefaultHasher::new();
        pseudonym.hash(&mut hasher);
        let digest = hasher.finish();
        match self.taken.get(&digest) {
            Some(other) => *other == owner,
            None => {
                if !is_full {
                    self.taken.insert(digest, owner);
                }
                true
            }
        }
    }

    fn digest(&self, purpose: &str, value: &str) -> u64 {
        number(&self.key.digest(purpose, value.as_bytes()))
    }
}

fn attempts(value: &str) -> u64 {
    match value.len() {
        0..=SHORT => ATTEMPTS,
        _ => FEW,
    }
}

/// The first eight bytes.
pub(super) fn number(digest: &[u8]) -> u64 {
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
