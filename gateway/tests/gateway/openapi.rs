//! A lock from an OpenAPI document beside the true one: it may know less, it never knows otherwise.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use compat_tests::{client::Client, sample::Version};
use gateway::routes::{
    lock::Lock,
    matching::{Kind, Matcher, Outcome, Verb},
};
use serde_json::{Value, json};

use crate::{
    house::{House, Setting, TASK, bearer, command, environment, routes, shared, show, token},
    twin::random::Random,
};

const VERSIONS: [Version; 2] = [Version::V0_115, Version::Newest];
const PATHS: usize = 100_000;

struct Imported {
    document: Value,
    folder: tempfile::TempDir,
    told: String,
}

impl Imported {
    /// The document as the running sample serves it, given to the command as a file.
    async fn of(version: Version) -> Self {
        let url = shared(version).legacy.url();
        let address = url.strip_prefix("http://").unwrap().parse().unwrap();
        let mut client = Client::connect(address).await.unwrap();
        let answer = client.request("GET", "/openapi.json", &[], b"").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("openapi.json"), &answer.body).unwrap();
        let done = command(&["legacy", "import", "--openapi", "openapi.json"], folder.path(), &[]);
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(done.stdout.starts_with("legacy.lock written: "), "{}", done.stdout);
        Self { document: serde_json::from_slice(&answer.body).unwrap(), folder, told: done.stderr }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("legacy.lock")
    }

    fn lock(&self) -> Lock {
        Lock::read(&self.path()).unwrap()
    }

    fn lists(&self, method: &str, template: &str) -> bool {
        self.document["paths"][template].get(method.to_ascii_lowercase()).is_some()
    }
}

/// Without the converters, which a document does not tell.
fn plain(template: &str) -> String {
    let mut plain = template.to_owned();
    while let Some(colon) = plain.find(':') {
        let brace = plain[colon..].find('}').map_or(plain.len(), |at| colon + at);
        plain.replace_range(colon..brace, "");
    }
    plain
}

fn matched(matcher: &Matcher, verb: Verb<'_>, target: &str) -> Option<String> {
    match matcher.find(verb, target) {
        Outcome::Match { route, .. } if matcher.route(route).kind == Kind::Http => {
            Some(plain(matcher.route(route).key.as_str()))
        }
        _ => None,
    }
}

/// Whether the legacy answers with this route. A class of its own hides the method, and no document tells of it.
fn is_true(truth: &Matcher, verb: Verb<'_>, target: &str, key: &str) -> bool {
    let Outcome::Match { route, .. } = truth.find(verb, target) else { return false };
    let route = truth.route(route);
    match route.kind {
        Kind::Opaque => key.ends_with(&format!(" {}", plain(route.key.template()))),
        _ => plain(route.key.as_str()) == key,
    }
}

/// Paths near those that there are: a template with its parameters filled in, then bent.
fn target(random: &mut Random, templates: &[String], words: &[String]) -> String {
    let odd = [
        "-5",
        "0",
        "7",
        "007",
        "5.0",
        "",
        "%35",
        "a%2Fb",
        "%0A",
        "٥",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ];
    let mut choices: Vec<&str> = words.iter().map(String::as_str).collect();
    choices.extend(odd);
    let template = &templates[random.below(templates.len())];
    let mut segments: Vec<String> = template.split('/').skip(1).map(str::to_owned).collect();
    for segment in &mut segments {
        if segment.contains('{') || random.chance(8) {
            *segment = if random.chance(50) {
                random.below(99).to_string()
            } else {
                random.pick(&choices).to_owned()
            };
        }
    }
    if random.chance(10) {
        segments.push(random.pick(&choices).to_owned());
    }
    if random.chance(5) {
        segments.pop();
    }
    format!("/{}", segments.join("/"))
}

#[tokio::test]
async fn on_every_path_it_errs_toward_the_legacy_only() {
    for version in VERSIONS {
        let imported = Imported::of(version).await;
        let (lock, truth) = (imported.lock(), Lock::read(&shared(version).lock).unwrap());
        let (found, truth) = (Matcher::new(&lock).unwrap(), Matcher::new(&truth).unwrap());
        let templates: Vec<String> =
            truth.routes().iter().map(|route| route.key.template().to_owned()).collect();
        let words: BTreeSet<String> = templates
            .iter()
            .flat_map(|template| template.split('/'))
            .filter(|segment| !segment.is_empty() && !segment.contains('{'))
            .map(str::to_owned)
            .collect();
        let words: Vec<String> = words.into_iter().collect();
        let mut random = Random::new(11);
        let mut hits: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..PATHS {
            let target = target(&mut random, &templates, &words);
            let method =
                random.pick(&["GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WS"]);
            let verb = if method == "WS" { Verb::WebSocket } else { Verb::Http(method) };
            if let Some(key) = matched(&found, verb, &target) {
                assert!(
                    is_true(&truth, verb, &target, &key),
                    "{method} {target} is not {key} on {version:?}"
                );
                *hits.entry(key).or_default() += 1;
            } else {
                let Outcome::Match { route, .. } = found.find(verb, &target) else {
                    panic!("{method} {target} reaches no row, so a policy for unlisted paths would close it");
                };
                assert_eq!(found.route(route).kind, Kind::Opaque, "{method} {target}");
            }
        }
        let rows = found.routes().iter().filter(|route| route.kind == Kind::Http);
        let keys: Vec<&str> = rows.map(|route| route.key.as_str()).collect();
        assert!(keys.contains(&TASK), "{keys:?}");
        for key in &keys {
            assert!(hits.contains_key(*key), "{key} was never asked for");
        }
        let total: usize = hits.values().sum();
        show(&format!(
            "{version:?}: {total} of {PATHS} requests matched, all as in the true lock; {} rows",
            keys.len()
        ));
    }
}

