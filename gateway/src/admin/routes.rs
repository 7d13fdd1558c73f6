//! `GET /api/routes`: what every route has been asked since the start, for `gateway routes list`.

use axum::{extract::State, response::Response};
use serde_json::{Map, Value, json};

use super::{Observed, json_page};
use crate::telemetry::{
    labels::{AnsweredBy, Elsewhere, Label},
    metrics::TrafficRow,
};

pub(super) async fn routes(State(observed): State<Observed>) -> Response {
    let running = observed.running.load_full();
    let traffic = &observed.metrics.traffic;
    let routes = running.matcher.all_ids().map(|id| {
        let policy = running.policy(id);
        let mut object = Map::new();
        object.insert("route".to_owned(), running.key(id).as_str().into());
        object.insert("owner".to_owned(), policy.owner.to_string().into());
        object.insert("auth".to_owned(), policy.auth.name().into());
        object.append(&mut seen(traffic.row(Label::Route(id))));
        Value::Object(object)
    });
    let other = Elsewhere::ALL.iter().map(|elsewhere| {
        let mut object = Map::new();
        object.insert("route".to_owned(), elsewhere.name().into());
        object.append(&mut seen(traffic.row(Label::Elsewhere(*elsewhere))));
        Value::Object(object)
    });
    json_page(&json!({
        "revision": running.revision,
        "uptime_seconds": rounded(observed.metrics.started.elapsed().as_secs_f64()),
        "routes": routes.collect::<Vec<_>>(),
        "other": other.collect::<Vec<_>>(),
    }))
}

/// Members of which nothing is known are left out, but for `requests`, which is empty then.
fn seen(row: &TrafficRow) -> Map<String, Value> {
    let mut by_owner = Map::new();
    let (mut legacy, mut native) = (0, 0);
    for (by, class, count) in row.requests() {
        let classes = by_owner.entry(by.name()).or_insert_with(|| Value::Object(Map::new()));
        classes[class.name()] = count.into();
        match by {
            AnsweredBy::Legacy => legacy += count,
            AnsweredBy::Native => native += count,
            AnsweredBy::Gateway | AnsweredBy::Deny => {}
        }
    }
    let p95: Map<_, _> = AnsweredBy::ALL
        .iter()
        .filter_map(|by| {
            let milliseconds = rounded(row.p95(*by)?.as_secs_f64() * 1e3);
            Some((by.name().to_owned(), milliseconds.into()))
        })
        .collect();
    let mut object = Map::new();
    object.insert("requests".to_owned(), Value::Object(by_owner));
    if legacy + native > 0 {
        let share = native as f64 / (legacy + native) as f64;
        object.insert("share_native".to_owned(), rounded(share).into());
    }
    if !p95.is_empty() {
        object.insert("p95_ms".to_owned(), Value::Object(p95));
    }
    object
}

fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
