//! Before anything is served that lets users in: whether their table fits the mapping.

use std::time::Duration;

use tokio::{runtime::Builder, time::Instant};
use tracing::warn;

use crate::{
    auth::users::{Misfit, Users},
    config::mistakes::{Mistake, Mistakes},
    db::{Database, PoolSettings, url::DatabaseUrl},
};

/// A database that sleeps wakes up in less.
const PATIENCE: Duration = Duration::from_secs(5);

/// All that does not fit. A database that is away is told, and asked again by the first request that needs it.
pub(super) fn examine(users: &Users, url: &DatabaseUrl, settings: PoolSettings) -> anyhow::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let misfits = runtime.block_on(async {
        // Its connections end with this runtime, so they are not those that serve.
        let (database, _) = Database::new(url, settings)?;
        anyhow::Ok(users.examine(&database.statements(), Instant::now() + PATIENCE).await)
    })?;
    match misfits {
        Ok(misfits) => Ok(told(misfits).into_result(Some(())).map(drop)?),
        Err(failure) => {
            warn!(
                "the users table is not looked at yet: {}; routes that let users in answer 503 until it is",
                failure.told()
            );
            Ok(())
        }
    }
}

fn told(misfits: Vec<Misfit>) -> Mistakes {
    let mut mistakes = Mistakes::default();
    for Misfit { what, remedy } in misfits {
        mistakes.push(Mistake::in_variable("legacy.toml", what, remedy));
    }
    mistakes
}
