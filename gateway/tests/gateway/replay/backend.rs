//! A backend with every kind of generated value, that says no to each that it has not given itself.
#![expect(clippy::result_large_err, reason = "a refusal is an answer, and few are given")]

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use tower::ServiceExt as _;
use uuid::Uuid;

/// Where numbers begin, so that no two backends give the same ones.
#[derive(Clone, Copy)]
pub(super) struct Sequences {
    pub(super) tasks: u64,
    pub(super) tags: u64,
}

pub(super) struct Backend {
    pub(super) address: String,
    pub(super) shared: Shared,
    _serving: JoinSet<()>,
}

type Shared = Arc<Mutex<Store>>;

#[derive(Default)]
pub(super) struct Store {
    address: String,
    next_task: u64,
    next_tag: u64,
    tokens: Vec<String>,
    sessions: Vec<String>,
    csrf: Vec<String>,
    cursors: Vec<String>,
    projects: Vec<String>,
    events: Vec<String>,
    tags: Vec<u64>,
    etags: HashMap<u64, String>,
    /// The one mistake that a test may ask for.
    pub(super) refuses_logins: bool,
    /// How many logins succeed, and how many requests each token is good for.
    pub(super) logins_most: Option<usize>,
    pub(super) token_lasts: Option<usize>,
    /// A route that takes no token at all.
    pub(super) refuses_tasks: bool,
    pub(super) logins: usize,
    uses: HashMap<String, usize>,
    /// What was asked with values that this one never gave.
    pub(super) strange: Vec<String>,
    pub(super) answered: usize,
}

impl Backend {
    pub(super) async fn start(from: Sequences) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let store = Store {
            address: address.clone(),
            next_task: from.tasks,
            next_tag: from.tags,
            ..Store::default()
        };
        let shared = Arc::new(Mutex::new(store));
        let app = router().with_state(Arc::clone(&shared));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let app = app.clone();
                let service =
                    hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                        app.clone().oneshot(request.map(axum::body::Body::new))
                    });
                connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address: format!("http://{address}"), shared, _serving: serving }
    }
}

fn router() -> Router<Shared> {
    Router::new()
        .route("/login", post(login))
        .route("/projects", post(create_project))
        .route("/projects/{project_id}", get(project))
        .route("/projects/{project_id}/tasks", post(create_task))
        .route("/tags", post(create_tag))
        .route("/tags/{tag_id}", get(tag))
        .route("/tasks", get(tasks))
        .route("/tasks/{task_id}", get(task))
        .route("/tasks/{task_id}", put(change_task))
        .route("/tasks/{task_id}/tags", post(add_tag))
        .route("/node/{node}", get(node))
        .route("/events", post(event))
        .route("/attachments", post(attach))
        .route("/search", get(search))
        .route("/reminders", post(remind))
}

fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// A JSON answer; the router's own needs a feature that nothing else does.
struct Json(Value);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0.to_string()).into_response()
    }
}

fn fresh() -> String {
    Uuid::new_v4().to_string()
}

type Fallible = Result<Response, Response>;

fn unauthorized(why: &str) -> Response {
    (StatusCode::UNAUTHORIZED, Json(json!({"detail": why}))).into_response()
}

impl Store {
    fn knows(&mut self, is_known: bool, what: impl FnOnce() -> String) -> Result<(), Response> {
        self.answered += 1;
        if is_known {
            return Ok(());
        }
        self.strange.push(what());
        Err((StatusCode::NOT_FOUND, Json(json!({"detail": "Not Found"}))).into_response())
    }

    fn bearer(&mut self, headers: &HeaderMap) -> Result<(), Response> {
        let token =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_known =
            token.strip_prefix("Bearer ").is_some_and(|token| self.tokens.iter().any(|known| known == token));
        self.knows(is_known, || format!("token {token}"))?;
        let uses = self.uses.entry(token.to_owned()).or_default();
        *uses += 1;
        if self.token_lasts.is_some_and(|most| *uses > most) {
            Err(unauthorized("Token expired"))
        } else {
            Ok(())
        }
    }

    fn cursor(&mut self, after: u64) -> String {
        let cursor = BASE64_URL_SAFE.encode(json!({"last": fresh(), "after": after}).to_string());
        self.cursors.push(cursor.clone());
        cursor
    }
}

