//! The tables in schema `gateway` that hold what is known of migrations: the gateway makes them, no migration does.

pub(super) const TABLES: [&str; 6] =
    ["schema_history", "migration_down", "migration_step", "baseline", "baseline_object", "baseline_before"];

/// As a list of SQL texts.
pub(super) fn quoted() -> String {
    TABLES.map(|table| format!("'{table}'")).join(", ")
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::migrate::{baseline, effect, history};

    #[test]
    fn what_is_made_is_what_is_known_as_made() {
        let made = Regex::new(r"CREATE TABLE IF NOT EXISTS gateway\.([a-z_]+)").unwrap();
        let statements = [history::BOOKKEEPING, baseline::TABLES, effect::TABLE].concat();
        let found: Vec<_> = made.captures_iter(&statements).map(|captures| captures[1].to_owned()).collect();
        assert_eq!(found, TABLES);
    }
}
