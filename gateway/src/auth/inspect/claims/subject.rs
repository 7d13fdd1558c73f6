//! `subject`: which claim names the user, found by looking for its value among the users.

use uuid::Uuid;

use crate::{
    auth::{
        inspect::{
            SampleToken, candidates,
            catalog::Column,
            explorer::{Explorer, InspectError},
            names,
            proposal::Proposal,
            sample,
            users::Mapping,
        },
        users::subject_of,
    },
    contract::profile::{SubjectRule, users::IdKind},
};

/// Claims whose values are never whose the token is.
const OTHER: [&str; 9] = ["exp", "iat", "nbf", "jti", "aud", "iss", "auth_time", "sid", "typ"];

pub(super) async fn map(
    explorer: &Explorer<'_>,
    mapping: Option<&Mapping<'_>>,
    token: &SampleToken,
    proposal: &mut Proposal,
) -> Result<(), InspectError> {
    let claims = claims(token);
    let Some(mapping) = mapping else {
        guess(&claims, "no users table was found to look for it", proposal);
        return Ok(());
    };
    let table = mapping.table.name.to_string();
    for (claim, text) in &claims {
        if is_id(explorer, mapping, claim, text).await? {
            let proof = format!("its value is an `{}` in `{table}`", mapping.id.name);
            proposal.token("subject", format!("{claim}:{}", kind(mapping.kind, text)), proof);
            return Ok(());
        }
    }
    for (claim, text) in &claims {
        let Some(column) = named(explorer, mapping, text).await? else { continue };
        let rule = format!("{claim}:lookup({table}.{})", column.name);
        if rule.parse::<SubjectRule>().is_err() {
            proposal.problems.push(format!(
                "`{claim}` names users by `{}`, and `lookup` takes only names of letters, digits and `_`",
                column.name
            ));
            continue;
        }
        proposal.token("subject", rule, format!("its value is a `{}` in `{table}`, and no id", column.name));
        return Ok(());
    }
    guess(&claims, &format!("nobody in `{table}` has any of its values as an id or a login"), proposal);
    Ok(())
}

/// The best names first. A claim whose name has a colon cannot be written.
fn claims(token: &SampleToken) -> Vec<(String, String)> {
    let mut claims: Vec<(String, String)> = token
        .claims
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !OTHER.contains(name) && !name.contains(':') && !name.is_empty())
        .filter_map(|name| Some((name.to_owned(), token.scalar(name)?)))
        .collect();
    claims.sort_by_key(|(name, _)| names::subject(name).unwrap_or(usize::MAX));
    // Each is looked for in the database.
    claims.truncate(16);
    claims
}

async fn is_id(
    explorer: &Explorer<'_>,
    mapping: &Mapping<'_>,
    claim: &str,
    text: &str,
) -> Result<bool, InspectError> {
    // A small number stands for many things; that there is a user of that number proves nothing.
    let is_number = matches!(mapping.kind, IdKind::Int | IdKind::BigInt);
    if is_number && names::subject(claim).is_none() {
        return Ok(false);
    }
    let Some(subject) = subject_of(mapping.kind, text) else { return Ok(false) };
    sample::holds(explorer, mapping.table, mapping.id, &subject.to_string()).await
}

/// The kind under which the door reads the value: it takes a uuid in its usual spelling, any other is a text.
fn kind(kind: IdKind, text: &str) -> &'static str {
    match kind {
        IdKind::Int | IdKind::BigInt => "int",
        IdKind::Uuid => {
            let usual = text.parse::<Uuid>().map(|id| id.hyphenated().to_string());
            if usual.is_ok_and(|usual| usual.eq_ignore_ascii_case(text)) { "uuid" } else { "text" }
        }
        IdKind::Text => "text",
    }
}

async fn named<'c>(
    explorer: &Explorer<'_>,
    mapping: &Mapping<'c>,
    text: &str,
) -> Result<Option<&'c Column>, InspectError> {
    for (column, _, is_unique) in candidates::logins(mapping.table) {
        if is_unique && sample::holds(explorer, mapping.table, column, text).await? {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

fn guess(claims: &[(String, String)], why: &str, proposal: &mut Proposal) {
    let Some((claim, text)) = claims.first() else {
        proposal.problems.push("the token has no claim that could name a user".to_owned());
        proposal.token("subject", "sub:text", "a guess");
        return;
    };
    let kind = match (text.parse::<i64>(), text.parse::<Uuid>()) {
        (Ok(_), _) => "int",
        (Err(_), Ok(_)) => kind(IdKind::Uuid, text),
        (Err(_), Err(_)) => "text",
    };
    proposal.token("subject", format!("{claim}:{kind}"), "a guess by its name");
    proposal.problems.push(format!("whom the token's `{claim}` names is a guess: {why}"));
}
