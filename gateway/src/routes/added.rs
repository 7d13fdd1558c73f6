//! Routes that only the gateway has: there only while `routes.toml` gives them away, and matched before the lock.

use super::key::RouteKey;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedRoute {
    pub key: RouteKey,
    pub guard: Guard,
}

/// What such a route asks of whoever calls it; no row of the lock says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guard {
    Open,
    /// A token, and where there is none, the profile's own words for that.
    Token,
}
