//! `gateway legacy import`: what the lock says about an application is what the application does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use gateway::{
    legacy::import::{self, Application, ImportError, Present},
    routes::{
        lock::{self, Lock, changes::Change},
        matching::{Kind, LockedRoute, Matcher, Outcome, RouteId, Verb},
    },
};

const ENVIRONMENTS: [&str; 2] = ["0.115", "newest"];

fn python(environment: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.dev/python").join(environment).join("bin/python")
}

fn describe(environment: &str, name: &str, is_factory: bool) -> Result<Lock, ImportError> {
    import::describe(&Application {
        name,
        python: &python(environment),
        folder: Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/import")),
        is_factory,
        server_root_path: "/root",
    })
}

fn key(matcher: &Matcher, verb: Verb<'_>, target: &str) -> String {
    match matcher.find(verb, target) {
        Outcome::Match { route, .. } => matcher.route(route).key.to_string(),
        other => format!("{other:?}"),
    }
}

fn route<'m>(matcher: &'m Matcher, key: &str) -> (RouteId, &'m LockedRoute) {
    let (verb, target) = key.split_once(' ').unwrap();
    match matcher.find(Verb::Http(verb), target) {
        Outcome::Match { route, .. } => (route, matcher.route(route)),
        other => panic!("{key}: {other:?}"),
    }
}

fn notes(lock: &Lock) -> Vec<String> {
    lock.notes.iter().map(|note| format!("{}: {}", note.route, note.reason)).collect()
}

#[test]
fn what_protects_a_route_is_in_the_lock() {
    let trusted = ["backend.CookieOrBearer".to_owned(), "backend.Clocked".to_owned()];
    for environment in ENVIRONMENTS {
        let lock = describe(environment, "backend:app", false).unwrap();
        assert_eq!(lock.server_root_path, "/root");
        let matcher = Matcher::new(&lock).unwrap();
        for (target, schemes, enforced) in [
            ("GET /public", &[][..], None),
            ("GET /docs", &[], None),
            ("GET /admin/x", &["OAuth2PasswordBearer"], Some("OAuth2PasswordBearer")),
            ("GET /optional", &["OAuth2PasswordBearer"], None),
            ("GET /cookie", &["CookieOrBearer"], None),
            ("GET /api/r/5", &["HTTPBearer"], Some("HTTPBearer")),
            ("GET /api/r/both", &["HTTPBearer", "APIKeyHeader", "OAuth2PasswordBearer"], None),
            ("POST /sub/in", &["HTTPBearer"], Some("HTTPBearer")),
        ] {
            let (id, found) = route(&matcher, target);
            let names: Vec<&str> =
                found.security.iter().map(|scheme| matcher.schemes()[scheme.index()].name.as_str()).collect();
            assert_eq!(names, schemes, "{target} on {environment}");
            assert_eq!(matcher.enforced(id, &[]).map(|scheme| scheme.name.as_str()), enforced, "{target}");
        }
        let (cookie, _) = route(&matcher, "GET /cookie");
        assert!(matcher.enforced(cookie, &trusted).is_some(), "the profile may name a subclass");
        let (clocked, _) = route(&matcher, "GET /clocked");
        assert!(matcher.enforced(clocked, &trusted).is_none(), "its refusal is not one answer");
    }
}

