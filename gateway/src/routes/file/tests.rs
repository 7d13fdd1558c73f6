//! What ops read when `routes.toml` has a mistake, word for word.

mod addresses;
mod auth;
mod keys;
mod limits;
mod owners;
mod record;
mod refuse;
mod settings;
mod syntax;
mod whole;

use std::{path::Path, time::Duration};

use http::StatusCode;
use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Result<RoutesFile, Mistakes> {
    let routes = [
        ("GET /users/me", true),
        ("GET /api/tasks", true),
        ("POST /api/tasks", true),
        ("GET /api/tasks/{task_id}", true),
        ("GET /health", false),
        ("ANY /old", false),
        ("WS /live", false),
        ("MOUNT /static", false),
    ];
    let routes = routes.map(|(name, protected)| KnownRoute { key: key(name), protected, documented: false });
    let added = [KnownRoute { key: key("POST /auth/refresh"), protected: false, documented: false }];
    let native = [key("GET /api/tasks/{task_id}"), key("POST /auth/refresh")];
    let known = Known { routes: &routes, added: &added, native: &native };
    RoutesFile::parse(Path::new("routes.toml"), text, &known)
}

fn key(name: &str) -> RouteKey {
    name.parse().expect("a key")
}

fn check(text: &str, report: &str) {
    let told = parse(text).expect_err(text).to_string();
    assert_eq!(told, report, "\n--- written ---\n{text}\n--- told ---\n{told}\n");
}

#[test]
fn a_file_says_who_answers_what() {
    let text = r#"
schema = 1
[defaults]
owner = "deny"
unlisted = "deny"
native = { body_max = "1MiB", deadline = "1500ms" }
[legacy]
urls = ["http://127.0.0.1:8000", "http://[::1]:8001"]
[routes]
"POST /auth/refresh" = "native"
"GET /health" = "legacy"
"GET /api/tasks/{task_id}" = { owner = "native", body_max = "10kB", deadline = "5s", auth = "report" }
"GET /users/me" = { auth = "none", auth_override = "read by the status page" }
"POST /api/tasks" = { status = 403 }
"MOUNT /static" = { owner = "legacy", timeout = { first_byte = "5m" }, auth = "required" }
"#;
    let file = parse(text).expect("no mistake");
    let native_deadline = Duration::from_millis(1500);
    assert_eq!(file.defaults, Defaults { owner: Owner::Deny, native_body_max: 1 << 20, native_deadline });
    assert_eq!(file.unlisted, Unlisted::Deny);
    let urls = file.legacy_urls.expect("two addresses");
    assert_eq!(
        urls.iter().map(LegacyAddress::authority).collect::<Vec<_>>(),
        ["127.0.0.1:8000", "[::1]:8001"]
    );
    let bare = RouteEntry {
        owner: None,
        status: StatusCode::NOT_FOUND,
        body_max: None,
        deadline: None,
        first_byte: None,
        auth: None,
        demands: Demands::default(),
        on_stale: None,
        rate: None,
    };
    let expected = [
        ("POST /auth/refresh", RouteEntry { owner: Some(Owner::Native), ..bare.clone() }),
        ("GET /health", RouteEntry { owner: Some(Owner::Legacy), ..bare.clone() }),
        (
            "GET /api/tasks/{task_id}",
            RouteEntry {
                owner: Some(Owner::Native),
                body_max: Some(10_000),
                deadline: Some(Duration::from_secs(5)),
                auth: Some(AuthRule::Report),
                ..bare.clone()
            },
        ),
        ("GET /users/me", RouteEntry { auth: Some(AuthRule::None), ..bare.clone() }),
        ("POST /api/tasks", RouteEntry { status: StatusCode::FORBIDDEN, ..bare.clone() }),
        (
            "MOUNT /static",
            RouteEntry {
                owner: Some(Owner::Legacy),
                first_byte: Some(Duration::from_mins(5)),
                auth: Some(AuthRule::Required),
                ..bare
            },
        ),
    ];
    assert_eq!(file.routes, expected.map(|(name, entry)| (key(name), entry)).into());
}

#[test]
fn what_is_not_written_has_the_documented_default() {
    let file = parse("schema = 1").expect("no mistake");
    let native_deadline = Duration::from_secs(30);
    let defaults = Defaults { owner: Owner::Legacy, native_body_max: 10 * 1024 * 1024, native_deadline };
    let expected = RoutesFile {
        record: None,
        defaults,
        unlisted: Unlisted::Legacy,
        reported: Classes::default(),
        legacy_urls: None,
        legacy_rules: LegacyRules::default(),
        routes: BTreeMap::new(),
        limits: Limits::default(),
    };
    assert_eq!(file, expected);
}

