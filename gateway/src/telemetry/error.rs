//! Why the gateway made an answer itself, or why an answer broke off: a closed set, each with whose doing it was.

use super::labels::AnsweredBy;
use crate::contract::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Refused,
    NoToken,
    BadToken,
    ExpiredToken,
    NoLeave,
    Denied,
    TooLarge,
    TooSlow,
    LegacyUnreachable,
    LegacyBrokeOff,
    LegacyLate,
    NativeLate,
    DatabaseUnavailable,
    Overloaded,
    Throttled,
    OutcomeUnknown,
    LegacyRaises,
    Internal,
    ClientLeft,
}

impl ErrorKind {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 19] = [
        Self::Refused,
        Self::NoToken,
        Self::BadToken,
        Self::ExpiredToken,
        Self::NoLeave,
        Self::Denied,
        Self::TooLarge,
        Self::TooSlow,
        Self::LegacyUnreachable,
        Self::LegacyBrokeOff,
        Self::LegacyLate,
        Self::NativeLate,
        Self::DatabaseUnavailable,
        Self::Overloaded,
        Self::Throttled,
        Self::OutcomeUnknown,
        Self::LegacyRaises,
        Self::Internal,
        Self::ClientLeft,
    ];

    /// Nothing for what a native handler answers in the ordinary course, such as a 404 or a 422.
    pub fn of(failure: &Failure, by: AnsweredBy) -> Option<Self> {
        match failure {
            Failure::MissingToken(_) | Failure::WrongScheme(_) => Some(Self::NoToken),
            Failure::BadToken | Failure::BadClaims | Failure::UnknownUser | Failure::InvalidGrant => {
                Some(Self::BadToken)
            }
            Failure::ExpiredToken => Some(Self::ExpiredToken),
            Failure::InactiveUser | Failure::MissingScope => Some(Self::NoLeave),
            Failure::Raised(_)
            | Failure::Written(_)
            | Failure::UnreadableBody
            | Failure::Unprocessable(_) => None,
            Failure::Denied(_) => Some(Self::Denied),
            Failure::Refused | Failure::TargetTooLong | Failure::HeadTooLarge => Some(Self::Refused),
            Failure::TooLarge => Some(Self::TooLarge),
            Failure::TooSlow => Some(Self::TooSlow),
            Failure::LegacyUnreachable => Some(Self::LegacyUnreachable),
            Failure::Late if by == AnsweredBy::Native => Some(Self::NativeLate),
            Failure::Late => Some(Self::LegacyLate),
            Failure::Unavailable(_) => Some(Self::DatabaseUnavailable),
            Failure::Busy(_) => Some(Self::Overloaded),
            Failure::TooManyAttempts(_) | Failure::TooOften(_) => Some(Self::Throttled),
            Failure::OutcomeUnknown => Some(Self::OutcomeUnknown),
            Failure::LegacyRaises | Failure::LegacyRaisesAfterwards => Some(Self::LegacyRaises),
            Failure::Internal => Some(Self::Internal),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NoToken => "no_token",
            Self::BadToken => "bad_token",
            Self::ExpiredToken => "expired_token",
            Self::NoLeave => "no_leave",
            Self::Denied => "denied",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::LegacyUnreachable => "legacy_unreachable",
            Self::LegacyBrokeOff => "legacy_broke_off",
            Self::LegacyLate | Self::NativeLate => "late",
            Self::DatabaseUnavailable => "database_unavailable",
            Self::Overloaded => "overloaded",
            Self::Throttled => "throttled",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::LegacyRaises => "legacy_raises",
            Self::Internal => "internal",
            Self::ClientLeft => "client_left",
        }
    }

    pub fn origin(self) -> &'static str {
        match self {
            Self::Refused
            | Self::NoToken
            | Self::BadToken
            | Self::ExpiredToken
            | Self::NoLeave
            | Self::TooLarge
            | Self::TooSlow
            | Self::Throttled
            | Self::LegacyRaises
            | Self::ClientLeft => "client",
            Self::Denied | Self::NativeLate | Self::Overloaded | Self::Internal => "gateway",
            Self::LegacyUnreachable | Self::LegacyBrokeOff | Self::LegacyLate => "legacy",
            Self::DatabaseUnavailable | Self::OutcomeUnknown => "database",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_place_in_the_list() {
        assert!(ErrorKind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    }
}
