//! The files of the storm, in turn, and how each kind of request is answered by one: no two in a row agree on anything.

use std::net::SocketAddr;

use crate::fake_legacy::FakeLegacy;

const ROUTE: &str = "GET /files/{path:path}";

pub(super) const KEPT: &str = "/files/kept";
/// Longer than half of the files allow.
pub(super) const FRESH: &str = "/files/fresh-fresh-fresh-fresh-fresh-fresh-fresh-fresh-fresh-fresh";
const SHORTER: usize = 40;

/// What is decided by the door, by the route and by where the legacy is, each at its own time in a request.
#[derive(Clone)]
pub(super) struct File {
    /// Of an answer by the gateway itself.
    denied: Option<u64>,
    legacy: SocketAddr,
    is_narrow: bool,
}

/// What the log line of a request says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) owner: &'static str,
    pub(super) status: u64,
    pub(super) upstream: Option<String>,
    pub(super) reason: Option<&'static str>,
}

impl File {
    pub(super) fn number(number: usize, [one, other]: &[FakeLegacy; 2]) -> Self {
        let (denied, legacy, is_narrow) = [
            (None, one, false),
            (Some(403), other, true),
            (None, other, false),
            (Some(410), one, true),
            (None, other, true),
            (Some(403), one, false),
            (None, one, true),
            (Some(410), other, false),
        ][number % 8];
        Self { denied, legacy: legacy.address(), is_narrow }
    }

    pub(super) fn text(&self) -> String {
        let owner = match self.denied {
            None => "\"legacy\"".to_owned(),
            Some(status) => format!("{{ owner = \"deny\", status = {status} }}"),
        };
        let limits =
            if self.is_narrow { format!("[limits]\ntarget_bytes = \"{SHORTER}B\"\n") } else { String::new() };
        let legacy = self.legacy;
        format!(
            "schema = 1\n[legacy]\nurls = [\"http://{legacy}\"]\n{limits}[routes]\n\"{ROUTE}\" = {owner}\n"
        )
    }

    pub(super) fn bad(number: usize) -> String {
        format!("schema = 1\n[routes]\n\"{ROUTE}\" = \"nobody {number}\"\n")
    }

    /// By the kind that a request's id begins with.
    pub(super) fn answers(&self, kind: &str) -> Option<Line> {
        match kind {
            "kept" => Some(self.kept()),
            "fresh" if self.is_narrow => {
                Some(Line { owner: "gateway", status: 414, upstream: None, reason: Some("target_bytes") })
            }
            "fresh" => Some(self.kept()),
            // No route takes them, so that they go to the legacy.
            "upload" => Some(self.forwarded(200)),
            "socket" => Some(self.forwarded(101)),
            _ => None,
        }
    }

    pub(super) fn kept(&self) -> Line {
        match self.denied {
            None => self.forwarded(200),
            Some(status) => Line { owner: "deny", status, upstream: None, reason: None },
        }
    }

    fn forwarded(&self, status: u64) -> Line {
        Line { owner: "legacy", status, upstream: Some(self.legacy.to_string()), reason: None }
    }
}

/// Whole, and of one of the files.
pub(super) fn fits(status: u16, body: &str) -> bool {
    match status {
        200 => matches!(body, "a0" | "b0"),
        403 | 410 | 414 => body.starts_with("{\"detail\":"),
        _ => false,
    }
}
