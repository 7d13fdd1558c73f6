//! Who answers a route, and who answers a path that is no route.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    Legacy,
    Native,
    Deny,
}

/// What happens to a path that no route in the lock matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlisted {
    Legacy,
    Deny,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an owner: an owner is `legacy`, `native` or `deny`")]
pub struct BadOwner(String);

impl Owner {
    pub const ALL: [Owner; 3] = [Owner::Legacy, Owner::Native, Owner::Deny];

    pub fn name(self) -> &'static str {
        match self {
            Owner::Legacy => "legacy",
            Owner::Native => "native",
            Owner::Deny => "deny",
        }
    }
}

impl Unlisted {
    pub const ALL: [Unlisted; 2] = [Unlisted::Legacy, Unlisted::Deny];
}

impl FromStr for Owner {
    type Err = BadOwner;

    fn from_str(text: &str) -> Result<Self, BadOwner> {
        let owner = Self::ALL.into_iter().find(|owner| owner.name() == text);
        owner.ok_or_else(|| BadOwner(text.to_owned()))
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Unlisted::Legacy => "legacy",
            Unlisted::Deny => "deny",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_back_from_its_name() {
        for owner in Owner::ALL {
            assert_eq!(owner.to_string().parse::<Owner>().expect("its own name"), owner);
        }
        let message = "`Native` is not an owner: an owner is `legacy`, `native` or `deny`";
        assert_eq!("Native".parse::<Owner>().expect_err("names are exact").to_string(), message);
    }
}
