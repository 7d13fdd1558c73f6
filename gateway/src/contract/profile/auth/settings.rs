//! The closed sets of words in `[auth]`, and the times of refresh tokens.

use std::{fmt, time::Duration};

use crate::config::document::section::Section;

/// What login hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// The gateway's own, signed with a key of `GATEWAY_KEYS_DIR`.
    Own,
    /// As the legacy's, where others verify them with the old secret.
    Legacy,
}

/// What the legacy sees of a client that has a token of the gateway's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BridgeKind {
    /// A token of the legacy's form that lives for two minutes.
    Mint,
    Passthrough,
    /// A signed header.
    Header,
    None,
}

/// What becomes of a request while nobody knows what was revoked lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStale {
    Degrade,
    Deny,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshRules {
    /// A session that is not used for this long is over.
    pub idle: Duration,
    /// No session lasts longer.
    pub longest: Duration,
    /// How long the token before the last is still taken: tabs, and answers that were lost.
    pub grace: Duration,
}

const DAY: Duration = Duration::from_hours(24);

impl Default for RefreshRules {
    fn default() -> Self {
        Self { idle: 30 * DAY, longest: 90 * DAY, grace: Duration::from_secs(30) }
    }
}

impl RefreshRules {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let usual = Self::default();
        let times = Duration::from_secs(1)..=3660 * DAY;
        let idle =
            section.optional("idle").map_or(Some(usual.idle), |item| item.duration(times.clone(), "30d"));
        let item = section.optional("longest");
        let longest = item.as_ref().map_or(Some(usual.longest), |item| item.duration(times, "90d"));
        let grace = section
            .optional("grace")
            .map_or(Some(usual.grace), |item| item.duration(Duration::ZERO..=Duration::from_mins(5), "30s"));
        section.close();
        let rules = Self { idle: idle?, longest: longest?, grace: grace? };
        if rules.longest < rules.idle
            && let Some(item) = item
        {
            item.reject(
                "`longest` is shorter than `idle`",
                "write at least the time of `idle`, which is 30 days unless it is written",
            );
        }
        Some(rules)
    }
}

impl TokenFormat {
    pub(super) const ALL: [Self; 2] = [Self::Own, Self::Legacy];
}

impl BridgeKind {
    pub(super) const ALL: [Self; 4] = [Self::Mint, Self::Passthrough, Self::Header, Self::None];
}

impl OnStale {
    pub const ALL: [Self; 2] = [Self::Degrade, Self::Deny];
}

impl fmt::Display for TokenFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Own => "own",
            Self::Legacy => "legacy",
        })
    }
}

impl fmt::Display for BridgeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Mint => "mint",
            Self::Passthrough => "passthrough",
            Self::Header => "header",
            Self::None => "none",
        })
    }
}

impl fmt::Display for OnStale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Degrade => "degrade",
            Self::Deny => "deny",
        })
    }
}
