//! The values that labels may have: closed sets, so that no client decides how many series there are.

use http::StatusCode;

use crate::routes::matching::RouteId;

/// What a request is called in log and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    Route(RouteId),
    Elsewhere(Elsewhere),
}

/// Not a route of the lock: the step at which it left the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Elsewhere {
    Refused,
    Preflight,
    MethodNotAllowed,
    SlashRedirect,
    Unlisted,
    RoutingError,
}

impl Elsewhere {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 6] = [
        Self::Refused,
        Self::Preflight,
        Self::MethodNotAllowed,
        Self::SlashRedirect,
        Self::Unlisted,
        Self::RoutingError,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "(refused)",
            Self::Preflight => "(preflight)",
            Self::MethodNotAllowed => "(method not allowed)",
            Self::SlashRedirect => "(slash redirect)",
            Self::Unlisted => "(unlisted)",
            Self::RoutingError => "(routing error)",
        }
    }
}

/// Who owned the request when it was answered; `gateway` when it was answered before anybody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    Gateway,
    Legacy,
    Native,
    Deny,
}

impl AnsweredBy {
    pub const ALL: [Self; 4] = [Self::Gateway, Self::Legacy, Self::Native, Self::Deny];

    pub fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Legacy => "legacy",
            Self::Native => "native",
            Self::Deny => "deny",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusClass {
    Informational,
    Success,
    Redirection,
    ClientError,
    ServerError,
}

impl StatusClass {
    pub const ALL: [Self; 5] =
        [Self::Informational, Self::Success, Self::Redirection, Self::ClientError, Self::ServerError];

    pub fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            100..200 => Self::Informational,
            200..300 => Self::Success,
            300..400 => Self::Redirection,
            400..500 => Self::ClientError,
            _ => Self::ServerError,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Informational => "1xx",
            Self::Success => "2xx",
            Self::Redirection => "3xx",
            Self::ClientError => "4xx",
            Self::ServerError => "5xx",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_stands_at_its_place_in_its_list() {
        assert!(Elsewhere::ALL.iter().enumerate().all(|(at, value)| *value as usize == at));
        assert!(AnsweredBy::ALL.iter().enumerate().all(|(at, value)| *value as usize == at));
        assert!(StatusClass::ALL.iter().enumerate().all(|(at, value)| *value as usize == at));
    }
}
