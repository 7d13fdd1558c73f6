//! What every run asks, whatever else is thought of: a request for each difference that is allowed. That an entry is
//! still needed would hang on chance without them, and on how many routes are native.

use super::ask::{Ask, Token};

pub(super) fn asks() -> Vec<Ask> {
    let ada = Token::User(1);
    vec![
        // What is made and changed tells when: the first that is made has this number.
        json(ada, "POST /api/projects", "/api/projects", b"{\"name\":\"x\"}"),
        json(ada, "POST /api/tasks", "/api/tasks", b"{\"title\":\"x\",\"project_id\":1001}"),
        json(ada, "PATCH /api/tasks/{task_id}", "/api/tasks/1001", b"{}"),
        ask(ada, "GET /api/projects/{project_id}/stats", "/api/projects/1001/stats"),
        json(ada, "PATCH /api/comments/{comment_id:int}", "/api/comments/1", b"{\"body\":\"x\"}"),
        packed(ask(ada, "GET /api/tasks", "/api/tasks?limit=100"), "http://localhost:3000"),
        packed(ask(ada, "GET /api/tasks", "/api/tasks?limit=100"), "http://evil.example"),
        json(Token::Forged, "POST /api/tasks", "/api/tasks", b"{"),
        ask(ada, "GET /api/tasks/{task_id}", "/api/tasks/%0A1"),
        json(ada, "POST /api/tasks", "/api/tasks", b"{\"title\":\"x\",\"priority\":NaN}"),
        json(ada, "POST /api/tasks", "/api/tasks", b"{\"title\":\"\\ud800\"}"),
        typed(ada, "POST /api/tasks", "/api/tasks", "text/plain", b"{}\xff"),
    ]
}

fn ask(token: Token, route: &str, target: &str) -> Ask {
    let method = route.split(' ').next().unwrap_or_default().to_owned();
    let (headers, body, types) = (Vec::new(), Vec::new(), Vec::new());
    Ask { route: route.to_owned(), method, target: target.to_owned(), token, headers, body, types }
}

fn json(token: Token, route: &str, target: &str, body: &[u8]) -> Ask {
    typed(token, route, target, "application/json", body)
}

fn typed(token: Token, route: &str, target: &str, kind: &str, body: &[u8]) -> Ask {
    let mut ask = Ask { body: body.to_vec(), ..ask(token, route, target) };
    ask.header("content-type", kind);
    ask
}

/// As a browser asks for a page of this origin.
fn packed(mut ask: Ask, origin: &str) -> Ask {
    ask.header("accept-encoding", "gzip");
    ask.header("origin", origin);
    ask
}
