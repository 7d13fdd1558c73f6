//! Takes over a database that Alembic manages: its schema is recorded as it is, and nothing is run.

use anyhow::Context;
use serde::Serialize;
use tokio_postgres::Client;

use super::{
    alembic::{self, Revision},
    baseline::{self, Baseline},
    catalog,
    drift::{self, Drift},
};

#[derive(Debug, Clone, Copy)]
pub struct Adoption {
    /// From now on Alembic changes nothing any more, and our migrations may touch the legacy's tables.
    pub freeze: bool,
    /// What has drifted since an earlier adoption is as it should be.
    pub accept: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Adopted {
    /// For the first time, or again after a drift that was accepted.
    Recorded {
        baseline: Baseline,
        objects: usize,
        fingerprint: String,
        accepted: Vec<Drift>,
    },
    /// Recorded before; Alembic's last revision is now final.
    Frozen {
        baseline: Baseline,
    },
    /// As it was.
    Already {
        baseline: Baseline,
    },
    Refused {
        refusal: Refusal,
    },
}

/// Why a database is left alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    NoAlembic,
    NoRevision { table: String },
    SeveralHeads { revisions: Vec<String> },
    SeveralTables { tables: Vec<String> },
    Drifted { drift: Vec<Drift> },
}

impl Refusal {
    pub fn what(&self) -> String {
        match self {
            Self::NoAlembic => "the database has no table `alembic_version`".to_owned(),
            Self::NoRevision { table } => format!("`{table}` is empty: Alembic was never run here"),
            Self::SeveralHeads { revisions } => {
                format!("Alembic has several heads here: {}", revisions.join(", "))
            }
            Self::SeveralTables { tables } => {
                format!("more than one table may be Alembic's: {}", tables.join(", "))
            }
            Self::Drifted { .. } => "the schema is not as it was when it was adopted".to_owned(),
        }
    }

    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoAlembic => {
                "see that DIRECT_DATABASE_URL is the legacy's database; a schema that was made without Alembic gets \
                 its revision with `alembic stamp head`"
            }
            Self::NoRevision { .. } => {
                "run `alembic upgrade head`, or `alembic stamp head` where the tables exist"
            }
            Self::SeveralHeads { .. } => {
                "join them with `alembic merge heads` and run `alembic upgrade head`"
            }
            Self::SeveralTables { .. } => "drop the one that no project uses",
            Self::Drifted { .. } => {
                "undo it; or, when it is as it should be, run `gateway migrate adopt --accept` to record it"
            }
        }
    }
}

/// Call it under the migration lock. All or nothing; twice is as good as once.
pub async fn adopt(client: &Client, adoption: Adoption) -> anyhow::Result<Adopted> {
    client.batch_execute("BEGIN").await.context("begin a transaction")?;
    let adopted = within(client, adoption).await;
    let is_kept = matches!(&adopted, Ok(Adopted::Recorded { .. } | Adopted::Frozen { .. }));
    let end = if is_kept { "COMMIT" } else { "ROLLBACK" };
    let ended = client.batch_execute(end).await.with_context(|| format!("end the transaction with {end}"));
    let adopted = adopted?;
    ended.map(|()| adopted)
}

async fn within(client: &Client, adoption: Adoption) -> anyhow::Result<Adopted> {
    let refusal = match alembic::revision(client).await? {
        Revision::One { revision } => return take(client, adoption, &revision).await,
        Revision::NoTable => Refusal::NoAlembic,
        Revision::Empty { table } => Refusal::NoRevision { table },
        Revision::Several { revisions } => Refusal::SeveralHeads { revisions },
        Revision::Tables(tables) => Refusal::SeveralTables { tables },
    };
    Ok(Adopted::Refused { refusal })
}

async fn take(client: &Client, adoption: Adoption, revision: &str) -> anyhow::Result<Adopted> {
    let Some(earlier) = baseline::read(client).await? else {
        return record(client, revision, adoption.freeze, Vec::new()).await;
    };
    let drift = drift::find(client).await?;
    if drift.is_empty() {
        return match adoption.freeze && !earlier.is_frozen {
            true => baseline::freeze(client).await.map(|baseline| Adopted::Frozen { baseline }),
            false => Ok(Adopted::Already { baseline: earlier }),
        };
    }
    match adoption.accept {
        true => record(client, revision, adoption.freeze || earlier.is_frozen, drift).await,
        false => Ok(Adopted::Refused { refusal: Refusal::Drifted { drift } }),
    }
}

async fn record(
    client: &Client,
    revision: &str,
    is_frozen: bool,
    accepted: Vec<Drift>,
) -> anyhow::Result<Adopted> {
    let catalog = catalog::read(client).await.context("read the schema")?;
    let baseline = baseline::record(client, revision, is_frozen, &catalog).await?;
    let (objects, fingerprint) = (catalog.objects.len(), catalog.fingerprint().to_string());
    Ok(Adopted::Recorded { baseline, objects, fingerprint, accepted })
}
