//! The moved API: the routes that Rust answers, as one list.
//!
//! A resource is a folder with three rooms: `router` (HTTP in and out), `service` (rules), `model` (rows and SQL).
//! Whether a route of this list is used is decided by `routes.toml`.

mod arguments;
mod attempt;
mod comments;
mod projects;
mod reception;
mod tags;
mod tasks;
mod users;

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use axum::{body::Body, extract::FromRequestParts, handler::Handler, response::Response};
use bytes::Bytes;
use http::{Request, request::Parts};

use reception::Reading;

use crate::{
    auth::Principal,
    contract::{Failure, json::Framework, request::Arguments},
    db::{Database, Terms},
    routes::key::RouteKey,
};

/// A handler of any arguments.
type Service = Arc<dyn Fn(Request<Body>) -> Answering + Send + Sync>;

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The handlers by the key of the route they answer.
///
/// A handler is given what is an [`Argument`](crate::contract::request::Argument), and nothing else: the unit of work,
/// who asks, and what they ask. Neither the database is one, nor any extractor that FastAPI does not have:
///
/// ```
/// # use gateway::{contract::{field::Whole, request::{Argument, Path}}, db::{ReadOnly, UnitOfWork}};
/// fn may_be_an_argument<T: Argument>() {}
/// may_be_an_argument::<UnitOfWork>();
/// may_be_an_argument::<ReadOnly>();
/// may_be_an_argument::<Path<Whole>>();
/// ```
///
/// ```compile_fail,E0277
/// # use gateway::{contract::request::Argument, db::Database};
/// # use axum::extract::State;
/// fn may_be_an_argument<T: Argument>() {}
/// may_be_an_argument::<State<Database>>();
/// ```
#[derive(Clone)]
pub struct Handlers {
    by_key: HashMap<RouteKey, NativeHandler>,
}

/// A handler ready to answer.
#[derive(Clone)]
pub struct NativeHandler {
    service: Service,
    reading: Reading,
    framework: Framework,
    database: Database,
}

/// The list itself: what `routes.toml` may give to `native`.
fn list() -> Vec<Entry> {
    vec![
        Entry::new("GET", "/users/me", |house| house.handler(users::router::read_me)),
        Entry::new("GET", "/api/projects", |house| house.handler(projects::router::list)),
        Entry::new("POST", "/api/projects", |house| house.handler(projects::router::create)),
        Entry::new("GET", "/api/projects/{project_id}", |house| house.handler(projects::router::read)),
        Entry::new("PATCH", "/api/projects/{project_id}", |house| house.handler(projects::router::update)),
        Entry::new("DELETE", "/api/projects/{project_id}", |house| house.handler(projects::router::delete)),
        Entry::new("GET", "/api/projects/{project_id}/tasks", |house| {
            house.handler(tasks::router::list_of_project)
        }),
        Entry::new("GET", "/api/projects/{project_id}/stats", |house| {
            house.handler(projects::router::summarise)
        }),
        Entry::new("GET", "/api/tasks", |house| house.handler(tasks::router::list)),
        Entry::new("POST", "/api/tasks", |house| house.handler(tasks::router::create)),
        Entry::new("GET", "/api/tasks/summary", |house| house.handler(tasks::router::summarise)),
        Entry::new("GET", "/api/tasks/{task_id}", |house| house.handler(tasks::router::read)),
        Entry::new("PATCH", "/api/tasks/{task_id}", |house| house.handler(tasks::router::update)),
        Entry::new("DELETE", "/api/tasks/{task_id}", |house| house.handler(tasks::router::delete)),
        Entry::new("GET", "/api/tags", |house| house.handler(tags::router::list)),
        Entry::new("POST", "/api/tags", |house| house.handler(tags::router::create)),
        Entry::new("PATCH", "/api/tags/{tag_id:int}", |house| house.handler(tags::router::update)),
        Entry::new("DELETE", "/api/tags/{tag_id:int}", |house| house.handler(tags::router::delete)),
        Entry::new("GET", "/api/tasks/{task_id}/tags", |house| house.handler(tags::router::list_of_task)),
        Entry::new("PUT", "/api/tasks/{task_id}/tags/{tag_id}", |house| house.handler(tags::router::tie)),
        Entry::new("DELETE", "/api/tasks/{task_id}/tags/{tag_id}", |house| {
            house.handler(tags::router::untie)
        }),
        Entry::new("GET", "/api/tasks/{task_id}/comments", |house| house.handler(comments::router::list)),
        Entry::new("POST", "/api/tasks/{task_id}/comments", |house| house.handler(comments::router::create)),
        Entry::new("PATCH", "/api/comments/{comment_id:int}", |house| house.handler(comments::router::edit)),
        Entry::new("DELETE", "/api/comments/{comment_id:int}", |house| {
            house.handler(comments::router::delete)
        }),
    ]
}

struct Entry {
    key: RouteKey,
    build: fn(&House) -> NativeHandler,
}

/// What handlers are made of: the database is around them, not in them.
struct House {
    database: Database,
    framework: Framework,
}

impl Entry {
    fn new(method: &str, template: &str, build: fn(&House) -> NativeHandler) -> Self {
        Self { key: RouteKey::new(method, template), build }
    }
}

/// The keys of the routes that have a handler.
pub fn keys() -> Vec<RouteKey> {
    list().into_iter().map(|entry| entry.key).collect()
}

impl Handlers {
    pub fn new(database: Database, framework: Framework) -> Self {
        let house = House { database, framework };
        let by_key = list().into_iter().map(|entry| (entry.key, (entry.build)(&house))).collect();
        Self { by_key }
    }

    pub fn find(&self, key: &RouteKey) -> Option<&NativeHandler> {
        self.by_key.get(key)
    }
}

impl House {
    fn handler<H, T>(&self, handler: H) -> NativeHandler
    where
        H: Handler<T, Framework> + Sync,
        T: Arguments + Send + Sync + 'static,
    {
        NativeHandler::new(handler, self.database.clone(), self.framework)
    }
}

impl NativeHandler {
    /// A handler that stands in no list, too: what the kit costs is measured with one that has nothing else to do.
    pub fn new<H, T>(handler: H, database: Database, framework: Framework) -> Self
    where
        H: Handler<T, Framework> + Sync,
        T: Arguments + Send + Sync + 'static,
    {
        let service: Service = Arc::new(move |request| Box::pin(handler.clone().call(request, framework)));
        Self { service, reading: Reading::of::<T>(), framework, database }
    }

    /// The answer, once it is settled that what the handler did stays, or that it does not.
    pub fn answer(
        &self,
        request: Request<Body>,
        terms: Terms,
    ) -> impl Future<Output = Result<Response<Bytes>, Failure>> + Send + use<> {
        let dealings = self.database.dealings(terms);
        attempt::answer(self.service.clone(), self.reading, self.framework, dealings, request)
    }
}

/// A handler that takes a principal cannot run without one, whatever `routes.toml` says.
impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.remove::<Self>().ok_or(Failure::BadToken)
    }
}
