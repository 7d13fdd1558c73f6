//! The trial of one migration: up, written to, down, compared with before, up, compared with after.

use anyhow::Context;

use super::{
    expected,
    rows::{self, Written},
    snapshot::Snapshot,
    steps::Steps,
    verdict::{Stage, Verdict},
};
use crate::migrate::{
    catalog, difference,
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
    let before = match first_up(steps, migration, verdict).await? {
        Ok(before) => before,
        Err(error) => return Ok(Err((Stage::Up, error))),
    };
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
    let mut expected = expected::rows(&before, &up, &written);
    if migration.header.phase == Phase::Migrate {
        let kept = expected::filled(&mut expected, &written, &down);
        let note = |table| format!("{table}: what the way up filled in stays, in columns that were null");
        verdict.notes.extend(kept.into_iter().map(note));
    }
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

/// On rows, also where there were none; what was before.
async fn first_up(
    steps: &Steps<'_>,
    migration: &Migration,
    verdict: &mut Verdict,
) -> anyhow::Result<Result<Snapshot, String>> {
    let schema = catalog::read(steps.client()).await.context("read the schema")?;
    let seeds = probe_rows::seed(steps.client(), &schema).await?;
    let before = Snapshot::take(steps.client()).await?;
    let Err(error) = steps.up(migration).await else {
        verdict.notes.extend(seeds.notes);
        return Ok(Ok(before));
    };
    if !is_about_values(&error) || !seeds.remove(steps.client()).await {
        return Ok(Err(error));
    }
    let before = Snapshot::take(steps.client()).await?;
    Ok(steps.up(migration).await.map(|()| {
        let unproved = "with a probe row in each empty table the way up does not work, so what it does to rows there \
                        is not proved";
        verdict.notes.push(format!("{unproved}:\n{error}"));
        before
    }))
}

/// What a probe row holds is our invention, and a migration need not take it. That a row is there it must.
fn is_about_values(error: &str) -> bool {
    ["SQLSTATE 22", "SQLSTATE 23"].iter().any(|class| error.contains(class))
        && !error.contains("SQLSTATE 23502")
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
