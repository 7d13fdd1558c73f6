//! What the present profile says otherwise than the database and the sample token.

use tokio::time::Instant;

use super::{CountedForm, Proposal, SampleToken, claims};
use crate::{
    auth::{
        BadToken, TokenProblem,
        password::NewScheme,
        users::{Misfit, Users},
    },
    config::Secret,
    contract::profile::{Profile, TokenProfile, UsersProfile},
    db::{DatabaseFailure, Statements},
};

/// What became of comparing.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is written about it yet.
    Unwritten,
    /// With everything that is not so.
    Compared(Vec<String>),
}

/// What would keep the gateway from starting with this mapping, as the start judges it.
pub async fn judge(
    profile: &Profile,
    statements: &Statements,
    until: Instant,
) -> Result<Vec<Misfit>, DatabaseFailure> {
    match Users::new(profile, statements.clone()) {
        Some(users) => users.compare(statements, until).await,
        None => Ok(Vec::new()),
    }
}

/// `proposed` is the proposal as the gateway reads it.
pub fn contradictions(
    present: &Profile,
    proposed: &Profile,
    proposal: &Proposal,
    token: Option<(&SampleToken, Option<&Secret>)>,
) -> (Verdict, Verdict) {
    let users = match (&present.users, &proposed.users) {
        (Some(present), Some(proposed)) => Verdict::Compared(users(present, proposed, proposal)),
        (Some(_), None) | (None, _) => Verdict::Unwritten,
    };
    let tokens = match (token, proposed.tokens.first()) {
        (Some((token, secret)), Some(proposed)) => tokens(&present.tokens, proposed, token, secret),
        (None, _) | (_, None) => Verdict::Unwritten,
    };
    (users, tokens)
}

/// Only what the database proves: which columns count as a login, or as roles, is a matter of choice.
fn users(present: &UsersProfile, proposed: &UsersProfile, proposal: &Proposal) -> Vec<String> {
    let proof = |key: &str| proposal.users.iter().find(|line| line.key == key).map_or("", |line| &line.proof);
    let mut told = Vec::new();
    let mut differ = |key: &str, says: String, found: String| {
        told.push(format!(
            "`{key}` in [legacy.users] is {says}, and the database shows {found} ({})",
            proof(key)
        ));
    };
    if present.table.name != proposed.table.name {
        differ("table", format!("`{}`", present.table), format!("users in `{}`", proposed.table));
        // Nothing else can be compared.
        return told;
    }
    if present.id.column != proposed.id.column {
        differ("id", format!("`{}`", present.id.column), format!("`{}` to be the id", proposed.id.column));
    }
    let place = |profile: &UsersProfile| {
        let table = profile.password.table.as_ref();
        let of = table.map(|other| format!("{}.", other.table.name)).unwrap_or_default();
        format!("`{of}{}`", profile.password.column)
    };
    if place(present) != place(proposed) {
        differ("password", place(present), format!("hashes in {}", place(proposed)));
    } else if present.password.companion() != proposed.password.companion() {
        let salt = |profile: &UsersProfile| {
            profile
                .password
                .companion()
                .map_or("without a salt beside it".to_owned(), |salt| format!("with `{salt}`"))
        };
        differ("password", salt(present), format!("it {}", salt(proposed)));
    }
    let new = present.password.rules.new.to_string();
    let family = |form: &str| form.split(':').next().map(str::to_owned);
    let is_known = |form: &&CountedForm| form.form.parse::<NewScheme>().is_ok();
    let mut known = proposal.hashes.iter().filter(is_known).peekable();
    if known.peek().is_some()
        && !known.any(|form| family(&form.form) == family(&new))
        && place(present) == place(proposed)
    {
        differ("password", format!("`new = \"{new}\"`"), "no hash of that form".to_owned());
    }
    if present.active.is_none()
        && let Some(rule) = &proposed.active
    {
        differ("active", "not written".to_owned(), format!("that `{}` says who is active", rule.column));
    }
    if present.deleted.is_none()
        && let Some(rule) = &proposed.deleted
    {
        differ("deleted", "not written".to_owned(), format!("that `{}` says who is deleted", rule.column));
    }
    told
}

fn tokens(
    present: &[TokenProfile],
    proposed: &TokenProfile,
    token: &SampleToken,
    secret: Option<&Secret>,
) -> Verdict {
    let alike = |profile: &&TokenProfile| {
        profile.algorithm == proposed.algorithm
            && (token.scheme.is_none() || profile.scheme.eq_ignore_ascii_case(&proposed.scheme))
    };
    let alike: Vec<&TokenProfile> = present.iter().filter(alike).collect();
    let Some(first) = alike.first() else { return Verdict::Unwritten };
    let takers = alike.iter().filter(|profile| {
        let taken = claims::taken(std::slice::from_ref(**profile), secret, token, &profile.scheme);
        // An old token is as good a sample as a new one.
        matches!(taken, Ok(()) | Err(BadToken::Expired))
    });
    let takers: Vec<_> = takers.collect();
    if takers.is_empty() {
        let why = claims::taken(std::slice::from_ref(first), secret, token, &first.scheme);
        let why = why.err().map_or("", |bad| TokenProblem::Bad(bad).name());
        return Verdict::Compared(vec![format!(
            "no `[[legacy.tokens]]` of {} takes the sample token; `{}` refuses it as `{why}`",
            proposed.algorithm, first.name
        )]);
    }
    if takers.iter().any(|profile| profile.subject == proposed.subject) {
        return Verdict::Compared(Vec::new());
    }
    let told = takers.iter().map(|profile| {
        let (one, other) = (&profile.subject, &proposed.subject);
        format!(
            "`subject` of `{}` is `{}:{}`, and the database shows `{}:{}`",
            profile.name, one.claim, one.kind, other.claim, other.kind
        )
    });
    Verdict::Compared(told.collect())
}
