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

use super::{
    Observed, json_page,
    probe::{LIMIT, Missing},
    schema::Standing,
};

pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Ready from the first good configuration, which is before the first request, until draining begins; but not on a
/// schema that handlers are not made for, or that nobody has looked at yet.
pub(super) async fn ready(State(observed): State<Observed>) -> Response {
    if observed.drain.is_draining() {
        // Nobody will be sent here any more: what is missing need not be asked.
        let page = json_page(&json!({ "status": "draining", "degraded": [] }));
        return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
    }
    let (standing, missing) = tokio::join!(observed.schema.standing(LIMIT), observed.degraded());
    let degraded: Vec<Value> = missing.iter().map(told).collect();
    let page = match standing {
        Standing::Fine => return json_page(&json!({ "status": "ready", "degraded": degraded })),
        Standing::Unknown => json!({ "status": "schema not known yet", "degraded": degraded }),
        Standing::TooOld(too_old) => {
            observed.schema.want();
            let schema = json!({ "database": too_old.database, "oldest": too_old.oldest });
            json!({ "status": "schema too old", "degraded": degraded, "schema": schema })
        }
    };
    (StatusCode::SERVICE_UNAVAILABLE, json_page(&page)).into_response()
}

fn told(missing: &Missing) -> Value {
    let since = DateTime::<Utc>::from(missing.since).to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({ "part": missing.part.name(), "why": missing.why, "since": since })
}
