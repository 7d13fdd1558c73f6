//! Whether the users table fits the mapping: what `run` looks at before it serves anything that lets users in, and `check`
//! as `run` would.

use std::time::Duration;

use tokio::{runtime::Builder, time::Instant};

use crate::{
    auth::users::Users,
    config::mistakes::Mistakes,
    db::{Database, PoolSettings, url::DatabaseUrl},
};

/// A database that sleeps wakes up in less.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a look has found.
pub(super) enum Seen {
    /// All that does not fit.
    Judged(Mistakes),
    /// The database did not tell; why.
    Nothing(String),
}

pub(super) fn look(users: &Users, url: &DatabaseUrl, settings: PoolSettings) -> anyhow::Result<Seen> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let misfits = runtime.block_on(async {
        // Its connections end with this runtime, so they are not those that serve.
        let (database, _) = Database::new(url, settings)?;
        anyhow::Ok(users.examine(&database.statements(), Instant::now() + PATIENCE).await)
    })?;
    Ok(match misfits {
        Ok(misfits) => {
            let mut mistakes = Mistakes::default();
            misfits.into_iter().for_each(|misfit| mistakes.push(misfit.into()));
            Seen::Judged(mistakes)
        }
        Err(failure) => Seen::Nothing(failure.told()),
    })
}
