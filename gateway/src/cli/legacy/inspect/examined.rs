//! What was found, judged as the start of the gateway would judge it, and compared with what the profile says.

use std::time::Duration;

use tokio::time::Instant;

use super::Given;
use crate::{
    auth::{
        inspect::{Inspection, Page, Verdict, contradictions, judge},
        users::Misfit,
    },
    contract::profile::Profile,
    db::{Database, Statements},
};

pub(super) struct Examined {
    pub(super) inspection: Inspection,
    pub(super) contradictions: Vec<String>,
    /// Empty where nothing is proposed.
    pub(super) fragment: String,
}

/// Nobody's request waits.
const PATIENCE: Duration = Duration::from_secs(15);

impl Examined {
    pub(super) async fn of(mut inspection: Inspection, given: &Given) -> anyhow::Result<Self> {
        let (database, _) = Database::new(&given.direct, given.pool)?;
        let statements = database.statements();
        let proposal = &mut inspection.proposal;
        let is_any = !proposal.users.is_empty() || !proposal.tokens.is_empty();
        let proposed = is_any.then(|| Page::profile(proposal)).transpose();
        let proposed = match proposed {
            Ok(proposed) => proposed,
            Err(mistakes) => {
                let whats = mistakes.iter().map(|mistake| format!("{}; {}", mistake.what, mistake.remedy));
                proposal.problems.extend(whats);
                None
            }
        };
        if let Some(proposed) = &proposed {
            proposal.problems.extend(misfits(proposed, &statements).await?);
        }
        let mut told = Vec::new();
        if let Some(present) = &given.profile {
            told.extend(misfits(present, &statements).await?);
            if let Some(proposed) = &proposed {
                let token = given.token.as_ref().map(|token| (token, given.secret.as_ref()));
                let (users, tokens) = contradictions(present, proposed, proposal, token);
                for verdict in [users, tokens] {
                    if let Verdict::Compared(differences) = verdict {
                        told.extend(differences);
                    }
                }
            }
        }
        let fragment = if is_any { Page::fragment(&inspection.proposal) } else { String::new() };
        Ok(Self { inspection, contradictions: told, fragment })
    }

    /// Whether nothing is left to a person.
    pub(super) fn is_settled(&self) -> bool {
        let proposal = &self.inspection.proposal;
        !proposal.users.is_empty() && proposal.problems.is_empty() && self.contradictions.is_empty()
    }
}

async fn misfits(profile: &Profile, statements: &Statements) -> anyhow::Result<Vec<String>> {
    let misfits = judge(profile, statements, Instant::now() + PATIENCE).await?;
    Ok(misfits.into_iter().map(|Misfit { what, remedy }| format!("{what}; {remedy}")).collect())
}
