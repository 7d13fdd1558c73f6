//! The traps of Starlette's routing, one table each.

use super::*;

const HEAD: &str = r#"{"schema": 1, "versions": {"python": "3.11.7", "fastapi": "0.115.6", "starlette": "0.41.3",
    "pydantic": null, "uvicorn": null}, "int_max_digits": 4300, "location_escapes": "", "server_root_path": "ROOT",
    "schemes": [SCHEMES], "notes": [], "app": "#;

fn app(rows: &[String], frontends: &[&str]) -> String {
    let frontends: Vec<String> =
        frontends.iter().map(|path| format!(r#"{{"path": "{path}", "security": []}}"#)).collect();
    format!(
        r#"{{"class": "fastapi.applications.FastAPI", "root_path": "", "redirect_slashes": true,
            "middleware": [], "rows": [{}], "frontends": [{}]}}"#,
        rows.join(","),
        frontends.join(",")
    )
}

/// `GET,POST /x/{y}`; every parameter is a `str` unless the template says otherwise.
fn row(route: &str) -> String {
    let (methods, template) = route.split_once(' ').unwrap();
    let params: Vec<String> = template
        .split('{')
        .skip(1)
        .map(|rest| {
            let (name, converter) = rest
                .split_once('}')
                .unwrap()
                .0
                .split_once(':')
                .unwrap_or((rest.split_once('}').unwrap().0, "str"));
            let regex = match converter {
                "str" => "[^/]+",
                "int" => "[0-9]+",
                "path" => ".*",
                other => panic!("{other}"),
            };
            format!(r#"{{"name": "{name}", "converter": "{converter}", "regex": "{regex}"}}"#)
        })
        .collect();
    let params = params.join(",");
    match methods {
        "WS" => {
            format!(r#"{{"kind": "ws", "template": "{template}", "params": [{params}], "security": []}}"#)
        }
        "MOUNT" => mount(template, "null"),
        "HOST" => r#"{"kind": "host", "host": "api.example.org"}"#.to_owned(),
        methods => {
            let methods = match methods {
                "ANY" => "null".to_owned(),
                listed => format!("{:?}", listed.split(',').collect::<Vec<_>>()),
            };
            format!(
                r#"{{"kind": "http", "template": "{template}", "params": [{params}], "methods": {methods}, "security": []}}"#
            )
        }
    }
}

fn mount(template: &str, app: &str) -> String {
    format!(r#"{{"kind": "mount", "template": "{template}", "params": [], "app": {app}}}"#)
}

fn matcher(app: &str, root_path: &str, schemes: &str) -> Matcher {
    let text = format!("{}{app}}}", HEAD.replace("ROOT", root_path).replace("SCHEMES", schemes));
    Matcher::new(&Lock::parse(&text).unwrap()).unwrap()
}

fn told(matcher: &Matcher, request: &str) -> String {
    let (verb, target) = request.split_once(' ').unwrap();
    let verb = if verb == "WS" { Verb::WebSocket } else { Verb::Http(verb) };
    match matcher.find(verb, target) {
        Outcome::Match { route, params } => {
            let params: String = params.iter().map(|(name, text)| format!(" {name}={text:?}")).collect();
            format!("{}{params}", matcher.route(route).key)
        }
        Outcome::Partial { route, allow } => format!("405 {} {}", allow.join(","), matcher.route(route).key),
        Outcome::Redirect { location } => format!("307 {location}"),
        Outcome::Unlisted => "404".to_owned(),
        Outcome::Error => "500".to_owned(),
    }
}

fn check(rows: &[&str], cases: &[(&str, &str)]) {
    let rows: Vec<String> = rows.iter().map(|route| row(route)).collect();
    check_with(&matcher(&app(&rows, &[]), "", ""), cases);
}

fn check_with(matcher: &Matcher, cases: &[(&str, &str)]) {
    for (request, expected) in cases {
        assert_eq!(told(matcher, request), *expected, "{request}");
    }
}

#[test]
fn the_first_full_match_wins_and_a_later_one_beats_an_earlier_partial() {
    check(
        &[
            "GET /v1/{x}/y",
            "GET /v1/z/{y}",
            "POST /items/{name}",
            "GET /items/new",
            "GET,HEAD /docs",
            "ANY /any",
        ],
        &[
            ("GET /v1/z/y", r#"GET /v1/{x}/y x="z""#),
            ("GET /v1/z/w", r#"GET /v1/z/{y} y="w""#),
            ("GET /items/new", "GET /items/new"),
            ("PUT /items/new", "405 POST POST /items/{name}"),
            ("HEAD /v1/z/w", "405 GET GET /v1/z/{y}"),
            ("HEAD /docs", "HEAD /docs"),
            ("PUT /docs", "405 GET,HEAD GET /docs"),
            ("OPTIONS /any", "ANY /any"),
        ],
    );
}

#[test]
fn a_slash_redirect_comes_after_every_row_and_before_a_404() {
    check(
        &["GET /admin", "GET /with/", "GET /users/{id}", "GET /noslash"],
        &[
            ("GET /admin/", "307 /admin"),
            ("POST /admin/", "307 /admin"),
            ("GET /admin%2f", "307 /admin"),
            ("GET /adm%69n/?a=1&b=%2F", "307 /admin?a=1&b=%2F"),
            ("GET /noslash///", "307 /noslash"),
            ("GET /with", "307 /with/"),
            ("GET /users/", "404"),
            ("GET //admin", "404"),
            ("GET /x/../admin", "404"),
            ("GET /ADMIN", "404"),
            ("GET /admin%0A", "GET /admin"),
            ("GET /admin%0A/", "307 /admin%0A"),
            ("WS /admin/", "404"),
        ],
    );
}

#[test]
fn a_path_is_seen_as_starlette_sees_it() {
    check(
        &["GET /users/{id}", "GET /files/{p:path}", "GET /n/{n:int}", "DELETE /n/{s}"],
        &[
            ("GET /users/a%2Fb", "404"),
            ("GET /users/a%252Fb", r#"GET /users/{id} id="a%2Fb""#),
            ("GET /users/a%0Ab", r#"GET /users/{id} id="a\nb""#),
            ("GET /users/%ff", "GET /users/{id} id=\"\u{fffd}\""),
            ("GET /files/", r#"GET /files/{p:path} p="""#),
            ("GET /files/../a//b", r#"GET /files/{p:path} p="../a//b""#),
            ("GET /files/a%0Ab", "404"),
            ("GET /n/-5", "405 DELETE DELETE /n/{s}"),
            ("GET /n/05", r#"GET /n/{n:int} n="05""#),
        ],
    );
    let huge = format!("DELETE /n/{}", "7".repeat(5000));
    check(&["GET /n/{n:int}", "DELETE /n/{s}"], &[(huge.as_str(), "500")]);
    check(&["GET /n/{n:int}"], &[(format!("{huge}/").as_str(), "500")]);
}

#[test]
fn a_mounted_application_never_falls_back_to_its_parent() {
    let inner = app(&[row("GET /in/{q}"), row("POST /")], &[]);
    let rows = [mount("/sub", &inner), row("GET /sub/after"), row("MOUNT /static"), row("WS /live")];
    check_with(
        &matcher(&app(&rows, &[]), "", ""),
        &[
            ("GET /sub/in/x", r#"GET /sub/in/{q} q="x""#),
            ("GET /sub%2Fin/x", r#"GET /sub/in/{q} q="x""#),
            ("GET /sub/after", "404"),
            ("GET /sub/", "405 POST POST /sub/"),
            ("GET /sub", "307 /sub/"),
            ("GET /sub/in/x/", "307 /sub/in/x"),
            ("GET /sub/in/x%0A", "404"),
            ("GET /static/a/b", "MOUNT /static"),
            ("WS /static/a", "MOUNT /static"),
            ("GET /static", "307 /static/"),
            ("GET /live", "404"),
            ("WS /live", "WS /live"),
        ],
    );
}

#[test]
fn a_root_path_is_cut_where_it_leads() {
    let rooted = matcher(&app(&[row("GET /x")], &[]), "/p", "");
    check_with(&rooted, &[("GET /x", "GET /x"), ("GET /x/", "307 /p/x"), ("GET /p/x", "404")]);
    let own = app(&[row("GET /x")], &[]).replace(r#""root_path": """#, r#""root_path": "/p""#);
    check_with(
        &matcher(&own, "", ""),
        &[("GET /x", "GET /x"), ("GET /p/x", "GET /x"), ("GET /p/x/", "307 /p/x")],
    );
}

#[test]
fn a_frontend_comes_last_and_the_longest_prefix_wins() {
    let matcher = matcher(&app(&[row("GET /api")], &["/", "/web"]), "", "");
    check_with(
        &matcher,
        &[
            ("GET /web/app.js", "FRONTEND /web"),
            ("POST /web", "FRONTEND /web"),
            ("GET /website", "FRONTEND /"),
            ("GET /api/", "307 /api"),
            ("WS /web", "404"),
        ],
    );
}

#[test]
fn a_host_row_takes_whatever_reaches_it() {
    check(
        &["GET /a", "HOST x", "GET /b"],
        &[("GET /a", "GET /a"), ("GET /b", "OPAQUE /"), ("WS /c", "OPAQUE /")],
    );
}

#[test]
fn only_a_single_bearer_that_refuses_by_itself_is_enforced() {
    let answer = r#"{"status": 401, "headers": [], "body": ""}"#;
    let failures = format!(r#", "failures": {{"missing": {answer}, "wrong_scheme": {answer}}}"#);
    let scheme = |kind: &str, auto_error: bool, failures: &str| {
        format!(
            r#"{{"name": "n", "class": "app.C", "kind": "{kind}", "auto_error": {auto_error}{failures}}}"#
        )
    };
    let schemes = [
        scheme("bearer", true, &failures),
        scheme("bearer", false, ""),
        scheme("bearer-subclass", true, &failures),
        scheme("other", true, &failures),
        scheme("bearer", true, ""),
    ];
    let cases: &[(&str, &[&str], bool)] = &[
        ("[]", &[], false),
        ("[0]", &[], true),
        ("[0, 3]", &[], false),
        ("[1]", &[], false),
        ("[2]", &[], false),
        ("[2]", &["app.C"], true),
        ("[3]", &["app.C"], false),
        ("[4]", &[], false),
    ];
    for (security, trusted, expected) in cases {
        let row = row("GET /x").replace(r#""security": []"#, &format!(r#""security": {security}"#));
        let matcher = matcher(&app(&[row], &[]), "", &schemes.join(","));
        let Outcome::Match { route, .. } = matcher.find(Verb::Http("GET"), "/x") else { panic!("no match") };
        let trusted: Vec<String> = trusted.iter().map(|class| (*class).to_owned()).collect();
        assert_eq!(matcher.enforced(route, &trusted).is_some(), *expected, "{security} trusting {trusted:?}");
    }
}

#[test]
fn an_added_route_is_found_beside_the_lock_unless_the_lock_has_it() {
    let added =
        [("POST /auth/logout", Guard::Token), ("DELETE /s/{id}", Guard::Token), ("GET /own", Guard::Open)]
            .map(|(key, guard)| crate::routes::added::AddedRoute { key: key.parse().unwrap(), guard });
    let rows = ["GET /own", "ANY /{all:path}"].map(row);
    for root_path in ["", "/root"] {
        let matcher = matcher(&app(&rows, &[]), root_path, "").with_added(&added).unwrap();
        let found = |method: &str, target: &str| {
            let found = matcher.find_added(method, &matcher.read_target(target));
            found.map(|(id, params)| {
                assert!(matcher.is_added(id));
                let params: String = params.iter().map(|(name, text)| format!(" {name}={text:?}")).collect();
                format!("{}{params}", matcher.route(id).key)
            })
        };
        assert_eq!(found("POST", "/auth/logout?x").as_deref(), Some("POST /auth/logout"));
        assert_eq!(found("DELETE", "/s/a%20b").as_deref(), Some(r#"DELETE /s/{id} id="a b""#));
        for (method, target) in
            [("GET", "/auth/logout"), ("POST", "/auth/logout/"), ("DELETE", "/s/a/b"), ("GET", "/own")]
        {
            assert_eq!(found(method, target), None, "{method} {target}");
        }
        // The walk through the lock knows nothing of them.
        check_with(&matcher, &[("POST /auth/logout", r#"ANY /{all:path} all="auth/logout""#)]);
        let keys: Vec<_> = matcher.routes().iter().map(|route| route.key.as_str()).collect();
        assert_eq!(keys, ["GET /own", "ANY /{all:path}"]);
        assert_eq!(matcher.all_ids().count(), 4);
    }
}
