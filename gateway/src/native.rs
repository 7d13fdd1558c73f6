//! The moved API: the routes that Rust answers, as one list.
//!
//! A resource is a folder with three rooms: `router` (HTTP in and out), `service` (rules), `model` (rows and SQL).
//! Whether a route of this list is used is decided by `routes.toml`.

mod body;
mod tasks;

use std::{collections::HashMap, convert::Infallible, future::Future};

use axum::{body::Body, extract::FromRequestParts, handler::Handler, response::Response};
use http::{Request, request::Parts};
use tower::{ServiceExt, util::BoxCloneSyncService};

use crate::{
    auth::{self, Principal, user::User},
    contract::{Failure, json::Framework},
    db::{Database, UnitOfWork},
    routes::key::RouteKey,
};

/// What every handler may use.
#[derive(Clone)]
pub struct Building {
    pub database: Database,
    pub json: Framework,
}

impl Building {
    /// Does `work` in one unit, for a user who is there and active.
    async fn unit_for<T>(
        &self,
        principal: &Principal,
        work: impl AsyncFnOnce(&UnitOfWork, User) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.database
            .unit_of_work(async |unit| {
                let user = auth::user::current(unit, principal).await?;
                work(unit, user).await
            })
            .await
    }
}

/// The handlers by the key of the route they answer.
#[derive(Clone)]
pub struct Handlers {
    by_key: HashMap<RouteKey, NativeHandler>,
}

/// A handler ready to answer.
#[derive(Clone)]
pub struct NativeHandler {
    service: BoxCloneSyncService<Request<Body>, Response, Infallible>,
}

/// The list itself: what `routes.toml` may give to `native`.
fn list() -> Vec<Entry> {
    vec![
        Entry::new("GET", "/api/tasks", |building| handler(tasks::router::list, building)),
        Entry::new("POST", "/api/tasks", |building| handler(tasks::router::create, building)),
        Entry::new("GET", "/api/tasks/summary", |building| handler(tasks::router::summarise, building)),
        Entry::new("GET", "/api/tasks/{task_id}", |building| handler(tasks::router::read, building)),
        Entry::new("PATCH", "/api/tasks/{task_id}", |building| handler(tasks::router::update, building)),
        Entry::new("DELETE", "/api/tasks/{task_id}", |building| handler(tasks::router::delete, building)),
    ]
}

struct Entry {
    key: RouteKey,
    build: fn(&Building) -> NativeHandler,
}

impl Entry {
    fn new(method: &str, template: &str, build: fn(&Building) -> NativeHandler) -> Self {
        Self { key: RouteKey::new(method, template), build }
    }
}

/// The keys of the routes that have a handler.
pub fn keys() -> Vec<RouteKey> {
    list().into_iter().map(|entry| entry.key).collect()
}

impl Handlers {
    pub fn new(building: &Building) -> Self {
        let by_key = list().into_iter().map(|entry| (entry.key, (entry.build)(building))).collect();
        Self { by_key }
    }

    pub fn find(&self, key: &RouteKey) -> Option<&NativeHandler> {
        self.by_key.get(key)
    }
}

fn handler<H, T>(handler: H, building: &Building) -> NativeHandler
where
    H: Handler<T, Building> + Sync,
    T: Send + Sync + 'static,
{
    NativeHandler { service: BoxCloneSyncService::new(handler.with_state(building.clone())) }
}

impl NativeHandler {
    pub fn answer(&self, request: Request<Body>) -> impl Future<Output = Response> + Send + use<> {
        let answer = self.service.clone().oneshot(request);
        async move { answer.await.unwrap_or_else(|never| match never {}) }
    }
}

/// A handler that takes a principal cannot run without one, whatever `routes.toml` says.
impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.remove::<Self>().ok_or(Failure::BadToken)
    }
}
