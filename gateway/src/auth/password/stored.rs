//! What the database keeps of a user's password, as a login reads it.

use std::fmt;

use super::fingerprint;

/// The row's columns that the mapping names, and the better hash beside them if there is one.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StoredPassword {
    /// The legacy's column.
    pub hash: Option<String>,
    /// The column that `transform` or `salt` names, where one does.
    pub companion: Option<String>,
    pub side: Option<SideHash>,
}

/// A row of `gateway.user_password`.
#[derive(Clone, PartialEq, Eq)]
pub struct SideHash {
    pub phc: String,
    /// Of the legacy's column when this was written.
    pub legacy_fp: Vec<u8>,
}

/// What is to be written for a new password.
#[derive(Clone, PartialEq, Eq)]
pub struct NewHash {
    pub hash: String,
    /// For the column that `transform` or `salt` names, where one does.
    pub companion: Option<String>,
}

impl StoredPassword {
    /// The better hash counts only for the very password that it was made for.
    pub(super) fn counting(&self) -> Option<&str> {
        let hash = self.hash.as_deref()?;
        match &self.side {
            Some(side) if side.legacy_fp == fingerprint(hash) => Some(&side.phc),
            Some(_) | None => Some(hash),
        }
    }
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<stored password>")
    }
}

impl fmt::Debug for SideHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<side hash>")
    }
}

impl fmt::Debug for NewHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<new hash>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_hash_counts_until_the_column_changes() {
        let side = SideHash { phc: "better".to_owned(), legacy_fp: fingerprint("old").to_vec() };
        let stored = |hash: Option<&str>| StoredPassword {
            hash: hash.map(str::to_owned),
            companion: None,
            side: Some(side.clone()),
        };
        assert_eq!(stored(Some("old")).counting(), Some("better"));
        assert_eq!(stored(Some("reset")).counting(), Some("reset"));
        assert_eq!(stored(None).counting(), None);
        assert_eq!(format!("{:?} {side:?}", stored(Some("old"))), "<stored password> <side hash>");
    }
}
