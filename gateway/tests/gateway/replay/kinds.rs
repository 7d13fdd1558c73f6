//! Every kind of value that a server makes up, wherever a client may send it back, and what is only equal by accident.

use std::sync::Arc;

use gateway::parity::{
    exchange::{Exchange, Outcome},
    replay::graph::{Graph, Order},
};
use parking_lot::Mutex;

use super::{
    options, played,
    sketch::{answer, exchange},
};
use crate::fake_legacy::{FakeLegacy, header};

/// What an answer gives and what a request takes, with `{v}` where the value stands: the route asked, the lines of
/// the head, the body.
struct Case {
    name: &'static str,
    gives: (&'static str, &'static [&'static str], &'static str),
    takes: (&'static str, &'static str, &'static [&'static str], &'static str),
    recorded: &'static str,
    live: &'static str,
}

const JSON: &str = "content-type: application/json";
const FORM: &str = "content-type: application/x-www-form-urlencoded";
const HTML: &str = "content-type: text/html; charset=utf-8";
const UUIDS: [&str; 2] = ["6f1f6a4e-8c0e-4d2a-9d5e-2b8a4f6c1d3e", "0b9d3c52-1f47-4e0b-8a36-5d2f7e91c4a8"];
const TOKENS: [&str; 2] = ["kQ7vRt3bNmZaPlWs20", "Zx81LmPq4TtYuIoW77"];
const JWTS: [&str; 2] = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJqdGkiOiIxMTExIn0.c2lnbmF0dXJlLW9uZQ",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJqdGkiOiIyMjIyIn0.c2lnbmF0dXJlLXR3bw",
];

