//! A client that uses every value it is given, and what a recorder would have seen of it.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use gateway::parity::{
    exchange::{Exchange, Headers, Outcome, Request, content::Body},
    replay::{course::Course, send::Line, values::Sent},
};
use serde_json::Value;

use super::backend::Backend;

pub(super) struct Recorder<'a> {
    line: std::sync::Arc<Line>,
    backend: &'a Backend,
    pub(super) exchanges: Vec<Exchange>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(backend: &'a Backend) -> Self {
        let line = Line::new(backend.address.parse().unwrap(), None, Duration::from_secs(60));
        Self { line, backend, exchanges: Vec::new() }
    }

    /// Asks and keeps; the answer must be as expected, or the scene is wrong.
    pub(super) async fn ask(
        &mut self,
        route: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
        expected: u16,
    ) -> &Exchange {
        let (method, _) = route.split_once(' ').unwrap();
        let host = self.backend.address.trim_start_matches("http://");
        let given = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let headers: Headers = std::iter::once(("host".to_owned(), host.to_owned())).chain(given).collect();
        let body = if body.is_empty() { Body::default() } else { Body::of_text(body) };
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            version: "1.1".to_owned(),
            headers,
            body,
        };
        let sent = Sent { request, frames: Default::default() };
        let heard = self.line.ask(sent, &Course::default()).await.expect("the backend is there");
        let id = self.exchanges.len() as u64 + 1;
        let exchange = Exchange {
            id,
            session: "s1".to_owned(),
            after: (id > 1).then(|| id - 1).into_iter().collect(),
            began: heard.began,
            first_byte: heard.first_byte,
            took: heard.took,
            route: route.to_owned(),
            owner: "legacy".to_owned(),
            request: heard.request,
            outcome: heard.outcome,
            redacted: Vec::new(),
        };
        assert_eq!(
            exchange.answered().map(|answered| answered.status),
            Some(expected),
            "{route}: {exchange:?}"
        );
        self.exchanges.push(exchange);
        self.exchanges.last().unwrap()
    }

    pub(super) async fn json(
        &mut self,
        route: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
        expected: u16,
    ) -> Value {
        body_of(self.ask(route, target, headers, body, expected).await)
    }
}

pub(super) fn body_of(exchange: &Exchange) -> Value {
    let Outcome::Answered(answered) = &exchange.outcome else { panic!("{exchange:?}") };
    serde_json::from_slice(answered.body.bytes().unwrap()).unwrap()
}

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// The first exchange is the login that all but three need.
pub(super) async fn record(backend: &Backend) -> Vec<Exchange> {
    let mut client = Recorder::new(backend);
    let login = client
        .ask("POST /login", "/login", &[FORM], "username=ada&password=correct+horse", 200)
        .await
        .clone();
    let token = body_of(&login)["access_token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let auth = ("Authorization", bearer.as_str());
    let answered = login.answered().unwrap();
    let cookies: Vec<_> = answered.headers.iter().filter(|(name, _)| name == "set-cookie").collect();
    let values: Vec<_> = cookies.iter().map(|(_, value)| value.split(';').next().unwrap()).collect();
    let (cookie, csrf) = (values.join("; "), values[1].split_once('=').unwrap().1.to_owned());

    let made = client.ask("POST /projects", "/projects", &[auth, JSON], r#"{"name":"house"}"#, 201).await;
    let location = made.answered().unwrap().header("location").unwrap().to_owned();
    let project = location.rsplit('/').next().unwrap().to_owned();
    let shown =
        client.json("GET /projects/{project_id}", &format!("/projects/{project}"), &[], "", 200).await;
    let target = format!("/projects/{project}/tasks");
    let task = client
        .json("POST /projects/{project_id}/tasks", &target, &[auth], r#"{"title": "paint"}"#, 201)
        .await;
    let tag = client.json("POST /tags", "/tags", &[JSON], r#"{"name": "red"}"#, 201).await;
    assert_eq!(task["id"], tag["id"], "the scene wants two kinds of the same number");
    let (task, tag) = (task["id"].to_string(), tag["id"].to_string());
    let tagging = format!("{{\"tag_id\":  {tag}}}");
    client.ask("POST /tasks/{task_id}/tags", &format!("/tasks/{task}/tags"), &[JSON], &tagging, 200).await;
    client.ask("GET /tags/{tag_id}", &format!("/tags/{tag}"), &[], "", 200).await;

    let read = client.ask("GET /tasks/{task_id}", &format!("/tasks/{task}"), &[], "", 200).await;
    let etag = read.answered().unwrap().header("etag").unwrap().to_owned();
    let changing = [("If-Match", etag.as_str()), ("X-CSRF-Token", &csrf), ("Cookie", &cookie)];
    client.ask("PUT /tasks/{task_id}", &format!("/tasks/{task}"), &changing, "", 204).await;

    let page = client.json("GET /tasks", "/tasks?limit=2", &[], "", 200).await;
    let encoded = page["next_cursor"].as_str().unwrap().replace('=', "%3D");
    client.ask("GET /tasks", &format!("/tasks?limit=2&after={encoded}"), &[], "", 200).await;
    let link = page["next"].as_str().unwrap().to_owned();
    let link = link.strip_prefix(&backend.address).unwrap();
    client.ask("GET /tasks", link, &[], "", 200).await;
    // Once as it was given, once as a client wraps it itself.
    let node = page["items"][0]["node"].as_str().unwrap().to_owned();
    client.ask("GET /node/{node}", &format!("/node/{node}"), &[], "", 200).await;
    let wrapped = BASE64_STANDARD.encode(format!("task:{task}"));
    client.ask("GET /node/{node}", &format!("/node/{wrapped}"), &[], "", 200).await;

    let inner: Value = serde_json::from_str(shown["last_event"].as_str().unwrap()).unwrap();
    let payload = serde_json::json!({"seen": inner["event"]["id"]}).to_string();
    let event = serde_json::json!({"payload": payload}).to_string();
    client.ask("POST /events", "/events", &[JSON], &event, 202).await;
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"task_id\"\r\n\r\n{task}\r\n--b--\r\n");
    let multipart = ("content-type", "multipart/form-data; boundary=b");
    client.ask("POST /attachments", "/attachments", &[multipart], &part, 201).await;
    client.ask("GET /search", "/search?status=open&limit=7", &[], "", 200).await;
    client.exchanges
}