#[test]
fn a_refusal_is_the_applications_own_answer() {
    for (environment, status, body) in [
        ("0.115", 403, r#"{"detail":"Not authenticated"}"#),
        ("newest", 401, r#"{"detail":"Not authenticated"}"#),
    ] {
        let matcher = Matcher::new(&describe(environment, "backend:app", false).unwrap()).unwrap();
        let failure = |target: &str| {
            let (id, _) = route(&matcher, target);
            matcher.enforced(id, &[]).unwrap().failures.clone().unwrap()
        };
        let plain = failure("GET /api/r/5");
        assert_eq!((plain.missing.status, plain.missing.body.as_str()), (status, body));
        let challenge = ("www-authenticate".to_owned(), "Bearer".to_owned());
        assert_eq!(plain.missing.headers.contains(&challenge), environment == "newest");
        let wrong = &plain.wrong_scheme.body;
        assert_eq!(wrong.contains("Invalid authentication credentials"), environment == "0.115", "{wrong}");
        let shaped = failure("POST /sub/in").missing;
        assert_eq!((shaped.status, shaped.body.as_str()), (status, r#"{"errors":["Not authenticated"]}"#));
        assert!(shaped.headers.contains(&("x-shaped".to_owned(), "1".to_owned())), "{:?}", shaped.headers);
        let password = failure("GET /admin/x").missing;
        assert_eq!((password.status, password.body.as_str()), (401, r#"{"detail":"Not authenticated"}"#));
    }
}

#[test]
fn middlewares_are_told_innermost_first_with_their_defaults() {
    for environment in ENVIRONMENTS {
        let lock = describe(environment, "backend:app", false).unwrap();
        let classes: Vec<&str> =
            lock.app.middleware.iter().map(|middleware| middleware.class.as_str()).collect();
        assert_eq!(
            classes,
            ["starlette.middleware.gzip.GZipMiddleware", "starlette.middleware.cors.CORSMiddleware"],
            "outermost first"
        );
        let matcher = Matcher::new(&lock).unwrap();
        let (_, inside) = route(&matcher, "POST /sub/in");
        let around = |route: &LockedRoute| Arc::clone(&matcher.applications()[route.app.index()].imitated);
        let cors = |layers: &[lock::Middleware]| -> Vec<lock::cors::Cors> {
            layers.iter().filter_map(|layer| layer.cors.clone()).collect()
        };
        let origins: Vec<_> = cors(&around(inside)).iter().map(|cors| cors.allow_origins.join(",")).collect();
        assert_eq!(origins, ["*", "http://localhost:3000"]);
        let own = &cors(&matcher.applications()[0].imitated)[0];
        assert_eq!(
            (own.max_age, own.allow_credentials, own.allow_methods.as_slice()),
            (5, true, &["GET".to_owned()][..])
        );
        assert_eq!(own.allow_private_network.is_some(), environment == "newest");
        let layers = around(inside);
        let gzip = layers.iter().find_map(|layer| layer.gzip.as_ref()).unwrap();
        assert_eq!((gzip.minimum_size, gzip.compresslevel), (500, 9));
        assert_eq!(gzip.always_varies, environment == "newest");
        let events = gzip.exclude_content_types.iter().any(|kind| kind == "text/event-stream");
        assert_eq!(events, environment == "newest");
    }
}

#[test]
fn rows_are_found_where_the_legacy_has_them() {
    for environment in ENVIRONMENTS {
        let matcher = Matcher::new(&describe(environment, "backend:app", false).unwrap()).unwrap();
        assert_eq!(key(&matcher, Verb::WebSocket, "/live"), "WS /live");
        assert_eq!(key(&matcher, Verb::Http("HEAD"), "/docs"), "HEAD /docs");
        assert_eq!(key(&matcher, Verb::Http("GET"), "/static/a"), "MOUNT /static");
        assert_eq!(route(&matcher, "GET /static/a").1.kind, Kind::Mount);
        assert_eq!(
            key(&matcher, Verb::Http("GET"), "/api/r/5/"),
            r#"Redirect { location: "/root/api/r/5" }"#
        );
    }
}

#[test]
fn what_only_the_application_can_match_goes_to_it_and_is_named() {
    for environment in ENVIRONMENTS {
        let lock = describe(environment, "odd:make", true).unwrap();
        let matcher = Matcher::new(&lock).unwrap();
        for (target, expected) in [
            ("/before", "GET /before"),
            ("/own/x", "OPAQUE /own"),
            ("/own/anything", "OPAQUE /own"),
            ("/unknown/x", "OPAQUE /unknown"),
            ("/after", "OPAQUE /"),
            ("/misspelt", "OPAQUE /"),
        ] {
            assert_eq!(key(&matcher, Verb::Http("GET"), target), expected, "{target} on {environment}");
        }
        assert_eq!(key(&matcher, Verb::Http("POST"), "/logged"), "OPAQUE /logged");
        assert_eq!(key(&matcher, Verb::Http("GET"), "/logged"), "OPAQUE /", "its method is not listed");
        assert_eq!(
            notes(&lock),
            [
                "POST /logged: custom route class `odd.Logged`: always answered by the legacy",
                "GET misspelt: the template does not start with `/`: it never matches",
                "OPAQUE /own: `odd.OwnMatches`: its own `matches` decides",
                "OPAQUE /unknown: `odd.Unknown`: unknown kind of route",
                "OPAQUE /: host route `api.example.org` decides by the Host header",
            ]
        );
        let rewriting = describe(environment, "odd:rewriting", false).unwrap();
        assert_eq!(key(&Matcher::new(&rewriting).unwrap(), Verb::Http("GET"), "/docs"), "OPAQUE /");
    }
}

#[test]
fn an_import_that_cannot_be_exact_is_refused_with_every_reason() {
    for environment in ENVIRONMENTS {
        let refusal = |name: &str, is_factory| match describe(environment, name, is_factory) {
            Err(ImportError::Refused { mistakes }) => mistakes,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(
            refusal("refused:app", false),
            [
                "`GET /posts/{name:slug}/{page:int}`: converter `slug` of `name` is `refused.Slug`, \
                 not one of Starlette's own (str, path, int, float, uuid)",
                "`GET /posts/{name:slug}/{page:int}`: converter `int` of `page` is `refused.Signed`, \
                 not one of Starlette's own (str, path, int, float, uuid)",
            ]
        );
        let told = |name: &str| refusal(name, false).join("\n");
        assert!(
            told("odd:make").ends_with("; give --factory if it makes the application"),
            "{}",
            told("odd:make")
        );
        assert!(told("odd:wrapped").ends_with("; give its inner application instead"));
        assert!(told("absent:app").contains("ModuleNotFoundError: No module named 'absent'"));
        assert!(told("backend").contains("is not MODULE:ATTRIBUTE"));
    }
    let nobody = import::describe(&Application {
        name: "backend:app",
        python: Path::new("/nowhere/python"),
        folder: None,
        is_factory: false,
        server_root_path: "",
    });
    assert!(matches!(nobody, Err(ImportError::Start { .. })));
}

#[test]
fn a_lock_is_written_whole_and_only_when_it_says_something_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("legacy.lock");
    let lock = describe("0.115", "backend:app", false).unwrap();
    let absent = import::compare(&lock, &path);
    assert!(matches!(absent, Present::Nothing));
    assert!(import::write(&lock, &path, &absent).unwrap().is_some());
    assert_eq!(Lock::read(&path).unwrap(), lock);
    let present = import::compare(&lock, &path);
    assert!(present.is_up_to_date());
    assert!(import::write(&lock, &path, &present).unwrap().is_none());

    let mut other = lock.clone();
    other.app.rows.remove(0);
    other.app.rows.swap(0, 1);
    let Present::Lock { changes, .. } = import::compare(&other, &path) else { panic!("there is a lock") };
    let told: Vec<String> = changes.iter().map(Change::to_string).collect();
    assert!(told.contains(&"removed    HEAD /openapi.json".to_owned()), "{told:?}");
    assert!(told.iter().any(|change| change.starts_with("reordered  GET /docs")), "{told:?}");

    fs::write(&path, "<<<<<<< a merge conflict").unwrap();
    let unreadable = import::compare(&lock, &path);
    assert!(matches!(unreadable, Present::Unreadable(_)) && !unreadable.is_up_to_date());
    assert!(import::write(&lock, &path, &unreadable).unwrap().is_some());
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["legacy.lock"], "nothing else stays behind");
    let nowhere = folder.path().join("absent/legacy.lock");
    assert!(matches!(import::write(&lock, &nowhere, &Present::Nothing), Err(ImportError::Write { .. })));
}

#[test]
fn a_refusal_that_depends_on_the_request_or_the_clock_is_not_recorded() {
    for environment in ENVIRONMENTS {
        let lock = describe(environment, "answers:app", false).unwrap();
        let fixed: Vec<&str> = lock
            .schemes
            .iter()
            .filter(|scheme| scheme.failures.is_some())
            .map(|scheme| scheme.name.as_str())
            .collect();
        assert_eq!((lock.schemes.len(), fixed), (10, vec!["fixed"]), "{environment}");
        let told = notes(&lock);
        assert_eq!(told.len(), 9, "{told:?}");
        assert!(
            told[0].ends_with("its refusal is not a fixed answer: passed through unverified"),
            "{told:?}"
        );
    }
}

#[test]
fn a_middleware_that_is_not_the_frameworks_own_is_noted() {
    const EFFECT: &str = "it may change requests before routing or authentication, \
                          and the gateway's own answers do not pass through it";
    for environment in ENVIRONMENTS {
        let told = notes(&describe(environment, "around:app", false).unwrap());
        let cors = "middleware `around.OwnCors` extends CORSMiddleware: the gateway's own answers carry no CORS headers";
        let expected = [
            format!("MOUNT /: middleware `around.OwnCors`: {EFFECT}"),
            format!("MOUNT /: {cors}"),
            format!("MOUNT /: middleware `around.cookie_to_bearer`: {EFFECT}"),
            format!("MOUNT /in: middleware `around.Plain`: {EFFECT}"),
        ];
        assert_eq!(told, expected, "{environment}");

        let stacked = describe(environment, "around:stacked", false).unwrap();
        assert_eq!(key(&Matcher::new(&stacked).unwrap(), Verb::Http("GET"), "/x"), "OPAQUE /");
        assert_eq!(notes(&stacked), ["OPAQUE /: `around.OwnStack` has its own `build_middleware_stack`"]);
        let instrumented = describe(environment, "around:instrumented", false).unwrap();
        assert_eq!(key(&Matcher::new(&instrumented).unwrap(), Verb::Http("GET"), "/x"), "GET /x");
        assert_eq!(notes(&instrumented), [format!("MOUNT /: middleware `around.instrument`: {EFFECT}")]);
    }
}

#[test]
fn a_pattern_of_origins_keeps_its_flags_and_is_noted_where_only_python_reads_it() {
    for environment in ENVIRONMENTS {
        let lock = describe(environment, "around:patterns", false).unwrap();
        let patterns: Vec<&str> = lock
            .app
            .imitated()
            .filter_map(|layer| layer.cors.as_ref()?.allow_origin_regex.as_deref())
            .collect();
        assert_eq!(patterns, [r"(?is)https://EX\.org", "https://a"]);
        assert_eq!(
            notes(&lock),
            ["MOUNT /below: CORSMiddleware: `allow_origin_regex` `https://(?!evil)[a-z]+` is one that \
                  only Python can read: the gateway's own answers do not allow its origins"]
        );
    }
}

/// The exit code and what stands on standard error; nothing comes on standard input.
fn run(arguments: &[&str], python: Option<&Path>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.args(["legacy", "import"]).args(arguments).current_dir(folder.path()).stdin(Stdio::null());
    if let Some(python) = python {
        command.arg("--python").arg(python);
    }
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn standard_input_takes_no_options_of_the_script_and_is_not_empty() {
    let (code, told) = run(&["-"], None);
    let empty = "import `-`: standard input is empty: the script printed no route table; see its own error\n";
    assert_eq!((code, told.as_str()), (Some(2), empty));
    for options in
        [&["--python", "python3"][..], &["--factory"], &["--app-dir", "."], &["--server-root-path", "/x"]]
    {
        let (code, told) = run(&[&["-"], options].concat(), None);
        assert_eq!(code, Some(2));
        let expected = format!("`{}` says how the script runs", options[0]);
        assert!(told.starts_with(&expected), "{told:?}");
    }
}

#[test]
fn an_import_that_cannot_start_says_why_in_one_sentence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/import");
    let (code, told) = run(&["around:nope", "--app-dir", folder.to_str().unwrap()], Some(&python("newest")));
    assert_eq!(
        (code, told.as_str()),
        (Some(2), "import `around:nope`: module 'around' has no attribute 'nope'\n")
    );
    // An environment of nothing but the standard library.
    let folder = tempfile::tempdir().unwrap();
    let made =
        Command::new(python("newest")).args(["-m", "venv", "--without-pip"]).arg(folder.path()).status();
    assert!(made.unwrap().success());
    let bare = folder.path().join("bin/python");
    let (code, told) = run(&["around:app"], Some(&bare));
    assert_eq!(
        (code, told),
        (
            Some(2),
            format!(
                "import `around:app`: `{}` cannot import Starlette (No module named 'starlette'): \
                 give the legacy's own interpreter with --python\n",
                bare.display()
            )
        )
    );
}
