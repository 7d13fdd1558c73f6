//! The private listener: health, metrics, and what the command line asks.
//!
mod configuration;
mod instances;
mod probe;
mod process;
mod ready;
mod routes;
mod schema;
mod scrape;
mod start;

use std::{convert::Infallible, sync::Arc};

use arc_swap::ArcSwap;
use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{Request, StatusCode, header::CONTENT_TYPE};
use tower::{Service, ServiceExt};

use crate::{
    auth::{keys::Keys, revocation::Revocations},
    db::Database,
    host::{Arrival, Drain},
    legacy::Legacy,
    routes::running::Running,
    telemetry::metrics::Metrics,
};

pub use configuration::FixedFiles;
pub use probe::Probe;
pub use schema::{Schema, SchemaWatch};
pub use start::StartReport;

/// The admin service; cloned per request, so it holds only handles.
#[derive(Clone)]
pub struct Admin {
    router: Router,
    /// For what was refused before it was a request.
    refusing: Router,
}

/// What the answers are made from.
#[derive(Clone)]
pub struct Observed {
    pub metrics: Metrics,
    pub drain: Arc<Drain>,
    pub running: Arc<ArcSwap<Running>>,
    pub legacy: Legacy,
    pub database: Database,
    pub files: FixedFiles,
    pub probe: Arc<Probe>,
    pub schema: Arc<Schema>,
    pub revoked: Revocations,
    pub keys: Keys,
}

impl Admin {
    pub fn new(observed: Observed) -> Self {
        let router = Router::new()
            .route("/healthz", get(ready::alive))
            .route("/readyz", get(ready::ready))
            .route("/metrics", get(metrics_text))
            .route("/api/routes", get(routes::routes))
            .route("/api/legacy", get(instances::instances))
            .route("/api/config", get(configuration::configuration))
            .with_state(observed);
        let refusing = Router::new().fallback(async || StatusCode::BAD_REQUEST);
        Self { router, refusing }
    }
}

impl Service<Arrival> for Admin {
    type Response = Response;
    type Error = Infallible;
    type Future = tower::util::Oneshot<Router, Request<Body>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, Arrival { request, refused, .. }: Arrival) -> Self::Future {
        let router = if refused.is_some() { self.refusing.clone() } else { self.router.clone() };
        router.oneshot(request.map(Body::new))
    }
}

fn json_page(value: &serde_json::Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], format!("{value}\n")).into_response()
}

async fn metrics_text(State(observed): State<Observed>) -> Response {
    match observed.scrape().await {
        Ok(text) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "metrics cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
