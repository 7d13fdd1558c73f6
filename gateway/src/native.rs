//! The moved API: the routes that Rust answers, as one list.
//!
//! A resource is a folder with three rooms: `router` (HTTP in and out), `service` (rules), `model` (rows and SQL).
//! Whether a route of this list is used is decided by `routes.toml`.

mod arguments;
mod attempt;
mod comments;
mod configured;
mod login;
mod keys;
mod projects;
mod reception;
mod sessions;
mod tags;
mod tasks;
mod users;

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use axum::{body::Body, extract::FromRequestParts, handler::Handler, response::Response};
use bytes::Bytes;
use http::{Request, request::Parts};

use reception::Reading;

use crate::{
    auth::{Issuer, Lent, Means, Principal, users::Users},
    contract::{
        Failure,
        json::Framework,
        profile::{Profile, users::IdKind},
        request::Arguments,
    },
    db::{Database, Mode, Terms},
    routes::{
        added::{AddedRoute, Guard},
        key::RouteKey,
    },
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
    written: Written,
    database: Database,
    means: Option<Arc<Means>>,
    users: Option<Users>,
}

/// A handler as it is written: nothing that it works with is there yet.
#[derive(Clone)]
struct Written {
    service: Service,
    reading: Reading,
    framework: Framework,
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

/// What the gateway adds to the legacy's routes.
fn additions() -> Vec<Entry> {
    vec![
        Entry::added("POST", "/auth/refresh", Guard::Open, |house| house.handler(sessions::router::refresh)),
        Entry::added("POST", "/auth/logout", Guard::Token, |house| house.handler(sessions::router::logout)),
        Entry::added("POST", "/auth/logout-all", Guard::Token, |house| {
            house.handler(sessions::router::logout_all)
        }),
        Entry::added("GET", "/auth/sessions", Guard::Token, |house| house.handler(sessions::router::list)),
        Entry::added("GET", "/.well-known/jwks.json", Guard::Open, |house| house.handler(keys::router::jwks)),
        Entry::added("DELETE", "/auth/sessions/{session_id}", Guard::Token, |house| {
            house.handler(sessions::router::end)
        }),
    ]
}

/// What the profile gives to handlers that know no address of their own.
fn configured(profile: &Profile) -> Vec<Entry> {
    configured::entries(profile)
}

struct Entry {
    key: RouteKey,
    /// Of a route that the lock does not have.
    guard: Option<Guard>,
    build: Box<dyn Fn(&House) -> Written>,
}

/// What handlers are made of: the database is around them, not in them.
struct House {
    framework: Framework,
}

impl Entry {
    fn new(method: &str, template: &str, build: impl Fn(&House) -> Written + 'static) -> Self {
        Self::of(RouteKey::new(method, template), build)
    }

    fn of(key: RouteKey, build: impl Fn(&House) -> Written + 'static) -> Self {
        Self { key, guard: None, build: Box::new(build) }
    }

    fn added(
        method: &str,
        template: &str,
        guard: Guard,
        build: impl Fn(&House) -> Written + 'static,
    ) -> Self {
        Self { guard: Some(guard), ..Self::new(method, template, build) }
    }
}

/// The routes of a legacy that have a handler, each written for its one.
pub fn ported() -> Vec<RouteKey> {
    list().into_iter().map(|entry| entry.key).collect()
}

/// What only the gateway has.
pub fn added() -> Vec<AddedRoute> {
    let added = additions().into_iter();
    added.filter_map(|Entry { key, guard, .. }| Some(AddedRoute { key, guard: guard? })).collect()
}

/// The keys of all routes that have a handler.
pub fn keys(profile: Option<&Profile>) -> Vec<RouteKey> {
    let configured = profile.map(configured).unwrap_or_default();
    list().into_iter().chain(additions()).chain(configured).map(|entry| entry.key).collect()
}

/// Those of them that hand out tokens, or say with which keys: without keys none of them can do its work.
pub fn issuing(profile: Option<&Profile>) -> Vec<RouteKey> {
    let configured = profile.map(configured).unwrap_or_default();
    additions().into_iter().chain(configured).map(|entry| entry.key).collect()
}

/// Those that look up who asks, each with what it takes their ids for.
pub fn asking_who_calls() -> Vec<(RouteKey, IdKind)> {
    let house = House { framework: Framework::of_fastapi("") };
    let asking = |entry: Entry| Some(((entry.build)(&house).reading.user_id?, entry.key));
    list().into_iter().filter_map(asking).map(|(kind, key)| (key, kind)).collect()
}

impl Handlers {
    /// Those that need nothing but the database.
    pub fn new(database: &Database, framework: Framework, users: Option<&Users>) -> Self {
        Self::of(framework, list(), |written| NativeHandler {
            written,
            database: database.clone(),
            means: None,
            users: users.cloned(),
        })
    }

