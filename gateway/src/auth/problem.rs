//! Why a request has no principal, and which of the legacy's answers its client gets for that.

use crate::{contract::Failure, routes::matching::SchemeId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenProblem {
    Missing,
    WrongScheme,
    /// The token is good, and the route asks for a scope or a role that it does not have.
    NoLeave,
    Bad(BadToken),
}

/// What is wrong with a token: for metrics; clients see it only where the legacy tells it apart too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadToken {
    /// `Authorization` stands twice.
    Twice,
    Malformed,
    Header,
    Algorithm,
    /// No key goes by this `kid`.
    Key,
    Signature,
    Claims,
    Expired,
    NotYet,
    /// Issued by or for somebody else.
    Issuer,
    Audience,
    /// It lives longer than its profile's tokens may.
    Lifetime,
    /// Tokens of its profile are not taken any more.
    Retired,
    /// It was made for the legacy's eyes only.
    Bridge,
    Subject,
    UnknownUser,
    Revoked,
}

impl From<BadToken> for TokenProblem {
    fn from(bad: BadToken) -> Self {
        Self::Bad(bad)
    }
}

impl TokenProblem {
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Missing, Self::WrongScheme, Self::NoLeave].into_iter().chain(BadToken::ALL.map(Self::Bad))
    }

    /// The name of the problem as a metric label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::WrongScheme => "wrong_scheme",
            Self::NoLeave => "missing_scope",
            Self::Bad(bad) => bad.name(),
        }
    }

    /// In the words of the scheme that protects the route.
    pub fn failure(self, scheme: Option<SchemeId>) -> Failure {
        match self {
            Self::Missing => Failure::MissingToken(scheme),
            Self::WrongScheme => Failure::WrongScheme(scheme),
            Self::NoLeave => Failure::MissingScope,
            Self::Bad(BadToken::Expired) => Failure::ExpiredToken,
            Self::Bad(BadToken::Claims | BadToken::Subject) => Failure::BadClaims,
            Self::Bad(BadToken::UnknownUser) => Failure::UnknownUser,
            Self::Bad(_) => Failure::BadToken,
        }
    }
}

impl BadToken {
    pub const ALL: [Self; 17] = [
        Self::Twice,
        Self::Malformed,
        Self::Header,
        Self::Algorithm,
        Self::Key,
        Self::Signature,
        Self::Claims,
        Self::Expired,
        Self::NotYet,
        Self::Issuer,
        Self::Audience,
        Self::Lifetime,
        Self::Retired,
        Self::Bridge,
        Self::Subject,
        Self::UnknownUser,
        Self::Revoked,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Twice => "twice",
            Self::Malformed => "malformed",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Lifetime => "lifetime",
            Self::Retired => "retired",
            Self::Bridge => "bridge",
            Self::Subject => "subject",
            Self::UnknownUser => "unknown_user",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_counted_under_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = TokenProblem::all().map(TokenProblem::name).collect();
        assert_eq!(names.len(), TokenProblem::all().count());
        assert!(BadToken::ALL.iter().enumerate().all(|(at, bad)| *bad as usize == at));
    }
}
