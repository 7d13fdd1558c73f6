//! Which rows a document is trusted with, and which it is not.

use super::*;
use crate::routes::matching::{Matcher, Outcome, Verb};

fn document(paths: &str) -> String {
    format!(
        r#"{{"openapi": "3.1.0", "paths": {{{paths}}},
            "servers": [{{"url": "https://api.example.org/v1/"}}, {{"url": "/"}}],
            "components": {{"securitySchemes": {{
                "Bearer": {{"type": "http", "scheme": "bearer"}}, "Key": {{"type": "apiKey"}}}}}}}}"#
    )
}

fn path(template: &str, methods: &[&str], schema: &str) -> String {
    let name =
        template.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map_or("", |(name, _)| name);
    let parameters = format!(r#"[{{"in": "path", "name": "{name}", "schema": {schema}}}]"#);
    let operations: Vec<String> = methods
        .iter()
        .map(|method| {
            format!(r#""{method}": {{"parameters": {parameters}, "security": [{{"Bearer": []}}]}}"#)
        })
        .collect();
    format!(r#""{template}": {{"summary": "x", {}}}"#, operations.join(", "))
}

const INT: &str = r#"{"type": "integer"}"#;
const TEXT: &str = r#"{"type": "string"}"#;
const UUID: &str = r#"{"type": "string", "format": "uuid"}"#;

fn found(paths: &[String], verb: &str, target: &str) -> String {
    let lock = read(&document(&paths.join(", ")), &Told::default()).unwrap();
    let matcher = Matcher::new(&lock).unwrap();
    match matcher.find(Verb::Http(verb), target) {
        Outcome::Match { route, .. } => matcher.route(route).key.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn only_what_nothing_hidden_could_take_is_matched() {
    let paths = [
        path("/tasks/summary", &["get"], INT),
        path("/tasks/{id}", &["get", "patch"], INT),
        path("/tasks/{id}/notes", &["get"], INT),
        path("/files/{path}", &["get"], TEXT),
        path("/files/today", &["get", "post"], INT),
        path("/files/{n}/deep/er", &["get"], INT),
        path("/things/{thing}", &["get"], UUID),
        path("/maybe/{x}", &["get"], r#"{"anyOf": [{"type": "integer"}, {"type": "null"}]}"#),
        path("/v1/inside", &["get"], INT),
        path("/v1x", &["get"], INT),
        path("/odd/v{n}", &["get"], INT),
    ];
    for (verb, target, expected) in [
        ("GET", "/tasks/7", "GET /tasks/{id}"),
        ("PATCH", "/tasks/7", "PATCH /tasks/{id}"),
        ("GET", "/tasks/-7", "OPAQUE /"),
        ("GET", "/tasks/summary", "OPAQUE /tasks/summary"),
        ("GET", "/tasks/export", "OPAQUE /"),
        ("PUT", "/tasks/7", "OPAQUE /"),
        ("HEAD", "/tasks/7", "OPAQUE /"),
        ("GET", "/tasks/7/", "OPAQUE /"),
        ("GET", "/tasks/7/notes", "GET /tasks/{id}/notes"),
        ("GET", "/files/x", "OPAQUE /files/{path}"),
        ("GET", "/files/today", "OPAQUE /files/{path}"),
        ("POST", "/files/today", "POST /files/today"),
        ("GET", "/files/7/deep/er", "OPAQUE /files/{n}/deep/er"),
        ("GET", "/things/0f8fad5b-d9cb-469f-a165-70867728950e", "GET /things/{thing}"),
        ("GET", "/things/0F8FAD5B-D9CB-469F-A165-70867728950E", "OPAQUE /"),
        ("GET", "/maybe/1", "OPAQUE /maybe/{x}"),
        ("GET", "/v1/inside", "OPAQUE /v1/inside"),
        ("GET", "/v1x", "GET /v1x"),
        ("GET", "/odd/v1", "GET /odd/v{n}"),
        ("GET", "/anything/else", "OPAQUE /"),
    ] {
        assert_eq!(found(&paths, verb, target), expected, "{verb} {target}");
    }
}

#[test]
fn two_that_can_meet_are_both_doubted() {
    let paths =
        [path("/a/{x}", &["get"], INT), path("/{y}/b", &["get"], INT), path("/a/{z}/c", &["get"], INT)];
    let lock = read(&document(&paths.join(", ")), &Told::default()).unwrap();
    let doubts: Vec<String> =
        lock.notes.iter().filter(|note| note.route != "MOUNT /").map(|note| note.route.clone()).collect();
    assert!(doubts.is_empty(), "digits are neither `a` nor `b`: {doubts:?}");
    let paths = [path("/a/{x}", &["get"], INT), path("/a/{y}", &["post"], INT), path("/a/7", &["get"], INT)];
    let lock = read(&document(&paths.join(", ")), &Told::default()).unwrap();
    let doubts: Vec<String> = lock
        .notes
        .iter()
        .filter(|note| note.route != "MOUNT /")
        .map(|note| format!("{}: {}", note.route, note.reason))
        .collect();
    assert_eq!(
        doubts,
        [
            "GET /a/{x}: its order against `GET /a/7`, which can match the same path, is not in the document: always \
             answered by the legacy",
            "GET /a/7: its order against `GET /a/{x}`, which can match the same path, is not in the document: always \
             answered by the legacy",
        ]
    );
}

#[test]
fn protection_is_named_and_never_made_up() {
    let text = document(&path("/x", &["get"], INT));
    let lock = read(&text, &Told { fastapi: Some("0.115.6"), ..Told::default() }).unwrap();
    assert!(
        lock.schemes.iter().all(|scheme| scheme.failures.is_none() && scheme.kind == SchemeKind::Documented)
    );
    assert_eq!(lock.schemes[0].class, "OpenAPI http bearer");
    assert_eq!(
        (lock.versions.fastapi.as_deref(), lock.versions.starlette.as_deref()),
        (Some("0.115.6"), None)
    );
    let told: Vec<&str> = lock.notes.iter().map(|note| note.reason.as_str()).collect();
    for part in [
        "order",
        "hidden routes",
        "WebSockets",
        "HEAD and OPTIONS",
        "mounts",
        "converters",
        "CORS",
        "redirect_slashes",
        "version of Starlette",
        "custom route classes",
        "`Bearer`",
        "root path `/v1`",
    ] {
        assert!(told.iter().any(|reason| reason.contains(part)), "{part} in {told:#?}");
    }
    assert!(!told.iter().any(|reason| reason.contains("version of FastAPI")));
}

#[test]
fn what_is_no_such_document_is_refused_with_every_reason() {
    let refusal = |text: &str| match read(text, &Told::default()) {
        Err(ImportError::Refused { mistakes }) => mistakes.join("\n"),
        other => panic!("{other:?}"),
    };
    assert!(refusal("openapi: 3.1.0").contains("give the form that FastAPI serves as /openapi.json"));
    for other in [r#"{"swagger": "2.0", "paths": {}}"#, r#"{"openapi": "3.1.0"}"#, "[]"] {
        assert_eq!(refusal(other), "is not an OpenAPI document of version 3 with `paths`");
    }
    let text = document(
        r#""/a/{user-id}": {"get": {}}, "b": {"get": {}, "x-y": 1}, "/c/}{": {"put": {}}, "/d": {"get": 1}"#,
    );
    assert_eq!(refusal(&text).lines().count(), 3, "{}", refusal(&text));
}
