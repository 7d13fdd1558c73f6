//! Whether somebody else has changed the schema since it was taken over.

use anyhow::Context;
use tokio_postgres::Client;

use super::{
    alembic::{self, Revision},
    baseline,
    catalog::{self, Kind},
    difference::{self, Difference, What},
    effect,
};

/// An object that is not as it was recorded.
pub type Drift = Difference;

/// Object by object; Alembic's revision comes first. Empty before `gateway migrate adopt`.
pub async fn find(client: &Client) -> anyhow::Result<Vec<Drift>> {
    let Some(baseline) = baseline::read(client).await? else { return Ok(Vec::new()) };
    let recorded = baseline::recorded(client).await?;
    let now = catalog::read(client).await.context("read the schema")?;
    let mut found = moved_on(&baseline.revision, &alembic::revision(client).await?);
    let made = match effect::kept(client).await? {
        Some(before) => difference::between(&before, &now),
        None => Vec::new(),
    };
    // What a step of ours that is not finished has made is nobody else's.
    let is_ours = |drift: &Drift| made.iter().any(|own| (own.kind, &own.name) == (drift.kind, &drift.name));
    found.extend(difference::between(&recorded, &now).into_iter().filter(|drift| !is_ours(drift)));
    Ok(found)
}

fn moved_on(before: &str, now: &Revision) -> Vec<Drift> {
    let before = before.to_owned();
    let what = match now {
        Revision::One { revision } if *revision == before => return Vec::new(),
        Revision::One { revision } => What::Changed { before, after: revision.clone() },
        Revision::Several { revisions } => What::Changed { before, after: revisions.join("\n") },
        Revision::NoTable | Revision::Empty { .. } => What::Removed { before },
        Revision::Tables(_) => return Vec::new(),
    };
    vec![Drift { kind: Kind::Revision, name: "alembic_version".to_owned(), what, with: None }]
}