#[tokio::test]
async fn every_difference_to_the_true_lock_is_told() {
    for version in VERSIONS {
        let imported = Imported::of(version).await;
        let (lock, truth) = (imported.lock(), Lock::read(&shared(version).lock).unwrap());
        for note in &lock.notes {
            assert!(
                imported.told.contains(&format!("  {}: {}\n", note.route, note.reason)),
                "{}",
                imported.told
            );
        }
        let everywhere: String = lock
            .notes
            .iter()
            .filter(|note| note.route == "MOUNT /")
            .map(|note| format!("{}\n", note.reason))
            .collect();
        let (found, matcher) = (Matcher::new(&lock).unwrap(), Matcher::new(&truth).unwrap());
        for route in matcher.routes() {
            let key = plain(route.key.as_str());
            let (method, template) = key.split_once(' ').unwrap();
            let same =
                found.routes().iter().any(|other| other.kind == Kind::Http && other.key.as_str() == key);
            let own_note = lock.notes.iter().any(|note| note.route == key);
            let class = match (route.kind, method) {
                (Kind::WebSocket, _) => "WebSockets",
                (Kind::Mount, _) => "mounts",
                (Kind::Http, "HEAD") => "HEAD",
                (Kind::Http, "OPTIONS") => "OPTIONS",
                _ => "hidden routes",
            };
            let class_told = !imported.lists(method, template) && everywhere.contains(class);
            assert!(same || own_note || class_told, "{key} is lost without a word");
        }
        for scheme in &lock.schemes {
            assert!(
                everywhere.contains(&format!("security scheme `{}`", scheme.name))
                    && scheme.failures.is_none()
            );
        }
        let cors = |lock: &Lock| lock.app.imitated().any(|layer| layer.cors.is_some());
        assert!(cors(&truth) && !cors(&lock));
        for part in [
            "CORSMiddleware",
            "redirect_slashes",
            "order of declaration",
            "version of FastAPI",
            "version of Starlette",
        ] {
            assert!(everywhere.contains(part), "{part} in {everywhere}");
        }

        let again = ["legacy", "import", "--openapi", "openapi.json", "--check"];
        assert_eq!(command(&again, imported.folder.path(), &[]).code, Some(0));
        let versioned = [&again[..], &["--fastapi", "0.115.6", "--starlette", "0.41.3"]].concat();
        let differs = command(&versioned, imported.folder.path(), &[]);
        assert_eq!(differs.code, Some(1), "{differs:?}");
        assert!(differs.stdout.contains("not up to date") && !differs.stderr.contains("version of FastAPI"));
    }
}

#[tokio::test]
async fn a_gateway_runs_with_it_and_asks_for_a_rule_where_protection_is_unknown() {
    let imported = Imported::of(Version::Newest).await;
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.lock = imported.path();
    std::fs::write(imported.folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let check = |text: &str| {
        std::fs::write(imported.folder.path().join("routes.toml"), text).unwrap();
        let environment = environment(&setting);
        let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        command(&["check"], imported.folder.path(), &pairs)
    };
    let refused = check(&setting.routes);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains(&format!("`{TASK}` is protected in a way that the lock")),
        "{}",
        refused.stderr
    );
    let asked = routes(&[(TASK, "{ owner = \"native\", auth = \"required\" }")]);
    assert_eq!(check(&asked).code, Some(0));
    let explained = command(
        &["routes", "explain", "GET", "/api/tasks/7", "--json", "--lock", "legacy.lock"],
        imported.folder.path(),
        &[],
    );
    let object: Value = serde_json::from_str(&explained.stdout).unwrap();
    assert_eq!((&object["route"], &object["owner"]), (&json!(TASK), &json!("native")));

    setting.routes = asked;
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let owner = async |target: &str, headers: &[(&str, &str)]| {
        let answer = house.get(target, headers).await;
        let id = answer.headers.one("x-request-id").unwrap().to_owned();
        (
            answer.status,
            house.gateway.logged_request(&id).await.unwrap()["owner"].as_str().unwrap().to_owned(),
        )
    };
    let signed = [("authorization", authorization.as_str())];
    assert_eq!(owner("/api/tasks/1", &signed).await, (200, "native".to_owned()));
    assert_eq!(owner("/api/tasks/1", &[]).await.0, 401);
    assert_eq!(owner("/api/tasks/summary", &signed).await, (200, "legacy".to_owned()));
    assert_eq!(owner("/api/tasks/", &signed).await, (307, "legacy".to_owned()));
    house.close();
}

#[test]
fn a_document_on_standard_input_and_options_that_mean_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_gateway"))
        .args(["legacy", "import", "--openapi", "-", "--json"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = br#"{"openapi": "3.0.3", "paths": {"/x": {"get": {}}}}"#;
    process.stdin.take().unwrap().write_all(text).unwrap();
    let output = process.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["written"], &report["rows"]), (&json!(true), &json!({"http": 1, "opaque": 1})));
    assert!(!report["notes"].as_array().unwrap().is_empty());

    for arguments in [
        &["app.main:app", "--openapi", "x.json"][..],
        &["--openapi", "x.json", "--python", "python3"],
        &["app.main:app", "--fastapi", "0.115.6"],
    ] {
        let refused = command(&[&["legacy", "import"], arguments].concat(), folder.path(), &[]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
    }
    let absent = command(&["legacy", "import", "--openapi", "x.json"], folder.path(), &[]);
    assert_eq!(absent.code, Some(3));
    assert!(absent.stderr.starts_with("import `x.json`: read x.json: No such file"), "{}", absent.stderr);
}
