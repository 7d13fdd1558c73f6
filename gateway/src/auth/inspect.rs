//! Finds out where a legacy keeps its users and what its tokens look like, and proposes the mapping for `legacy.toml`.
//!
//! Everything is read in one transaction that cannot write. Values of rows are counted, compared and forgotten: none of
//! them is part of what is returned.

mod against;
mod candidates;
mod catalog;
mod claims;
mod explorer;
mod forms;
mod names;
mod page;
mod proposal;
mod sample;
mod token;
mod users;

use std::time::Duration;

use serde::Serialize;

use crate::{config::Secret, contract::profile::users::TableName, db::direct::Direct};

pub use against::{Verdict, contradictions, judge};
pub use candidates::Candidate;
pub use explorer::InspectError;
pub use forms::CountedForm;
pub use page::{BadPage, Page};
pub use proposal::{Line, Proposal};
pub use token::{BadSample, SampleToken};

/// What to look for, and what is known already.
pub struct Asked<'a> {
    /// The users table, where a person says which it is.
    pub table: Option<&'a TableName>,
    /// The one that the present profile names: it counts where two are equally good.
    pub present: Option<&'a TableName>,
    pub token: Option<&'a SampleToken>,
    pub secret: Option<&'a Secret>,
    /// `ACCESS_TOKEN_EXPIRE_MINUTES`, where the legacy's own settings say it.
    pub lifetime: Option<Duration>,
}

/// Everything that was found.
#[derive(Debug, Default, Serialize)]
pub struct Inspection {
    /// The tables that could hold users, the best first.
    pub candidates: Vec<Candidate>,
    #[serde(flatten)]
    pub proposal: Proposal,
}

/// Looks, and proposes. The connection is as it was before.
pub async fn inspect(direct: &Direct, asked: &Asked<'_>) -> Result<Inspection, InspectError> {
    let explorer = explorer::Explorer::begin(&direct.client).await?;
    let found = look(&explorer, asked).await;
    explorer.end().await;
    found
}

async fn look(explorer: &explorer::Explorer<'_>, asked: &Asked<'_>) -> Result<Inspection, InspectError> {
    let catalog = catalog::Catalog::read(explorer).await?;
    let mut proposal = Proposal::default();
    if catalog.is_cut {
        proposal.problems.push(format!(
            "the database has more than {} tables, and not all were looked at: name the one with --table",
            catalog::MOST_TABLES
        ));
    }
    let ranking = candidates::rank(explorer, &catalog, asked).await?;
    let mapping = match ranking.chosen() {
        Ok(chosen) => users::map(explorer, &catalog, chosen, &mut proposal).await?,
        Err(why) => {
            proposal.problems.push(why);
            let closed = catalog.tables.iter().filter(|table| !table.readable).count();
            if closed > 0 && asked.table.is_none() {
                proposal.problems.push(format!(
                    "this role may not read {closed} of {} tables, which were not looked at: grant SELECT on the \
                     one that holds the users",
                    catalog.tables.len()
                ));
            }
            None
        }
    };
    if let Some(token) = asked.token {
        claims::map(explorer, mapping.as_ref(), token, asked, &mut proposal).await?;
    }
    Ok(Inspection { candidates: ranking.candidates, proposal })
}
