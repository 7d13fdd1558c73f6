//! Whether the private PostgreSQL could be started, where `run` would start one: in development without a database.
//!
//! Anywhere else a missing database is refused as one, and PostgreSQL's server is not what is missing.

use std::path::Path;

use crate::{
    config::{DatabaseConfig, Environment, mistakes::Mistake, setting::DATABASE_URL},
    db::cluster::ClusterError,
};

pub(super) fn probe(
    environment: Environment,
    database: &DatabaseConfig,
    can_start: impl FnOnce(Option<&Path>) -> Result<(), ClusterError>,
) -> Option<Mistake> {
    if !environment.is_development() || database.url.is_some() {
        return None;
    }
    let error = can_start(database.binaries.as_deref()).err()?;
    let what = format!("is not set, and a private PostgreSQL cannot be started: {error}");
    Some(Mistake::in_variable(DATABASE_URL.name, what, "set it, or install PostgreSQL's server"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::PoolSettings;

    #[test]
    fn only_development_misses_postgresql() {
        let pool = PoolSettings { most: 16, replicas: 1, cancels: true };
        let database = DatabaseConfig { url: None, direct: None, pool, binaries: None };
        for (environment, told) in [
            (Environment::Development, true),
            (Environment::Staging, false),
            (Environment::Production, false),
        ] {
            let missing = |_: Option<&Path>| Err(ClusterError::NoBinaries);
            assert_eq!(probe(environment, &database, missing).is_some(), told, "{environment:?}");
            assert_eq!(probe(environment, &database, |_| Ok(())), None, "{environment:?}");
        }
    }
}