#[test]
fn native_may_be_the_default_once_every_other_route_has_an_owner() {
    let others =
        ["GET /users/me", "GET /api/tasks", "POST /api/tasks", "GET /health", "ANY /old", "WS /live"];
    let listed: String = others.map(|name| format!("\"{name}\" = \"legacy\"\n")).concat();
    let text = format!("schema = 1\n[defaults]\nowner = \"native\"\n[routes]\n{listed}");
    let report = parse(&text).expect_err("the mount has no owner").to_string();
    assert!(report.ends_with("or give an owner to each of `MOUNT /static`"), "{report}");
    parse(&format!("{text}\"MOUNT /static\" = \"deny\"")).expect("all have an owner");
}

#[test]
fn without_handlers_nothing_can_be_native() {
    let routes = [KnownRoute { key: key("GET /health"), protected: false, documented: false }];
    let known = Known { routes: &routes, added: &[], native: &[] };
    let text = "schema = 1\n[routes]\n\"GET /health\" = \"native\"";
    let told = RoutesFile::parse(Path::new("routes.toml"), text, &known).expect_err("no handler").to_string();
    assert!(told.ends_with("(`[[auth.login]]`); no route has a handler yet"), "{told}");
    // One for a route that this legacy does not have is no help.
    let native = [key("GET /users/me")];
    let known = Known { routes: &routes, added: &[], native: &native };
    let other = RoutesFile::parse(Path::new("routes.toml"), text, &known).expect_err("no handler");
    assert_eq!(other.to_string(), told);
}

#[test]
fn a_route_that_only_a_document_calls_protected_is_native_only_with_a_rule_of_its_own() {
    let routes = [KnownRoute { key: key("GET /me"), protected: true, documented: true }];
    let native = [key("GET /me")];
    let parse = |text: &str| {
        let known = Known { routes: &routes, added: &[], native: &native };
        RoutesFile::parse(Path::new("routes.toml"), &format!("schema = 1\n{text}"), &known)
    };
    for refused in [
        "[routes]\n\"GET /me\" = \"native\"",
        "[routes]\n\"GET /me\" = { owner = \"native\", body_max = \"1MiB\" }",
        "[defaults]\nowner = \"native\"",
        "[defaults]\nowner = \"native\"\n[routes]\n\"GET /me\" = { body_max = \"1MiB\" }",
    ] {
        let told = parse(refused).expect_err(refused).to_string();
        assert!(
            told.contains("`GET /me` is protected in a way that the lock, made from an OpenAPI document"),
            "{told}"
        );
    }
    for taken in [
        "[routes]\n\"GET /me\" = \"legacy\"",
        "[routes]\n\"GET /me\" = { owner = \"native\", auth = \"required\" }",
        "[routes]\n\"GET /me\" = { owner = \"native\", auth = \"none\", auth_override = \"it is the time of day\" }",
        "[defaults]\nowner = \"native\"\n[routes]\n\"GET /me\" = { auth = \"required\" }",
    ] {
        parse(taken).expect(taken);
    }
}

#[test]
fn the_sample_has_no_mistake() {
    let known = [
        ("GET /api/tasks/{task_id}", true),
        ("GET /files/{path:path}", false),
        ("POST /auth/login", false),
        ("POST /auth/register", false),
        ("GET /health", false),
        ("GET /api/projects", true),
        ("GET /users/me", true),
    ];
    let routes = known.map(|(name, protected)| KnownRoute { key: key(name), protected, documented: false });
    let known = Known { routes: &routes, added: &[], native: &[] };
    let sample = include_str!("../../../../routes.toml");
    let file = RoutesFile::parse(Path::new("routes.toml"), sample, &known).expect("the sample");
    assert_eq!(file.routes.values().map(|entry| entry.owner).collect::<Vec<_>>(), [Some(Owner::Legacy)]);

    let examples = sample.replace("\n# \"", "\n\"").replace("\n# [legacy]\n# urls", "\n[legacy]\nurls");
    let file = RoutesFile::parse(Path::new("routes.toml"), &examples, &known).expect("its examples");
    assert_eq!(file.routes.len(), 7);
    assert!(file.legacy_urls.is_some());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(
        text in "\\PC{0,80}|[a-zA-Z \"'=\\[\\]{},.#/\\\\\n\r\t0-9é\u{feff}\u{0}]{0,120}",
        sample in any::<prop::sample::Index>(),
        noise in "[\"=\\[\\]{}\n#,x\\\\]{0,3}",
    ) {
        let mut written = include_str!("../../../../routes.toml").to_owned();
        written.insert_str(written.floor_char_boundary(sample.index(written.len())), &noise);
        for text in [text.as_str(), written.as_str()] {
            if let Err(mistakes) = parse(text) {
                prop_assert!(!mistakes.is_empty());
                prop_assert!(mistakes.iter().all(|mistake| !mistake.remedy.is_empty()));
            }
        }
    }
}
