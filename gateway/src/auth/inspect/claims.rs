//! `[[legacy.tokens]]` of one token: each line with what proves it. Of its claims only those are told that are the same in
//! every token of their kind.

mod lifetime;
mod subject;

use serde_json::Value;
use toml_edit::{Array, InlineTable};

use super::{
    Asked, SampleToken,
    explorer::{Explorer, InspectError},
    names,
    proposal::Proposal,
    users::Mapping,
};
use crate::{
    auth::{BadToken, LegacyTokens, verify::BRIDGE},
    config::{Secret, mistakes::Mistakes, weakness::Weaknesses},
    contract::profile::{Algorithm, KeyRule, KeySource, SubjectKind, SubjectRule, TokenProfile},
};

pub(super) async fn map(
    explorer: &Explorer<'_>,
    mapping: Option<&Mapping<'_>>,
    token: &SampleToken,
    asked: &Asked<'_>,
    proposal: &mut Proposal,
) -> Result<(), InspectError> {
    if token.claims.contains(BRIDGE) {
        let what =
            "the token is one that the gateway made for the legacy's eyes: give one of the legacy's own";
        proposal.problems.push(what.to_owned());
        return Ok(());
    }
    let named = token.algorithm().unwrap_or_default();
    let Ok(algorithm) = named.parse::<Algorithm>() else {
        proposal.problems.push("the token names no algorithm that is available here".to_owned());
        return Ok(());
    };
    proposal.token("name", "access", "for logs: any name that is used once");
    let scheme = token.scheme();
    let given =
        if token.scheme.is_some() { "as it was given" } else { "the usual one; a token does not say it" };
    proposal.token("scheme", scheme, given);
    key(token, algorithm, asked, proposal);
    subject::map(explorer, mapping, token, proposal).await?;
    if token.claims.contains("exp") {
        let list: Array = ["exp"].into_iter().collect();
        proposal.token("require", list, "no other claim needs to be there");
    } else {
        proposal.token("require", Array::new(), "the token has no `exp`");
        proposal.problems.push(
            "the token never expires: write `require = []` only if the legacy really issues such tokens"
                .to_owned(),
        );
    }
    kind(token, proposal);
    lifetime::map(token, asked.lifetime, proposal);
    Ok(())
}

/// The algorithm, by which key it verifies, and how the token calls that.
fn key(token: &SampleToken, algorithm: Algorithm, asked: &Asked<'_>, proposal: &mut Proposal) {
    let header = "the token's header";
    if !algorithm.is_symmetric() {
        proposal.token("algorithm", algorithm.name(), header);
        let proof = "write where the public key is: a token does not hold it";
        proposal.token("public_key_file", "legacy.pem", proof);
        proposal.problems.push(format!(
            "tokens of {algorithm} are verified with a public key: write its file in `public_key_file`"
        ));
    } else {
        let told = match asked.secret.map(|secret| is_signed_with(token, algorithm, secret)) {
            Some(true) => "LEGACY_JWT_SECRET verifies it",
            Some(false) => {
                let what = "LEGACY_JWT_SECRET does not verify the token: it was signed with another secret";
                proposal.problems.push(what.to_owned());
                "LEGACY_JWT_SECRET does not verify it"
            }
            None => {
                let what = "whether the token is genuine was not looked at: LEGACY_JWT_SECRET is not set";
                proposal.notes.push(what.to_owned());
                "not verified: LEGACY_JWT_SECRET is not set"
            }
        };
        proposal.token("algorithm", algorithm.name(), format!("{header}; {told}"));
    }
    if let Some(kid) = token.kid() {
        proposal.token("kid", kid, format!("{header} names its key"));
    }
}

fn is_signed_with(token: &SampleToken, algorithm: Algorithm, secret: &Secret) -> bool {
    let profile = TokenProfile {
        name: String::new(),
        scheme: "Bearer".to_owned(),
        algorithm,
        keys: KeyRule {
            source: KeySource::Environment,
            kids: token.kid().into_iter().map(str::to_owned).collect(),
        },
        subject: SubjectRule { claim: "sub".to_owned(), kind: SubjectKind::Text },
        require: Vec::new(),
        equals: Vec::new(),
        audience: Vec::new(),
        issuer: Vec::new(),
        leeway: std::time::Duration::ZERO,
        lifetime: None,
        accept_until: None,
        lenient_exp: true,
    };
    let taken = taken(&[profile], Some(secret), token, "Bearer");
    // Everything else is looked at after the signature.
    !matches!(
        taken,
        Err(BadToken::Signature
            | BadToken::Key
            | BadToken::Algorithm
            | BadToken::Header
            | BadToken::Malformed)
    )
}

/// Whether the door would take it, with profiles whose keys can be read.
pub(super) fn taken(
    profiles: &[TokenProfile],
    secret: Option<&Secret>,
    token: &SampleToken,
    scheme: &str,
) -> Result<(), BadToken> {
    let (mut mistakes, mut weaknesses) = (Mistakes::default(), Weaknesses::default());
    let tokens = LegacyTokens::read(profiles, secret, &mut mistakes, &mut weaknesses);
    tokens.takes(&token.presented(scheme).ok_or(BadToken::Malformed)?)
}

/// Claims that say what the token is, and for whom.
fn kind(token: &SampleToken, proposal: &mut Proposal) {
    let mut equals = InlineTable::new();
    let subject = proposal.tokens.iter().find(|line| line.key == "subject");
    let subject = subject.and_then(|line| line.value.as_str()?.split(':').next()).map(str::to_owned);
    for (name, value) in token.claims.iter().filter(|(name, _)| subject.as_deref() != Some(name)) {
        let Some(text) = value.as_str().filter(|_| names::is_kind_of_token(name)) else { continue };
        if names::ACCESS.contains(&text) {
            equals.insert(name, text.into());
        } else if names::bare(text).contains("refresh") {
            proposal.problems.push("the token is for refreshing: give one that opens routes".to_owned());
        }
    }
    if !equals.is_empty() {
        let proof = "says what kind of token it is, so that no other kind is taken";
        proposal.token("equals", equals, proof);
    }
    let audience: Vec<&str> = match token.claims.find("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audience.is_empty() {
        let list: Array = audience.into_iter().collect();
        proposal.token(
            "aud",
            list,
            "the token is for this audience, and without the line none for any is taken",
        );
    }
    if let Some(issuer) = token.claims.text("iss") {
        proposal.token("iss", issuer, "the token names its issuer; remove the line if others issue them too");
    }
}