const fn case(
    name: &'static str,
    gives: (&'static str, &'static [&'static str], &'static str),
    takes: (&'static str, &'static str, &'static [&'static str], &'static str),
    values: [&'static str; 2],
) -> Case {
    Case { name, gives, takes, recorded: values[0], live: values[1] }
}

const BOUND: &[Case] = &[
    case(
        "uuid",
        ("POST /orders", &[JSON], r#"{"id": "{v}"}"#),
        ("GET /orders/{order_id}", "/orders/{v}", &[], ""),
        UUIDS,
    ),
    case(
        "uuid in capitals within a urn",
        ("POST /orders", &[JSON], r#"{"ref": "urn:uuid:{v}"}"#),
        ("GET /find", "/find?q=urn%3Auuid%3A{v}", &[], ""),
        ["6F1F6A4E-8C0E-4D2A-9D5E-2B8A4F6C1D3E", "0B9D3C52-1F47-4E0B-8A36-5D2F7E91C4A8"],
    ),
    case(
        "integer key in a path",
        ("POST /tasks", &[JSON], r#"{"id": {v}}"#),
        ("GET /tasks/{task_id}", "/tasks/{v}", &[], ""),
        ["7", "140"],
    ),
    case(
        "integer key in JSON as it is spelled",
        ("POST /tasks", &[JSON], r#"{"id":{v}}"#),
        ("POST /tags", "/tags", &[JSON], r#"{ "task_id" :  {v} }"#),
        ["7", "140"],
    ),
    case(
        "integer key of another spelling",
        ("GET /projects", &[JSON], r#"[{"id":{v},"name":"a"}]"#),
        ("POST /tasks", "/tasks", &[JSON], r#"{"projectId":"{v}"}"#),
        ["7", "140"],
    ),
    case(
        "integer keys in a list of them",
        ("GET /tasks", &[JSON], r#"{"items":[{"id":{v}}]}"#),
        ("GET /tasks", "/tasks?task_ids={v}", &[], ""),
        ["7", "140"],
    ),
    case(
        "number of a generator",
        ("POST /posts", &[JSON], r#"{"id": {v}}"#),
        ("GET /posts/{post_id}", "/posts/{v}", &[], ""),
        ["184467440737095516", "184467440999911122"],
    ),
    case(
        "cursor",
        ("GET /tasks", &[JSON], r#"{"next_cursor": "{v}"}"#),
        ("GET /tasks", "/tasks?limit=2&cursor={v}", &[], ""),
        ["eyJsYXN0IjogMX0", "eyJsYXN0IjogOX0"],
    ),
    case(
        "etag with If-Match",
        ("GET /tasks/{task_id}", &["ETag: \"{v}\""], "{}"),
        ("PUT /tasks/{task_id}", "/tasks/given", &["If-Match: \"{v}\""], ""),
        ["1", "9"],
    ),
    case(
        "weak etag among others",
        ("GET /tasks/{task_id}", &["ETag: W/\"{v}\""], "{}"),
        ("GET /tasks/{task_id}", "/tasks/given", &["If-None-Match: \"zz\", W/\"{v}\""], ""),
        ["ab12", "cd34"],
    ),
    case(
        "CSRF token of a page, in a form",
        ("GET /form", &[HTML], PAGE),
        ("POST /form", "/form", &[FORM], "title=a+b&csrf_token={v}"),
        TOKENS,
    ),
    case(
        "CSRF token of a page, in a header",
        ("GET /form", &[HTML], "<meta content='{v}' name='csrf-token'>"),
        ("POST /form", "/form", &["X-CSRF-Token: {v}"], "x"),
        TOKENS,
    ),
    case(
        "CSRF token of a cookie, in a form",
        ("GET /form", &["Set-Cookie: csrftoken={v}; Path=/"], ""),
        ("POST /form", "/form", &["Cookie: csrftoken={v}", FORM], "csrf={v}&a=1"),
        TOKENS,
    ),
    case(
        "Set-Cookie",
        ("POST /login", &["Set-Cookie: sid={v}; HttpOnly; SameSite=Lax"], ""),
        ("GET /me", "/me", &["Cookie: theme=dark; sid={v}; x=1"], ""),
        ["s1", "s9"],
    ),
    case(
        "JWT",
        ("POST /login", &[JSON], r#"{"access_token": "{v}"}"#),
        ("GET /me", "/me", &["Authorization: Bearer {v}"], ""),
        JWTS,
    ),
    case(
        "JWT in a query",
        ("POST /login", &[JSON], r#"{"access_token": "{v}"}"#),
        ("GET /live", "/live?token={v}", &[], ""),
        JWTS,
    ),
    case(
        "id wrapped in base64",
        ("GET /nodes", &[JSON], r#"{"node": "{v}"}"#),
        ("GET /nodes/{node}", "/nodes/{v}", &[], ""),
        ["dGFzazo3", "dGFzazoxNDA="],
    ),
    case(
        "Location, absolute",
        ("POST /orders", &["Location: http://api.example/orders/{v}"], ""),
        ("GET /orders/{order_id}", "/orders/{v}", &[], ""),
        UUIDS,
    ),
    case(
        "Location, relative, of a number",
        ("POST /orders", &["Location: /orders/{v}"], ""),
        ("DELETE /orders/{order_id}", "/orders/{v}", &[], ""),
        ["12", "15"],
    ),
    case(
        "Link to the next page",
        ("GET /tasks", &["Link: </tasks?cursor={v}&limit=2>; rel=\"next\""], "[]"),
        ("GET /tasks", "/tasks?cursor={v}&limit=2", &[], ""),
        TOKENS,
    ),
    case(
        "JSON inside a string",
        ("GET /events", &[JSON], r#"{"raw": "{\"event\": {\"key\": \"{v}\"}}"}"#),
        ("POST /seen", "/seen", &[JSON], r#"{"payload": "{\"seen\":\"{v}\"}"}"#),
        UUIDS,
    ),
    case(
        "link in a body",
        ("GET /files", &[JSON], r#"{"upload": "https://api.example/upload/{v}?sign={v}"}"#),
        ("PUT /upload/{name}", "/upload/{v}?sign={v}", &[], "bytes"),
        TOKENS,
    ),
    case(
        "link in a body, of a number",
        ("GET /orders", &[JSON], r#"{"_links": {"self": {"href": "/orders/{v}/lines"}}}"#),
        ("GET /orders/{order_id}/lines", "/orders/{v}/lines", &[], ""),
        ["981", "1204"],
    ),
    case(
        "field of a form",
        ("POST /tasks", &[JSON], r#"{"id": {v}}"#),
        ("POST /tags", "/tags", &[FORM], "name=red&task_id={v}"),
        ["7", "140"],
    ),
    case(
        "field of a multipart form",
        ("POST /tasks", &[JSON], r#"{"id": {v}}"#),
        (
            "POST /files",
            "/files",
            &["content-type: multipart/form-data; boundary=b"],
            "--b\r\nContent-Disposition: form-data; name=\"task_id\"\r\n\r\n{v}\r\n--b--\r\n",
        ),
        ["7", "140"],
    ),
    case(
        "token in a header of its own",
        ("POST /uploads", &["X-Upload-Token: {v}"], ""),
        ("PATCH /uploads", "/uploads", &["x-upload-token: {v}"], "a"),
        TOKENS,
    ),
    case(
        "line of an event stream",
        ("GET /live", &["content-type: text/event-stream"], "id: {v}\ndata: {}\n\n"),
        ("GET /live", "/live", &["Last-Event-ID: {v}"], ""),
        TOKENS,
    ),
    case(
        "instant that was given",
        ("POST /tasks", &[JSON], r#"{"created_at": "{v}"}"#),
        ("GET /tasks", "/tasks?since={v}", &[], ""),
        ["2026-10-01T08:00:01.123456Z", "2031-02-03T04:05:06.654321Z"],
    ),
];

/// The token of a long page.
const PAGE: &str = "<!doctype html><title>Tasks</title><p>A page has many words of which a client sends none back, \
    such as these: the quick brown fox jumps over the lazy dog, again and again and again, until the page is longer than \
    anything that is looked into word by word. The quick brown fox jumps over the lazy dog. The quick brown fox jumps over \
    the lazy dog. The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog. The quick brown \
    fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog. \
    The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog. The quick brown fox jumps over \
    the lazy dog. The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog, and lies down.\
    <form method=post><input type=hidden name=\"csrf_token\" value=\"{v}\"><input name=title></form>";

/// The same text in an answer and in a later request, of two things: it is sent as the client said it.
const BY_ACCIDENT: &[Case] = &[
    case(
        "a count and a page size",
        ("GET /tasks", &[JSON], r#"{"total": {v}}"#),
        ("GET /tasks", "/tasks?limit={v}", &[], ""),
        ["7", "9"],
    ),
    case(
        "a key and a page size",
        ("POST /tasks", &[JSON], r#"{"id": {v}}"#),
        ("GET /tasks", "/tasks?limit={v}&page={v}", &[], ""),
        ["7", "9"],
    ),
    case(
        "a key and an amount",
        ("POST /tasks", &[JSON], r#"{"id": {v}}"#),
        ("POST /bills", "/bills", &[JSON], r#"{"amount": {v}, "days": [{v}]}"#),
        ["7", "9"],
    ),
    case(
        "a state",
        ("GET /tasks", &[JSON], r#"{"status": "{v}"}"#),
        ("GET /tasks", "/tasks?status={v}", &[], ""),
        ["open", "done"],
    ),
    case(
        "a name",
        ("GET /lists", &[JSON], r#"{"name": "{v}"}"#),
        ("GET /search", "/search?q={v}", &[], ""),
        ["Groceries", "Garden"],
    ),
    case(
        "a price",
        ("GET /items", &[JSON], r#"{"price": {v}}"#),
        ("GET /items", "/items?most={v}", &[], ""),
        ["19.99", "24.99"],
    ),
    case(
        "a day",
        ("GET /tasks", &[JSON], r#"{"due": "{v}"}"#),
        ("GET /tasks", "/tasks?day={v}", &[], ""),
        ["2026-11-22", "2026-11-23"],
    ),
    case(
        "a version",
        ("GET /about", &[JSON], r#"{"version": "{v}"}"#),
        ("GET /about", "/about?version={v}", &[], ""),
        ["1.10.2", "1.10.3"],
    ),
    case(
        "a truth",
        ("GET /about", &[JSON], r#"{"id": {v}}"#),
        ("POST /about", "/about", &[JSON], r#"{"id": {v}}"#),
        ["true", "false"],
    ),
    case(
        "a mail address",
        ("GET /me", &[JSON], r#"{"email": "{v}"}"#),
        ("POST /mail", "/mail", &[JSON], r#"{"to": "{v}"}"#),
        ["ada@example.com", "bob@example.com"],
    ),
];

fn filled(texts: &[&str], value: &str) -> Vec<String> {
    texts.iter().map(|text| text.replace("{v}", value)).collect()
}

fn lines(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

fn recording(case: &Case) -> [Exchange; 2] {
    let (route, given, body) = case.gives;
    let given = filled(given, case.recorded);
    let body = body.replace("{v}", case.recorded);
    let target = if route.contains('{') { format!("{} /tasks/given", &route[..3]) } else { route.to_owned() };
    let gives = exchange(1, &target, &[], "", Outcome::Answered(answer(200, &lines(&given), &body)));
    let (taking, target, asked, body) = case.takes;
    let asked = filled(asked, case.recorded);
    let method = taking.split(' ').next().unwrap();
    let asks = format!("{method} {}", target.replace("{v}", case.recorded));
    let body = body.replace("{v}", case.recorded);
    let takes = exchange(2, &asks, &lines(&asked), &body, Outcome::Answered(answer(200, &[], "")));
    [Exchange { route: route.to_owned(), ..gives }, Exchange { route: taking.to_owned(), ..takes }]
}

/// The target, the named lines and the body of the second request, as it came.
async fn sent(case: &'static Case) -> (String, Vec<Option<String>>, String) {
    let came = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&came);
    let live = FakeLegacy::play(move |mut connection| {
        let seen = Arc::clone(&seen);
        async move {
            loop {
                let request = connection.request().await?;
                seen.lock().push(request);
                let (_, given, body) = case.gives;
                let body = body.replace("{v}", case.live);
                let given: String =
                    filled(given, case.live).iter().map(|line| format!("{line}\r\n")).collect();
                let length = body.len();
                let answer = format!("HTTP/1.1 200 OK\r\n{given}content-length: {length}\r\n\r\n{body}");
                connection.send(answer).await?;
            }
        }
    })
    .await;
    let recording = recording(case);
    let graph = Graph::of(&recording, Order::Recorded, &|_| true);
    let (heard, ended) = played(&recording, &graph, &options(&format!("http://{}", live.address()))).await;
    ended.unwrap();
    assert!(heard.iter().all(|heard| heard.answered().is_some()), "{}: {heard:?}", case.name);
    let (head, body) = came.lock().pop().unwrap();
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let named = case.takes.2.iter().map(|line| line.split_once(": ").unwrap().0.to_ascii_lowercase());
    let named = named.map(|name| header(&head, &name).map(|value| value.trim().to_owned()));
    (target, named.collect(), String::from_utf8(body).unwrap())
}

fn expected(case: &Case, value: &str) -> (String, Vec<Option<String>>, String) {
    let (_, target, asked, body) = case.takes;
    let values =
        filled(asked, value).into_iter().map(|line| Some(line.split_once(": ").unwrap().1.to_owned()));
    (target.replace("{v}", value), values.collect(), body.replace("{v}", value))
}

#[tokio::test]
async fn what_a_server_made_up_is_sent_back_as_the_live_side_made_it_up() {
    let mut wrong = Vec::new();
    for case in BOUND {
        let (sent, expected) = (sent(case).await, expected(case, case.live));
        if sent != expected {
            wrong.push(format!("{}: {sent:?}", case.name));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_equal_by_accident_is_sent_as_the_client_said_it() {
    for case in BY_ACCIDENT {
        assert_eq!(sent(case).await, expected(case, case.recorded), "{}", case.name);
    }
}
