//! The trial of one migration: up, written to, down, compared with before, up, compared with after.

use super::{
    expected,
    rows::{self, Written},
    snapshot::Snapshot,
    steps::Steps,
    verdict::{Stage, Verdict},
};
use crate::migrate::{
    difference,
    file::Migration,
    header::{Phase, Reversible},
    probe_rows,
};

/// The migrations before this one are applied. Afterwards it is, too, unless it failed.
pub(super) async fn judge(steps: &Steps<'_>, migration: &Migration) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::of(migration);
    if let Err(error) = trial(steps, migration, &mut verdict).await? {
        let (stage, what) = error;
        verdict.failed(stage, what);
    }
    Ok(verdict)
}

async fn trial(
    steps: &Steps<'_>,
    migration: &Migration,
    verdict: &mut Verdict,
) -> anyhow::Result<Result<(), (Stage, String)>> {
    let is_lossy = migration.header.reversible == Reversible::Lossy;
    let before = Snapshot::take(steps.client()).await?;
    if let Err(error) = steps.up(migration).await {
        return Ok(Err((Stage::Up, error)));
    }
    let up = Snapshot::take(steps.client()).await?;
    if migration.header.phase != Phase::Migrate {
        verdict.rows(Stage::Up, rows::between(&before.tables, &up.tables, &Written::new()));
    }
    if let Err(error) = second_up(steps, migration, &up, verdict).await? {
        return Ok(Err((Stage::SecondUp, error)));
    }

    let probe = probe_rows::write(steps.client(), &before.catalog, &up.catalog).await?;
    verdict.probe_rows = probe.rows;
    verdict.notes.extend(probe.notes);
    let written = Snapshot::take(steps.client()).await?;

    if let Err(error) = steps.down(migration).await {
        return Ok(Err((Stage::Down, error)));
    }
    let down = Snapshot::take(steps.client()).await?;
    verdict.schema(Stage::Down, difference::between(&before.catalog, &down.catalog));
    let expected = expected::rows(&before, &up, &written);
    let lost = rows::between(&expected, &down.tables, &expected::written(&up, &written));
    if is_lossy {
        verdict.notes.extend(lost.iter().map(|change| format!("lost by the way down: {change}")));
    } else {
        verdict.rows(Stage::Down, lost);
        verdict.sequences(Stage::Down, rewound(&before, &down));
    }
    let moved = difference::reordered(&before.catalog, &down.catalog);
    verdict.notes.extend(moved.iter().map(|table| format!("{table}: the columns stand in another order")));

    if let Err(error) = steps.up(migration).await {
        return Ok(Err((Stage::UpAgain, error)));
    }
    let again = Snapshot::take(steps.client()).await?;
    verdict.schema(Stage::UpAgain, difference::between(&up.catalog, &again.catalog));
    let lost = rows::between(&written.tables, &again.tables, &Written::new());
    if is_lossy {
        verdict.notes.extend(lost.iter().map(|change| format!("lost by down and up: {change}")));
    } else {
        verdict.rows(Stage::UpAgain, lost);
        verdict.sequences(Stage::UpAgain, rewound(&written, &again));
    }
    Ok(Ok(()))
}

/// What is applied is not applied again.
async fn second_up(
    steps: &Steps<'_>,
    migration: &Migration,
    up: &Snapshot,
    verdict: &mut Verdict,
) -> anyhow::Result<Result<(), String>> {
    if let Err(error) = steps.up(migration).await {
        return Ok(Err(error));
    }
    let second = Snapshot::take(steps.client()).await?;
    verdict.schema(Stage::SecondUp, difference::between(&up.catalog, &second.catalog));
    verdict.rows(Stage::SecondUp, rows::between(&up.tables, &second.tables, &Written::new()));
    Ok(Ok(()))
}

/// A sequence that stands before where it stood gives out the keys of rows that are there.
fn rewound(before: &Snapshot, after: &Snapshot) -> Vec<String> {
    let both =
        before.sequences.iter().filter_map(|(name, old)| Some((name, *old, *after.sequences.get(name)?)));
    both.filter(|(_, old, new)| new < old)
        .map(|(name, old, new)| format!("{name}: {old}, now {new}"))
        .collect()
}
