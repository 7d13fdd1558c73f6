//! Takes one migration back: its way down and the end of its row in the history, in one transaction.

use std::time::Instant;

use tokio::time::sleep;

use super::{
    archive,
    baseline::Before,
    boundary::Boundary,
    failure::MigrateError,
    file::{Direction, Migration},
    history,
    retry::Retry,
    run::Running,
    session::{LOCK_TIMEOUT, Session},
    steps,
    watch::{Event, Watch},
};

pub(super) async fn take_back(
    session: &Session,
    migration: &Migration,
    watch: Watch<'_>,
) -> Result<(), MigrateError> {
    let began = Instant::now();
    let direction = Direction::Down;
    watch(Event::Began { migration, direction });
    if !migration.down.is_transactional {
        steps::run(session, migration, direction, watch).await?;
    }
    let mut retry = Retry::default();
    loop {
        let ended = once(session, migration).await;
        if ended.is_err() {
            session.roll_back().await;
        }
        match ended {
            Ok(()) => break,
            Err(MigrateError::InUse { stem, .. }) => {
                let Some(after) = retry.next() else {
                    return Err(MigrateError::InUse { stem, tries: retry.tries() });
                };
                watch(Event::Retrying { migration, after });
                sleep(after).await;
            }
            Err(error) => return Err(error),
        }
    }
    watch(Event::Ended { migration, direction, took: began.elapsed() });
    Ok(())
}

async fn once(session: &Session, migration: &Migration) -> Result<(), MigrateError> {
    let client = session.client();
    let running = Running { migration, direction: Direction::Down };
    session.begin(LOCK_TIMEOUT).await?;
    let boundary = Boundary::mark(client).await?;
    let of_catalog = |error| MigrateError::of_catalog(error, migration);
    let before = Before::read(client).await.map_err(of_catalog)?;
    if migration.down.is_transactional {
        archive::run(client, &running).await?;
    }
    history::forget(client, migration.version).await?;
    before.record(client).await.map_err(of_catalog)?;
    boundary.keep(client, &running).await?;
    running.commit(client).await
}
