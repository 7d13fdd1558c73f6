//! `GET /api/config`: which configuration is in force, by hashes that tell two replicas apart.

use axum::{extract::State, response::Response};
use serde_json::json;

use super::{Observed, json_page};
use crate::telemetry::fingerprint::Fingerprint;

/// Of the files whose reading does not change while the process runs.
#[derive(Clone)]
pub struct FixedFiles {
    pub lock: Fingerprint,
    pub profile: Fingerprint,
}

pub(super) struct Hashes {
    pub(super) routes: Fingerprint,
    pub(super) lock: Fingerprint,
    pub(super) profile: Fingerprint,
}

impl Observed {
    pub(super) fn hashes(&self) -> Hashes {
        Hashes {
            routes: Fingerprint::of(&self.running.load().text),
            lock: self.files.lock.clone(),
            profile: self.files.profile.clone(),
        }
    }
}

pub(super) async fn configuration(State(observed): State<Observed>) -> Response {
    let hashes = observed.hashes();
    json_page(&json!({
        "version": env!("CARGO_PKG_VERSION"),
        "revision": observed.running.load().revision,
        "routes_sha256": &*hashes.routes,
        "lock_sha256": &*hashes.lock,
        "profile_sha256": &*hashes.profile,
        "routes_mistakes": observed.metrics.routes_mistakes.get(),
    }))
}