async fn login(State(shared): State<Shared>, body: String) -> Fallible {
    let form = pairs(&body);
    let mut store = shared.lock();
    store.answered += 1;
    store.logins += 1;
    let too_often = store.logins_most.is_some_and(|most| store.logins > most);
    if store.refuses_logins || too_often || form.get("password").map(String::as_str) != Some("correct horse")
    {
        return Err(unauthorized("Incorrect username or password"));
    }
    let head = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = BASE64_URL_SAFE_NO_PAD.encode(json!({"sub": "ada", "jti": fresh()}).to_string());
    let signature = BASE64_URL_SAFE_NO_PAD.encode(fresh());
    let (token, session, csrf) = (
        format!("{head}.{claims}.{signature}"),
        Uuid::new_v4().simple().to_string(),
        Uuid::new_v4().simple().to_string()[..20].to_owned(),
    );
    store.tokens.push(token.clone());
    store.sessions.push(session.clone());
    store.csrf.push(csrf.clone());
    let mut answer = Json(json!({"access_token": token, "token_type": "bearer"})).into_response();
    for cookie in [format!("session={session}; HttpOnly; Path=/"), format!("csrftoken={csrf}; Path=/")] {
        answer.headers_mut().append(header::SET_COOKIE, cookie.parse().unwrap());
    }
    Ok(answer)
}

async fn create_project(State(shared): State<Shared>, headers: HeaderMap) -> Fallible {
    let mut store = shared.lock();
    store.bearer(&headers)?;
    let id = fresh();
    store.projects.push(id.clone());
    let location = format!("http://{}/projects/{id}", store.address);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(json!({"name": "house"}))).into_response())
}

async fn project(State(shared): State<Shared>, Path(id): Path<String>) -> Fallible {
    let mut store = shared.lock();
    let is_known = store.projects.contains(&id);
    store.knows(is_known, || format!("project {id}"))?;
    let event = fresh();
    store.events.push(event.clone());
    // JSON in a string, as outboxes and webhooks have it.
    Ok(Json(json!({"id": id, "last_event": json!({"event": {"id": event}, "kind": "made"}).to_string()}))
        .into_response())
}

async fn create_task(
    State(shared): State<Shared>,
    Path(project): Path<String>,
    headers: HeaderMap,
) -> Fallible {
    let mut store = shared.lock();
    store.bearer(&headers)?;
    if store.refuses_tasks {
        return Err(unauthorized("Not authenticated"));
    }
    let is_known = store.projects.contains(&project);
    store.knows(is_known, || format!("project {project}"))?;
    let id = store.next_task;
    store.next_task += 1;
    store.etags.insert(id, etag());
    Ok((StatusCode::CREATED, Json(json!({"id": id, "project_id": project, "title": "paint"})))
        .into_response())
}

fn etag() -> String {
    Uuid::new_v4().simple().to_string()[..10].to_owned()
}

async fn create_tag(State(shared): State<Shared>) -> Fallible {
    let mut store = shared.lock();
    store.answered += 1;
    let id = store.next_tag;
    store.next_tag += 1;
    store.tags.push(id);
    Ok((StatusCode::CREATED, Json(json!({"id": id, "name": "red"}))).into_response())
}

async fn tag(State(shared): State<Shared>, Path(id): Path<u64>) -> Fallible {
    let mut store = shared.lock();
    let is_known = store.tags.contains(&id);
    store.knows(is_known, || format!("tag {id}"))?;
    Ok(Json(json!({"id": id})).into_response())
}

async fn tasks(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Fallible {
    let query = pairs(&query.unwrap_or_default());
    let mut store = shared.lock();
    if let Some(after) = query.get("after") {
        let is_known = store.cursors.contains(after);
        store.knows(is_known, || format!("cursor {after}"))?;
    }
    let mut ids: Vec<_> = store.etags.keys().copied().collect();
    ids.sort_unstable();
    let (cursor, linked) = (store.cursor(ids.len() as u64), store.cursor(0));
    let next = format!("http://{}/tasks?limit=2&after={linked}", store.address);
    let items: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "node": BASE64_STANDARD.encode(format!("task:{id}"))}))
        .collect();
    Ok(Json(json!({"items": items, "next_cursor": cursor, "next": next})).into_response())
}

