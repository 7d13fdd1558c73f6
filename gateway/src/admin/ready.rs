//! `/healthz`: the process is alive. `/readyz`: it may get traffic.
//!
//! A missing legacy or database shows as `degraded` and does not make it unready: taking every replica out together
//! helps nobody.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, SecondsFormat, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Observed, json_page, probe::Missing};

pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Ready from the first good configuration, which is before the first request, until draining begins; but not on a
/// schema that handlers are not made for.
pub(super) async fn ready(State(observed): State<Observed>) -> Response {
    if observed.drain.is_draining() {
        // Nobody will be sent here any more: what is missing need not be asked.
        let page = json_page(&json!({ "status": "draining", "degraded": [] }));
        return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
    }
    if let Some(too_old) = observed.schema.too_old() {
        let schema = json!({ "database": too_old.database, "oldest": too_old.oldest });
        let page = json_page(&json!({ "status": "schema too old", "degraded": [], "schema": schema }));
        return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
    }
    let degraded: Vec<Value> = observed.degraded().await.iter().map(told).collect();
    json_page(&json!({ "status": "ready", "degraded": degraded }))
}

fn told(missing: &Missing) -> Value {
    let since = DateTime::<Utc>::from(missing.since).to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({ "part": missing.part.name(), "why": missing.why, "since": since })
}
