//! An object of JSON whose members stay in their order.

use std::{fmt, marker::PhantomData, ops::Deref};

use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ordered<T>(IndexMap<String, T>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}

impl<T> Deref for Ordered<T> {
    type Target = IndexMap<String, T>;

    fn deref(&self) -> &IndexMap<String, T> {
        &self.0
    }
}

impl<T> IntoIterator for Ordered<T> {
    type Item = (String, T);
    type IntoIter = indexmap::map::IntoIter<String, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = Ordered<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Ordered<T>, A::Error> {
        let mut members = IndexMap::new();
        while let Some((name, value)) = access.next_entry()? {
            members.insert(name, value);
        }
        Ok(Ordered(members))
    }
}