async fn task(State(shared): State<Shared>, Path(id): Path<u64>) -> Fallible {
    let mut store = shared.lock();
    let etag = store.etags.get(&id).cloned();
    store.knows(etag.is_some(), || format!("task {id}"))?;
    Ok(([(header::ETAG, format!("W/\"{}\"", etag.unwrap()))], Json(json!({"id": id}))).into_response())
}

async fn change_task(State(shared): State<Shared>, Path(id): Path<u64>, headers: HeaderMap) -> Fallible {
    let text =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut store = shared.lock();
    let expected = store.etags.get(&id).map(|etag| format!("W/\"{etag}\""));
    let given = text("if-match");
    store.knows(expected.as_ref() == Some(&given), || format!("task {id} with etag {given}"))?;
    let (cookie, csrf) = (text("cookie"), text("x-csrf-token"));
    let known = store.csrf.contains(&csrf) && cookie.contains(&format!("csrftoken={csrf}"));
    store.knows(known, || format!("csrf {csrf} with {cookie}"))?;
    let is_session = store.sessions.iter().any(|session| cookie.contains(&format!("session={session}")));
    store.knows(is_session, || format!("session in {cookie}"))?;
    let etag = etag();
    store.etags.insert(id, etag.clone());
    Ok(([(header::ETAG, format!("W/\"{etag}\""))], StatusCode::NO_CONTENT).into_response())
}

async fn add_tag(State(shared): State<Shared>, Path(task): Path<u64>, body: String) -> Fallible {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let mut store = shared.lock();
    let tag = body["tag_id"].as_u64();
    let both = store.etags.contains_key(&task) && tag.is_some_and(|tag| store.tags.contains(&tag));
    store.knows(both, || format!("task {task} with {body}"))?;
    Ok(Json(json!({"task_id": task, "tags": [{"id": tag}]})).into_response())
}

async fn node(State(shared): State<Shared>, Path(node): Path<String>) -> Fallible {
    let mut store = shared.lock();
    let decoded = BASE64_STANDARD
        .decode(&node)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    let id = decoded.strip_prefix("task:").and_then(|id| id.parse::<u64>().ok());
    let is_known = id.is_some_and(|id| store.etags.contains_key(&id));
    store.knows(is_known, || format!("node {decoded}"))?;
    Ok(Json(json!({"id": id})).into_response())
}

async fn event(State(shared): State<Shared>, body: String) -> Fallible {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let mut store = shared.lock();
    let inner: Value = serde_json::from_str(body["payload"].as_str().unwrap_or_default()).unwrap_or_default();
    let is_known = store.events.iter().any(|event| inner["seen"] == json!(*event));
    store.knows(is_known, || format!("event {body}"))?;
    Ok(StatusCode::ACCEPTED.into_response())
}

async fn attach(State(shared): State<Shared>, body: String) -> Fallible {
    let field = body.split("\r\n\r\n").nth(1).and_then(|rest| rest.split("\r\n").next());
    let task = field.and_then(|task| task.parse::<u64>().ok());
    let mut store = shared.lock();
    let is_known = task.is_some_and(|task| store.etags.contains_key(&task));
    store.knows(is_known, || format!("attachment of {task:?}"))?;
    Ok(StatusCode::CREATED.into_response())
}

/// Takes anything: a page size of 7 is not task 7, and a word is a word.
async fn search(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let query = pairs(&query.unwrap_or_default());
    let mut store = shared.lock();
    store.answered += 1;
    if query.get("limit").map(String::as_str) != Some("7")
        || query.get("status").map(String::as_str) != Some("open")
    {
        store.strange.push(format!("search {query:?}"));
    }
    Json(json!({"status": "open", "limit": 7})).into_response()
}

/// Takes what is due within the next two hours, and one birthday.
async fn remind(State(shared): State<Shared>, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let due = body["due"].as_str().and_then(|due| chrono::DateTime::parse_from_rfc3339(due).ok());
    let left = due.map(|due| due.signed_duration_since(chrono::Utc::now()).num_minutes());
    let is_fine =
        left.is_some_and(|left| (1..=120).contains(&left)) && body["born"] == "1985-04-12T00:00:00Z";
    let mut store = shared.lock();
    store.answered += 1;
    if !is_fine {
        store.strange.push(format!("reminder {body}"));
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    (StatusCode::CREATED, Json(body)).into_response()
}
