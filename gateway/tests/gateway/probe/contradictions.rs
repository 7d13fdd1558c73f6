//! `gateway check --against` finds what profile and lock say that is not so.

use compat_tests::{gateway_process::Refusal, sample::Version};
use serde_json::Value;

use super::stand::subjects;
use crate::house::{Setting, command, environment, shared};

/// `gateway check` with these files, against the sample.
fn check(version: Version, lock: &str, profile: &str, more: &[&str]) -> Refusal {
    let desk = tempfile::tempdir().unwrap();
    let lock_file = desk.path().join("legacy.lock");
    std::fs::write(&lock_file, lock).unwrap();
    std::fs::write(desk.path().join("legacy.toml"), profile).unwrap();
    let mut setting = Setting::sample(version);
    setting.lock = lock_file;
    std::fs::write(desk.path().join("routes.toml"), &setting.routes).unwrap();
    let environment = environment(&setting);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    command(&[&["check", "--against"], more].concat(), desk.path(), &environment)
}

fn files(version: Version) -> (String, String) {
    let setting = Setting::sample(version);
    (std::fs::read_to_string(&shared(version).lock).unwrap(), setting.profile)
}

#[test]
fn nothing_contradicts_what_is_right() {
    for version in Version::ALL {
        let (lock, profile) = files(version);
        let url = shared(version).legacy.url();
        let checked = check(version, &lock, &profile, &[]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        let last = format!("against {url}: 44 questions, nothing contradicts profile or lock\n");
        assert!(checked.stdout.ends_with(&last), "{}", checked.stdout);
    }
}

#[test]
fn every_planted_contradiction_is_found_and_nothing_else() {
    let (lock, profile) = files(Version::Newest);
    let in_lock = |from: &str, to: &str| {
        assert!(lock.contains(from), "{from}");
        (lock.replacen(from, to, 1), profile.clone())
    };
    let in_profile = |from: &str, to: &str| {
        assert!(profile.contains(from), "{from}");
        (lock.clone(), profile.replacen(from, to, 1))
    };
    let missing = "[errors]\nmissing_token = { status = 403, body = '{\"detail\":\"No\"}' }\n";
    let validation = "[errors.validation]\nstatus = 400\n\n[errors.below.";
    let cors = ["CORS, an origin", "CORS on a refusal"];
    for ((lock, profile), expected) in [
        (in_profile("shape = \"detail\"\n", "shape = \"errors\"\n"), &["error shape"][..]),
        (in_profile("status = 401", "status = 403"), &["bad token"]),
        (in_profile("[errors]\n", missing), &["missing token"]),
        (in_profile("[errors.below.", validation), &["validation error"]),
        (in_profile("# not_found = ", "not_found = "), &["unknown path"]),
        (in_profile("# [json]\n# untyped", "[json]\nuntyped"), &["no content type"]),
        (in_profile("# [json]\n", "[json]\nnull_body = \"missing\"\n"), &["the body `null`"]),
        (in_lock("\"redirect_slashes\": true", "\"redirect_slashes\": false"), &["slash redirect"]),
        (in_lock("\"X-Total-Count\"", "\"X-Count\""), &cors),
        (
            in_lock("\"max_age\": 600", "\"max_age\": 5"),
            &[
                "preflight",
                "preflight, foreign",
                "preflight, method",
                "preflight, header",
                "preflight, private",
            ],
        ),
        (in_lock("\"minimum_size\": 1000", "\"minimum_size\": 10"), &["GZip of little"]),
        (in_lock("\"starlette\": \"1.", "\"starlette\": \"0."), &["Starlette"]),
        (in_lock("\"fastapi\": \"0.165", "\"fastapi\": \"0.115"), &["no content type", "the body `null`"]),
        (in_lock("\"/users/me\"", "\"/users/moi\""), &["routes in the document"]),
        (
            in_lock("{\\\"detail\\\":\\\"Not authenticated", "{\\\"detail\\\":\\\"Authenticate"),
            &["missing token"],
        ),
    ] {
        let checked = check(Version::Newest, &lock, &profile, &["--json"]);
        assert_eq!(checked.code, Some(1), "{expected:?}: {checked:?}");
        let object: Value = serde_json::from_str(&checked.stdout).unwrap();
        let found = subjects(&object["against"][0], "contradicts");
        for subject in expected {
            assert!(found.iter().any(|found| found == subject), "{expected:?}: {found:?}");
        }
        assert_eq!(object["against"][0]["contradictions"], found.len());
    }
}

#[test]
fn a_route_that_is_gone_is_told_in_a_sentence() {
    let (lock, profile) = files(Version::Newest);
    let lock = lock.replacen("\"/api/tasks/summary\"", "\"/api/gone\"", 1);
    let url = shared(Version::Newest).legacy.url();
    let checked = check(Version::Newest, &lock, &profile, &[&url]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let told = "contradicts: routes in the document: GET /openapi.json  ->  54 operations\n  the lock has no";
    assert!(!checked.stdout.contains("silent:"), "{}", checked.stdout);
    // `/api/tasks/{task_id}` takes the path as well.
    assert!(
        checked.stdout.contains("OPTIONS /api/gone  ->  404") || checked.stdout.contains(told),
        "{}",
        checked.stdout
    );
}
