//! What `[legacy]` and `[limits]` of the routes file say about instances, with what holds where they say nothing.

use std::time::Duration;

use crate::limits::Limits;

/// How instances are treated, apart from where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyRules {
    /// Nothing where the file says nothing: then several instances are asked as by default, and a single one is not.
    pub health: Option<HealthRule>,
    pub eject: EjectRule,
    pub limits: LegacyLimits,
}

/// How an instance is asked whether it is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthRule {
    /// What is asked for with GET and must be answered with a 2xx; nothing: to take a connection is enough.
    pub path: Option<String>,
    pub interval: Duration,
    pub timeout: Duration,
    /// So many good answers in a row make it healthy again.
    pub healthy: usize,
    /// So many bad ones in a row make it unhealthy.
    pub unhealthy: usize,
}

impl Default for HealthRule {
    fn default() -> Self {
        Self {
            path: None,
            interval: Duration::from_secs(5),
            timeout: Duration::from_secs(2),
            healthy: 1,
            unhealthy: 3,
        }
    }
}

/// When what requests meet takes an instance out of the choice, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EjectRule {
    /// In a row.
    pub failures: u32,
    /// The first time; twice as long the next.
    pub time: Duration,
    /// The longest.
    pub most: Duration,
    /// Whether an answer from 500 on is a failure of its instance.
    pub server_errors: bool,
}

impl Default for EjectRule {
    fn default() -> Self {
        Self {
            failures: 3,
            time: Duration::from_secs(10),
            most: Duration::from_mins(5),
            server_errors: false,
        }
    }
}

/// What a request may cost on the way to the legacy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyLimits {
    /// For a connection, its handshake included.
    pub connect: Duration,
    /// Of one instance, WebSockets and idle ones included.
    pub connections: Option<usize>,
    /// How long a request waits for one of them.
    pub wait: Duration,
    /// Until the head of the answer, where the route does not say it itself.
    pub first_byte: Option<Duration>,
    /// Between two pieces of an answer.
    pub gap: Option<Duration>,
    /// From the request's way to the legacy to the last byte of the answer.
    pub total: Option<Duration>,
}

impl Default for LegacyLimits {
    fn default() -> Self {
        Self::of(&Limits::default())
    }
}

impl LegacyLimits {
    pub fn of(limits: &Limits) -> Self {
        Self {
            connect: limits.legacy_connect,
            connections: limits.legacy_connections,
            // Longer, and it would be the client who decides how many wait.
            wait: Duration::from_secs(1),
            first_byte: limits.legacy_first_byte,
            gap: limits.legacy_gap,
            total: limits.legacy_total,
        }
    }
}
