//! Two profiles that could both take one token: whose user it names would depend on their order.

use super::{KeyRule, KeySource, TokenProfile};
use crate::config::document::item::Item;

pub(super) fn refuse(token: &TokenProfile, earlier: &[TokenProfile], item: &Item<'_>) {
    let remedy = "remove one of the two, or tell their tokens apart with `equals`, `aud` or `iss`";
    for other in earlier {
        let (this, that) = (&token.name, &other.name);
        if have_a_key_in_common(&token.keys, &other.keys) && token.algorithm != other.algorithm {
            let what = format!("`{this}` and `{that}` use one key with two algorithms");
            item.reject(what, "write the algorithm that the key is for in both, or give each its own key");
        } else if could_take_the_same(token, other) {
            item.reject(format!("`{this}` and `{that}` could take the same token"), remedy);
        }
    }
}

fn could_take_the_same(token: &TokenProfile, other: &TokenProfile) -> bool {
    // Whoever holds a token chooses the word before it. Behind two words one rule names one user.
    let may_differ = token.scheme.eq_ignore_ascii_case(&other.scheme) || token.subject != other.subject;
    may_differ
        && token.algorithm == other.algorithm
        && token.keys.kids.is_empty() == other.keys.kids.is_empty()
        && have_a_key_in_common(&token.keys, &other.keys)
        && token.subject.claim == other.subject.claim
        && token.subject.kind.may_be_mistaken_for(&other.subject.kind)
        && !are_told_apart(token, other)
}

fn are_told_apart(token: &TokenProfile, other: &TokenProfile) -> bool {
    let says = |profile: &TokenProfile, claim: &str| {
        profile.equals.iter().find(|(name, _)| name == claim).map(|(_, value)| value.clone())
    };
    let differ = |(claim, value): &(String, String)| says(other, claim).is_some_and(|said| said != *value);
    let apart = |own: &[String], others: &[String]| {
        // A token with an audience fits no profile without one; an issuer nobody asked for is not looked at.
        let are_none = own.is_empty() && others.is_empty();
        !are_none && !own.iter().any(|one| others.contains(one))
    };
    token.equals.iter().any(differ)
        || apart(&token.audience, &other.audience)
        || (!token.issuer.is_empty() && !other.issuer.is_empty() && apart(&token.issuer, &other.issuer))
}

fn have_a_key_in_common(keys: &KeyRule, others: &KeyRule) -> bool {
    match (&keys.source, &others.source) {
        (KeySource::Environment, KeySource::Environment) => true,
        (KeySource::SecretFiles(files), KeySource::SecretFiles(others))
        | (KeySource::PublicKeyFiles(files), KeySource::PublicKeyFiles(others)) => {
            files.iter().any(|file| others.contains(file))
        }
        (KeySource::Environment | KeySource::SecretFiles(_) | KeySource::PublicKeyFiles(_), _) => false,
    }
}
