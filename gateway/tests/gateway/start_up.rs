//! Bad input at the start: everything that is wrong in one report, exit code 2, nothing half-started.

use std::net::TcpListener;

use compat_tests::sample::Version;
use tempfile::TempDir;

use crate::house::{Setting, command, environment, routes};

/// What a start with these changes to a healthy installation prints and exits with.
fn start(verb: &[&str], setting: &Setting, changes: &[(&'static str, &str)]) -> (i32, String, String) {
    start_in(&tempfile::tempdir().unwrap(), verb, setting, changes)
}

fn start_in(
    folder: &TempDir,
    verb: &[&str],
    setting: &Setting,
    changes: &[(&'static str, &str)],
) -> (i32, String, String) {
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let mut environment = environment(setting);
    for (name, value) in changes {
        environment.retain(|(found, _)| found != name);
        environment.push((name, (*value).to_owned()));
    }
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ended = command(verb, folder.path(), &pairs);
    (ended.code.unwrap(), ended.stdout, ended.stderr)
}

#[test]
fn a_gateway_in_front_of_itself_is_a_mistake() {
    let setting = Setting::sample(Version::Newest);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (everywhere, here) =
        (format!("0.0.0.0:{}", free.port()), format!("http://localhost:{}", free.port()));
    for verb in ["run", "check"] {
        let changes = [("GATEWAY_LISTEN", everywhere.as_str()), ("LEGACY_URL", here.as_str())];
        let (code, _, stderr) = start(&[verb], &setting, &changes);
        let told = format!("LEGACY_URL: `{here}` is where the gateway itself listens");
        assert!(code == 2 && stderr.contains(&told), "{verb}: {code} {stderr}");
    }
}

#[test]
fn every_mistake_of_every_file_is_in_one_report() {
    let mut setting = Setting::sample(Version::Newest);
    setting.routes = routes(&[("GET /api/tasks/{id}", "\"native\"")]);
    setting.profile = setting.profile.replace("HS256", "HS255");
    let changes = [
        ("GATEWAY_LISTEN", "nowhere"),
        ("DATABASE_URL", "mysql://u:hunter2@h/db"),
        ("LEGACY_URL", "ftp://legacy"),
        ("LOG_FORMAT", "xml"),
        ("GATEWAY_LISTNE", "x"),
    ];
    for verb in ["run", "check"] {
        let (code, stdout, stderr) = start(&[verb], &setting, &changes);
        assert_eq!((code, stdout.is_empty()), (2, verb == "run"), "{verb}: {stderr}");
        for place in [
            "GATEWAY_LISTEN:",
            "GATEWAY_LISTNE:",
            "DATABASE_URL:",
            "LEGACY_URL:",
            "LOG_FORMAT:",
            "legacy.toml:",
            "routes.toml:",
        ] {
            assert!(stderr.lines().any(|line| line.starts_with(place)), "{verb}: {place} in\n{stderr}");
        }
        assert!(!stderr.contains("hunter2"), "{stderr}");
        assert_eq!(stderr.trim_end().ends_with("nothing was started"), verb == "run", "{stderr}");
    }
}

#[test]
fn a_mistake_in_the_routes_file_is_shown_where_it_stands() {
    let mut setting = Setting::sample(Version::Newest);
    setting.routes = routes(&[("GET /api/tasks/{id}", "\"native\""), ("GET /health", "\"legcy\"")]);
    let (code, _, stderr) = start(&["run"], &setting, &[]);
    assert_eq!(code, 2);
    for part in ["routes.toml:3:1:", "GET /api/tasks/{task_id}", "routes.toml:4:17:", "^^^^^", "`\"legacy\"`"]
    {
        assert!(stderr.contains(part), "{part} in\n{stderr}");
    }
}

#[test]
fn files_that_are_missing_or_nonsense_are_named_with_a_way_out() {
    let setting = Setting::sample(Version::Newest);
    let missing =
        [("ROUTES_FILE", "no.toml"), ("LEGACY_PROFILE", "no-legacy.toml"), ("LEGACY_LOCK", "no.lock")];
    let (code, _, stderr) = start(&["run"], &setting, &missing);
    assert_eq!(code, 2);
    // A routes file is judged against the lock, so without one it cannot be.
    for part in ["no-legacy.toml: cannot be read", "no.lock: cannot be read", "gateway legacy import"] {
        assert!(stderr.contains(part), "{part} in\n{stderr}");
    }
    let (code, _, stderr) = start(&["run"], &setting, &[("LEGACY_LOCK", "routes.toml")]);
    assert!(code == 2 && stderr.contains("routes.toml: "), "{stderr}");
    let (code, _, stderr) = start(&["run"], &setting, &[("ROUTES_FILE", "/")]);
    assert!(code == 2 && stderr.contains("/: cannot be read"), "{stderr}");
}

#[test]
fn a_dotenv_file_is_read_as_the_legacy_reads_it_or_told() {
    let setting = Setting::sample(Version::Newest);
    let folder = tempfile::tempdir().unwrap();
    let dotenv = folder.path().join(".env");
    let own =
        "CORS=[\"http://localhost\", \"http://localhost:3000\"]\nexport LOG_FORMAT = text # for people\n";
    std::fs::write(&dotenv, own).unwrap();
    let (code, _, stderr) = start_in(&folder, &["check"], &setting, &[]);
    assert_eq!((code, stderr.as_str()), (0, ""));

    std::fs::write(&dotenv, "GOOD=1\nhunter2 is no pair\nX=\"open\n").unwrap();
    let (code, _, stderr) = start_in(&folder, &["run"], &setting, &[]);
    assert_eq!(code, 2, "{stderr}");
    for part in [".env: line 2 is not NAME=value", ".env: line 3 is not NAME=value", "nothing was started"] {
        assert!(stderr.contains(part), "{part} in\n{stderr}");
    }
    assert!(!stderr.contains("hunter2"), "{stderr}");

    std::fs::write(&dotenv, b"X=\xff").unwrap();
    assert!(start_in(&folder, &["run"], &setting, &[]).2.contains(".env: is not UTF-8 text"));
    std::fs::remove_file(&dotenv).unwrap();
    // A virtual environment may have this name: there is no file, as for pydantic-settings.
    std::fs::create_dir(&dotenv).unwrap();
    let (code, _, stderr) = start_in(&folder, &["check"], &setting, &[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn a_port_in_use_is_a_mistake_like_any_other() {
    let taken = [TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap()];
    let [public, admin] = taken.each_ref().map(|taken| taken.local_addr().unwrap().to_string());
    let setting = Setting::sample(Version::Newest);
    let both = [("GATEWAY_LISTEN", public.as_str()), ("GATEWAY_ADMIN_LISTEN", admin.as_str())];
    let (code, _, stderr) = start(&["run"], &setting, &both);
    assert_eq!(code, 2, "{stderr}");
    for name in ["GATEWAY_LISTEN: cannot listen on", "GATEWAY_ADMIN_LISTEN: cannot listen on"] {
        assert!(stderr.contains(name), "{name} in\n{stderr}");
    }
}

#[test]
fn what_is_missing_for_tokens_or_the_legacy_is_found_before_the_first_request() {
    let setting = Setting::sample(Version::Newest);
    let changes = [("SECRET_KEY", ""), ("LEGACY_URL", ""), ("GATEWAY_LISTEN", "nowhere")];
    let (code, _, stderr) = start(&["run"], &setting, &changes);
    assert!(code == 2 && stderr.contains("GATEWAY_LISTEN:"), "{stderr}");
    assert!(stderr.contains("LEGACY_JWT_SECRET: is not set"), "{stderr}");
    assert!(stderr.contains("LEGACY_URL: is not set"), "{stderr}");
}

#[test]
fn production_refuses_what_is_unsafe_and_check_says_the_same() {
    let setting = Setting::sample(Version::Newest);
    let changes = [
        ("ENVIRONMENT", "production"),
        ("DATABASE_URL", "postgresql://u:p@db.example.com/app"),
        ("SECRET_KEY", "changethis"),
    ];
    for verb in ["run", "check"] {
        let (code, _, stderr) = start(&[verb], &setting, &changes);
        assert_eq!(code, 2);
        assert!(stderr.contains("DATABASE_URL: the connection would not be encrypted"), "{stderr}");
        assert!(stderr.contains("SECRET_KEY: the secret is one that tutorials print"), "{stderr}");
    }
}

#[test]
fn a_good_installation_is_called_good() {
    let setting = Setting::sample(Version::Newest).with_routes(&[(crate::house::TASK, "\"native\"")]);
    let (code, stdout, stderr) = start(&["check"], &setting, &[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("\n\ngood: ") && stdout.contains("1 native"), "{stdout}");
    let (code, stdout, _) = start(&["check", "--json"], &setting, &[]);
    let told: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, told["good"].as_bool(), told["routes"]["native"].as_u64()), (0, Some(true), Some(1)));
}

#[test]
fn words_that_are_no_command_are_usage_errors() {
    let setting = Setting::sample(Version::Newest);
    for verb in [
        &["rnu"][..],
        &["routes", "explain"],
        &["routes", "explain", "GET"],
        &["routes", "explain", "-", "/x"],
        &["run", "--fast"],
    ] {
        let (code, _, stderr) = start(verb, &setting, &[]);
        assert_eq!(code, 2, "{verb:?}");
        assert!(!stderr.is_empty());
    }
}
