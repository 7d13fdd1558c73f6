//! The letters that an opaque value is made of, by the groups that encodings are made of.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Alphabet(u8);

/// Its bit, the letters that stand for it in a file, what is in it, and how many that are.
type Group = (u8, &'static str, fn(u8) -> bool, u32);

const GROUPS: [Group; 7] = [
    (1, "0-9", |byte| byte.is_ascii_digit(), 10),
    (2, "a-f", |byte| matches!(byte, b'a'..=b'f'), 6),
    (4, "g-z", |byte| matches!(byte, b'g'..=b'z'), 20),
    (8, "A-F", |byte| matches!(byte, b'A'..=b'F'), 6),
    (16, "G-Z", |byte| matches!(byte, b'G'..=b'Z'), 20),
    (32, "_-", |byte| matches!(byte, b'_' | b'-'), 2),
    (64, "+/=.$", |byte| matches!(byte, b'+' | b'/' | b'=' | b'.' | b'$'), 2),
];

impl Alphabet {
    pub fn of(text: &str) -> Self {
        let groups = GROUPS.iter().filter(|(_, _, holds, _)| text.bytes().any(holds));
        Self(groups.fold(0, |bits, (bit, ..)| bits | bit))
    }

    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn holds(self, text: &str) -> bool {
        text.bytes().all(|byte| GROUPS.iter().any(|(bit, _, holds, _)| self.0 & bit != 0 && holds(byte)))
    }

    /// Of one letter.
    pub fn bits(self) -> f64 {
        let letters: u32 = GROUPS.iter().filter(|(bit, ..)| self.0 & bit != 0).map(|group| group.3).sum();
        f64::from(letters.max(1)).log2()
    }
}

impl From<String> for Alphabet {
    fn from(text: String) -> Self {
        let groups = GROUPS.iter().filter(|(_, name, ..)| text.split(' ').any(|part| part == *name));
        Self(groups.fold(0, |bits, (bit, ..)| bits | bit))
    }
}

impl From<Alphabet> for String {
    fn from(alphabet: Alphabet) -> Self {
        let groups = GROUPS.iter().filter(|(bit, ..)| alphabet.0 & bit != 0);
        groups.map(|(_, name, ..)| *name).collect::<Vec<_>>().join(" ")
    }
}