    /// All of them, with what lets users in and out.
    pub fn issuing(database: &Database, framework: Framework, means: Means, profile: &Profile) -> Self {
        let (users, means) = (means.users.clone(), Arc::new(means));
        let entries = list().into_iter().chain(additions()).chain(configured(profile));
        Self::of(framework, entries, |written| NativeHandler {
            written,
            database: database.clone(),
            means: Some(Arc::clone(&means)),
            users: users.clone(),
        })
    }

    fn of(
        framework: Framework,
        entries: impl IntoIterator<Item = Entry>,
        ready: impl Fn(Written) -> NativeHandler,
    ) -> Self {
        let house = House { framework };
        let by_key = entries.into_iter().map(|entry| (entry.key, ready((entry.build)(&house)))).collect();
        Self { by_key }
    }

    pub fn find(&self, key: &RouteKey) -> Option<&NativeHandler> {
        self.by_key.get(key)
    }
}

impl House {
    fn handler<H, T>(&self, handler: H) -> Written
    where
        H: Handler<T, Framework> + Sync,
        T: Arguments + Send + Sync + 'static,
    {
        Written::of(handler, self.framework)
    }
}

impl Written {
    fn of<H, T>(handler: H, framework: Framework) -> Self
    where
        H: Handler<T, Framework> + Sync,
        T: Arguments + Send + Sync + 'static,
    {
        let service: Service = Arc::new(move |request| Box::pin(handler.clone().call(request, framework)));
        Self { service, reading: Reading::of::<T>(), framework }
    }

    /// A body that is longer is refused before it is read.
    fn at_most(self, bytes: usize) -> Self {
        Self { reading: self.reading.at_most(bytes), ..self }
    }
}

impl NativeHandler {
    /// A handler that stands in no list, too: what the kit costs is measured with one that has nothing else to do.
    pub fn new<H, T>(handler: H, database: Database, framework: Framework) -> Self
    where
        H: Handler<T, Framework> + Sync,
        T: Arguments + Send + Sync + 'static,
    {
        Self { written: Written::of(handler, framework), database, means: None, users: None }
    }

    pub fn wants_body(&self) -> bool {
        self.written.reading.wants_body()
    }

    /// The answer, once it is settled that what the handler did stays, or that it does not.
    pub fn answer(
        &self,
        mut request: Request<Body>,
        terms: Terms,
    ) -> impl Future<Output = Result<Response<Bytes>, Failure>> + Send + use<> {
        // What an issuer has done cannot be undone.
        if let (Some(means), Mode::Real) = (&self.means, terms.mode) {
            let issuer = Issuer { means: Arc::clone(means), until: terms.deadline() };
            request.extensions_mut().insert(Lent(issuer));
        }
        if let Some(users) = &self.users {
            request.extensions_mut().insert(users.clone());
        }
        let dealings = self.database.dealings(terms);
        let Written { service, reading, framework } = &self.written;
        attempt::answer(Arc::clone(service), *reading, *framework, dealings, request)
    }
}

/// A handler that takes a principal cannot run without one, whatever `routes.toml` says.
impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.remove::<Self>().ok_or(Failure::BadToken)
    }
}
