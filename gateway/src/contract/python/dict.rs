//! A Python `dict` with texts for keys: of two equal keys the first has the place and the last the value.

use std::mem::take;

use indexmap::IndexMap;

use super::{Text, Value};

#[derive(Clone, Debug, Default)]
pub struct Dict(Members);

/// Few members are found sooner by looking at all of them. Of many a client could choose names that take forever,
/// so that they are found by a hash that nobody can foresee.
#[derive(Clone, Debug)]
enum Members {
    Few(Vec<(Text, Value)>),
    Many(Box<IndexMap<Text, Value>>),
}

const FEW: usize = 16;

impl Default for Members {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Dict {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        match &self.0 {
            Members::Few(members) => members.len(),
            Members::Many(members) => members.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn insert(&mut self, name: Text, value: Value) {
        let members = match &mut self.0 {
            Members::Few(members) => members,
            Members::Many(members) => {
                members.insert(name, value);
                return;
            }
        };
        if let Some((_, known)) = members.iter_mut().find(|(known, _)| *known == name) {
            *known = value;
        } else if members.len() < FEW {
            members.push((name, value));
        } else {
            let mut many: IndexMap<_, _> = take(members).into_iter().collect();
            many.insert(name, value);
            self.0 = Members::Many(Box::new(many));
        }
    }

    /// Asked for by its bytes, so that nobody has to make a [`Text`] of a name.
    pub fn get(&self, name: &[u8]) -> Option<&Value> {
        match &self.0 {
            Members::Few(members) => {
                members.iter().find(|(known, _)| known.bytes() == name).map(|(_, value)| value)
            }
            Members::Many(members) => members.get(name),
        }
    }

    pub fn get_index(&self, at: usize) -> Option<(&Text, &Value)> {
        match &self.0 {
            Members::Few(members) => members.get(at).map(|(name, value)| (name, value)),
            Members::Many(members) => members.get_index(at),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Text, &Value)> {
        (0..self.len()).filter_map(|at| self.get_index(at))
    }
}

/// In whatever order.
impl PartialEq for Dict {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name.bytes()) == Some(value))
    }
}

impl FromIterator<(Text, Value)> for Dict {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(members: I) -> Self {
        let mut dict = Self::new();
        members.into_iter().for_each(|(name, value)| dict.insert(name, value));
        dict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_keys_the_first_has_the_place_and_the_last_the_value() {
        for names in [1, 2, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let pairs = |value: i64| {
                (0..names).map(move |name| (Text::from(name.to_string().as_str()), Value::Integer(value)))
            };
            let dict: Dict = pairs(0).chain(pairs(1)).collect();
            let read: Vec<_> = dict.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            assert_eq!(read, pairs(1).collect::<Vec<_>>());
            assert_eq!(dict.len(), names);
            for (name, value) in pairs(1) {
                assert_eq!(dict.get(name.as_str().unwrap().as_bytes()), Some(&value));
            }
            assert_eq!(dict.get(b"x"), None);
            assert_eq!(dict, read.into_iter().rev().collect::<Dict>());
            assert_ne!(dict, pairs(0).collect::<Dict>());
        }
    }
}
