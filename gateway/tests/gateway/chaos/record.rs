//! What one client saw of one request.

use std::{fmt, time::Duration};

use compat_tests::client::Answer;
use serde_json::Value;
use tokio::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Proxied,
    Read,
    Write,
}

pub(crate) struct Record {
    pub(crate) kind: Kind,
    pub(crate) begun: Instant,
    pub(crate) took: Duration,
    pub(crate) seen: Seen,
    /// What a write would have put there, and nothing else would.
    pub(crate) title: Option<String>,
}

pub(crate) enum Seen {
    Done,
    /// 503, and when to come back.
    Away,
    /// 503, and nobody knows whether it was done.
    Unknown,
    /// Any other answer, or none.
    Wrong(String),
}

impl Seen {
    pub(crate) fn of(answer: &Answer) -> Self {
        let after = answer.headers.all("retry-after");
        match (answer.status, &after[..]) {
            (200..=299, _) => Self::Done,
            (503, [seconds]) if seconds.parse().is_ok_and(|seconds| (1..=60).contains(&seconds)) => {
                Self::Away
            }
            (503, []) if detail(answer).contains("not known") => Self::Unknown,
            _ => Self::Wrong(format!("{} {:?} {}", answer.status, answer.headers.0, answer.text())),
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }
}

/// Without the instants, which tell nobody anything.
impl fmt::Display for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, took, seen, title, .. } = self;
        write!(formatter, "{kind:?} {} in {took:?}: ", title.as_deref().unwrap_or_default())?;
        match seen {
            Seen::Done => write!(formatter, "2xx"),
            Seen::Away => write!(formatter, "503"),
            Seen::Unknown => write!(formatter, "503, the outcome is not known"),
            Seen::Wrong(told) => formatter.write_str(told),
        }
    }
}

fn detail(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    body["detail"].as_str().unwrap_or_default().to_owned()
}
