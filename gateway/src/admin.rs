//! The private listener: health, metrics, and what the command line asks.
//!
//! `/healthz`: the process is alive. `/readyz`: it may get traffic; a missing legacy or database shows as
//! `degraded` and does not make it unready, because taking every replica out together helps nobody.

mod routes;
mod start;

use std::{convert::Infallible, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{Request, StatusCode, header::CONTENT_TYPE};
use hyper::body::Incoming;
use tokio::time::timeout;
use tower::{Service, ServiceExt};

use crate::{
    db::Database, host::Drain, legacy::Legacy, routes::running::Running, telemetry::metrics::Metrics,
};

pub use start::StartReport;

/// An orchestrator gives a probe a second.
const PROBE_LIMIT: Duration = Duration::from_millis(500);

/// The admin service; cloned per request, so it holds only handles.
#[derive(Clone)]
pub struct Admin {
    router: Router,
}

/// What the answers are made from.
#[derive(Clone)]
pub struct Observed {
    pub metrics: Metrics,
    pub drain: Arc<Drain>,
    pub running: Arc<ArcSwap<Running>>,
    pub legacy: Legacy,
    pub database: Database,
}

impl Observed {
    /// The names of what is missing.
    pub async fn degraded(&self) -> Vec<&'static str> {
        let addresses = self.running.load().legacy.clone();
        let legacy = timeout(PROBE_LIMIT, self.legacy.is_reachable(&addresses));
        let database = timeout(PROBE_LIMIT, self.database.is_reachable());
        let (legacy, database) = tokio::join!(legacy, database);
        let reachable = [("legacy", legacy), ("database", database)];
        reachable.into_iter().filter(|(_, here)| *here != Ok(true)).map(|(name, _)| name).collect()
    }
}

impl Admin {
    pub fn new(observed: Observed) -> Self {
        let router = Router::new()
            .route("/healthz", get(|| async { "alive\n" }))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics_text))
            .route("/api/routes", get(routes::routes))
            .with_state(observed);
        Self { router }
    }
}

impl Service<Request<Incoming>> for Admin {
    type Response = Response;
    type Error = Infallible;
    type Future = tower::util::Oneshot<Router, Request<Body>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        self.router.clone().oneshot(request.map(Body::new))
    }
}

/// Ready from the first good configuration, which is before the first request, until draining begins.
async fn ready(State(observed): State<Observed>) -> Response {
    if observed.drain.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n").into_response();
    }
    let degraded = observed.degraded().await;
    if degraded.is_empty() {
        "ready\n".into_response()
    } else {
        format!("ready\ndegraded: {}\n", degraded.join(", ")).into_response()
    }
}

fn json_page(value: &serde_json::Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], format!("{value}\n")).into_response()
}

async fn metrics_text(State(observed): State<Observed>) -> Response {
    match observed.metrics.render() {
        Ok(text) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "metrics cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
