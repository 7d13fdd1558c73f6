//! What sort of traffic a key stands for, as far as the written settings are concerned.

use crate::routes::key::RouteKey;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    WebSocket,
    /// A part of the legacy that the lock does not look into: a mounted application, static files, an opaque row.
    Below,
}

impl Kind {
    pub(super) fn of(key: &RouteKey) -> Self {
        match key.method() {
            "WS" => Kind::WebSocket,
            "MOUNT" | "OPAQUE" | "FRONTEND" | "HOST" => Kind::Below,
            _ => Kind::Http,
        }
    }
}
