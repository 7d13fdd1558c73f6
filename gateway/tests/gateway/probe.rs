//! `gateway legacy probe` and `gateway check --against`: what is learned from a running legacy is so, and learning it
//! changes nothing there.

mod contradictions;
mod sample;
mod stand;
mod unreachable;

use std::path::Path;

use compat_tests::sample::Version;
use gateway::contract::{
    json::Untyped,
    profile::{ErrorShape, Profile},
};
use serde_json::Value;

use stand::{App, TOKENS, desk, finding, probe, profile, requests, subjects};

fn parsed(text: &str) -> Profile {
    Profile::parse(Path::new("legacy.toml"), text).unwrap()
}

/// Probes an application of `app.py` with its lock, and writes; the object that was printed and the profile.
fn learned(name: &str, version: Version) -> (Value, String) {
    let app = App::serve(name, version);
    let desk = desk(TOKENS);
    App::import(name, version, &desk.path().join("legacy.lock"));
    let asked = probe(&desk, &format!("http://{}", app.address), &["--write", "--json", "--raise"]);
    assert_eq!((asked.code, asked.stderr.as_str()), (Some(0), ""), "{asked:?}");
    let object: Value = serde_json::from_str(&asked.stdout).unwrap();
    assert!(!app.output.text().contains("CHANGED"), "{}", app.output.text());
    assert!(requests(&app.output) <= 45, "{}", app.output.text());
    assert_eq!(subjects(&object, "contradicts"), ["error shape"; 0], "{object:#}");
    (object, profile(&desk))
}

#[test]
fn a_legacy_with_handlers_of_its_own_teaches_its_own_words() {
    for (version, status, message) in
        [(Version::V0_115, 403, "Not authenticated"), (Version::Newest, 401, "Not authenticated")]
    {
        let (object, text) = learned("app", version);
        assert!(text.starts_with(TOKENS), "{text}");
        for line in [
            "shape = \"errors\"  # probed: GET /nowhere-",
            "status = 400  # probed: POST /login with broken JSON  ->  400 {\"errors\":[\"JSON decode error\"]}\n",
            "body = '{\"errors\":{messages}}'  # probed: POST /login with broken JSON  ->  400",
            "bad_token = { status = 403, body = '{\"errors\":[\"The token is no good\"]}', headers = { x-reason = \
             \"token\" } }  # probed: GET /me with a token signed with another key  ->  403",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        let errors = parsed(&text).errors;
        assert_eq!(errors.tokens.bad_token.status, 403);
        // What the lock says already is not written.
        assert_eq!((errors.tokens.missing_token, errors.app.not_found), (None, None));
        let missing = finding(&object, "missing token");
        assert_eq!(missing["outcome"], "locked");
        assert_eq!(missing["answer"], format!("{status} {{\"errors\":[\"{message}\"]}}"));
        assert_eq!(finding(&object, "CORS, a foreign origin")["answer"], "404 allows *");
        assert_eq!(finding(&object, "preflight, header")["answer"], "400 allows *");
        let slash = finding(&object, "slash redirect");
        assert_eq!(
            (&slash["outcome"], &slash["answer"]),
            (&"locked".into(), &"404 {\"errors\":[\"Not Found\"]}".into())
        );
    }
}

#[test]
fn an_envelope_is_found_and_what_does_not_fit_it_has_an_answer_of_its_own() {
    let (_, text) = learned("odd", Version::Newest);
    for line in [
        "shape = '{\"error\":{\"status\":{status},\"message\":{message}}}'  # probed: ",
        "not_found = { status = 404, body = '{\"error\":{\"code\":\"not_found\",\"status\":404,\"message\":\"There is \
         nothing\"}}' }  # probed: GET /nowhere-",
        "internal = { status = 500, body = \"Something broke\", headers = { content-type = \"text/plain; \
         charset=utf-8\" } }  # probed: POST /login with the body `{\"probe\": NaN}`  ->  500 Something broke\n",
        "body = '{\"error\":{\"fields\":{errors}}}'  # probed: ",
        "each = '{\"at\":{path},\"why\":{msg}}'  # probed: ",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let errors = parsed(&text).errors;
    assert_eq!(errors.app.method_not_allowed, None);
    assert_eq!(errors.tokens.bad_token.body, r#"{"error":{"status":401,"message":"The token is no good"}}"#);
}

#[test]
fn a_handler_that_loses_the_methods_contradicts_nothing_and_is_learned() {
    let (object, text) = learned("forgetful", Version::Newest);
    let line = "method_not_allowed = { status = 405, body = '{\"ok\":false,\"error\":{\"code\":\"method_not_allowed\",\
                \"message\":\"Method Not Allowed\"}}' }  # probed: PATCH /health  ->  405 ";
    assert!(text.contains(line), "{text}");
    for subject in ["wrong method", "HEAD", "OPTIONS", "route"] {
        assert_eq!(finding(&object, subject)["outcome"], "locked", "{object:#}");
    }
}

#[test]
fn without_a_lock_the_document_says_where_to_ask() {
    let app = App::serve("app", Version::V0_115);
    let desk = desk(TOKENS);
    let asked = probe(&desk, &format!("http://{}", app.address), &["--write", "--json"]);
    let object: Value = serde_json::from_str(&asked.stdout).unwrap();
    assert_eq!(asked.code, Some(0), "{asked:?}");
    assert!(!app.output.text().contains("CHANGED"), "{}", app.output.text());
    let asked_to_delete = app.output.text().contains("\"DELETE ");
    assert!(!asked_to_delete, "without a lock no method is certainly none of a path's");
    assert!(!app.output.text().contains("Traceback"), "{}", app.output.text());
    assert_eq!(object["written"].as_array().unwrap().len(), 5, "{object:#}");
    assert_eq!(parsed(&profile(&desk)).errors.tokens.missing_token.unwrap().status, 403);
    assert!(finding(&object, "preflight")["says"].as_str().unwrap().contains("max-age 60"));
}

#[test]
fn what_is_let_in_is_not_asked_again_and_what_one_request_got_is_not_learned() {
    let app = App::serve("careless", Version::Newest);
    let desk = desk(TOKENS);
    let asked = probe(&desk, &format!("http://{}", app.address), &["--json"]);
    assert_eq!(asked.code, Some(1), "{asked:?}");
    assert_eq!(app.output.text().matches("CHANGED").count(), 1, "{}", app.output.text());
    let object: Value = serde_json::from_str(&asked.stdout).unwrap();
    assert_eq!(subjects(&object, "contradicts"), ["no body"], "{object:#}");
    assert_eq!(finding(&object, "no body")["answer"], "200");
    for (subject, says) in [
        ("unknown path", "its body is another one each time: no file can say so"),
        ("bad token", "its body names the path that was asked: no file can say so"),
    ] {
        assert_eq!(finding(&object, subject)["says"], says, "{object:#}");
    }
    let learned: Vec<_> =
        object["findings"].as_array().unwrap().iter().filter(|one| one["key"] != Value::Null).collect();
    let text = serde_json::to_string(&learned).unwrap();
    assert!(
        text.contains("x-served-by") && !text.contains("x-request-id") && !text.contains("cookie"),
        "{text}"
    );
}

#[test]
fn what_a_person_wrote_is_only_changed_when_that_is_asked_for() {
    let app = App::serve("app", Version::V0_115);
    let url = format!("http://{}", app.address);
    let own = format!(
        "{TOKENS}\n[errors]\nshape = \"detail\"   # mine\nbad_token = {{ status = 401, body = '{{}}' }}  # probed: before\n"
    );
    let desk = desk(&own);
    App::import("app", Version::V0_115, &desk.path().join("legacy.lock"));
    let shown = probe(&desk, &url, &[]);
    assert_eq!((shown.code, profile(&desk).as_str()), (Some(1), own.as_str()), "{shown:?}");
    assert!(shown.stdout.contains("the profile says `detail`"), "{}", shown.stdout);
    assert!(shown.stdout.contains("--write does"), "{}", shown.stdout);
    let written = probe(&desk, &url, &["--write"]);
    assert_eq!(written.code, Some(1), "{written:?}");
    assert!(
        written.stdout.contains("a person wrote shape otherwise; --overwrite changes it"),
        "{}",
        written.stdout
    );
    assert!(profile(&desk).contains("shape = \"detail\"   # mine\n"), "{}", profile(&desk));
    assert_eq!(parsed(&profile(&desk)).errors.tokens.bad_token.status, 403);
    let checked = probe(&desk, &url, &["--check"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let overwritten = probe(&desk, &url, &["--write", "--overwrite"]);
    assert_eq!(overwritten.code, Some(0), "{overwritten:?}");
    assert!(profile(&desk).contains("shape = \"errors\"  # probed: GET /nowhere-"), "{}", profile(&desk));
    let checked = probe(&desk, &url, &["--check"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stdout.ends_with("legacy.toml says all that was learned\n"), "{}", checked.stdout);
}

const ERRORS: &str = "\n[errors]\nshape = \"detail\"\nbad_token = { status = 403, body = '{\"detail\":\"The token is no good\"}' }\n";

#[test]
fn what_an_application_decides_about_its_bodies_is_written_where_its_version_does_otherwise() {
    for version in Version::ALL {
        let app = App::serve("lenient", version);
        let url = format!("http://{}", app.address);
        let own = format!("{TOKENS}{ERRORS}");
        let desk = desk(&own);
        App::import("lenient", version, &desk.path().join("legacy.lock"));
        let shown = probe(&desk, &url, &["--json"]);
        let object: Value = serde_json::from_str(&shown.stdout).unwrap();
        let untyped = finding(&object, "no content type");
        if version == Version::V0_115 {
            assert_eq!(
                (untyped["outcome"].as_str(), &untyped["key"]),
                (Some("locked"), &Value::Null),
                "{object:#}"
            );
            continue;
        }
        assert_eq!((shown.code, untyped["outcome"].as_str()), (Some(1), Some("contradicts")), "{object:#}");
        assert_eq!((&untyped["key"], &untyped["value"]), (&"json.untyped".into(), &"json".into()));
        assert_eq!(finding(&object, "the body `null`")["outcome"], "locked");
        let written = probe(&desk, &url, &["--write", "--json"]);
        let object: Value = serde_json::from_str(&written.stdout).unwrap();
        assert!(object["written"].as_array().unwrap().contains(&"untyped".into()), "{written:?}");
        let line = "\n[json]\nuntyped = \"json\"  # probed: POST /login with the body `{}` and no content type  ->  422 ";
        assert!(profile(&desk).contains(line), "{}", profile(&desk));
        assert_eq!(parsed(&profile(&desk)).json.untyped, Some(Untyped::Json));
        let again: Value = serde_json::from_str(&probe(&desk, &url, &["--json"]).stdout).unwrap();
        assert_eq!(finding(&again, "no content type")["outcome"], "known");
    }
}

#[test]
fn words_that_are_the_same_for_every_mistake_prove_nothing_about_bodies() {
    let app = App::serve("mute", Version::Newest);
    let desk = desk(&format!("{TOKENS}{ERRORS}"));
    App::import("mute", Version::Newest, &desk.path().join("legacy.lock"));
    let shown = probe(&desk, &format!("http://{}", app.address), &["--json"]);
    let object: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(finding(&object, "no content type")["outcome"], "told", "{object:#}");
    let mut subjects = object["findings"].as_array().unwrap().iter().map(|finding| &finding["subject"]);
    assert!(!subjects.any(|subject| subject == "the body `null`"), "{object:#}");
}

#[test]
fn a_profile_is_begun_where_there_is_none_and_one_that_cannot_be_read_stays_as_it_is() {
    let app = App::serve("app", Version::V0_115);
    let url = format!("http://{}", app.address);
    let begun = tempfile::tempdir().unwrap();
    let asked = probe(&begun, &url, &["--write"]);
    assert_eq!(asked.code, Some(0), "{asked:?}");
    assert!(asked.stderr.contains("is written, and not a whole profile yet"), "{}", asked.stderr);
    assert!(asked.stderr.contains("the file has no `legacy`"), "{}", asked.stderr);
    // The rest is what `inspect` adds.
    let (_, tokens) = TOKENS.split_once("[[legacy.tokens]]").unwrap();
    let whole = format!("{}\n[[legacy.tokens]]{tokens}", profile(&begun));
    assert_eq!(parsed(&whole).errors.app.shape, ErrorShape::Errors);

    for (broken, told) in [("[errors", "is no TOML"), ("errors = 3\n", "is no section")] {
        let desk = desk(broken);
        let refused = probe(&desk, &url, &["--write"]);
        assert_eq!((refused.code, profile(&desk).as_str()), (Some(2), broken), "{refused:?}");
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
        // Nor is it silent about a file that it could not compare with.
        let shown = probe(&desk, &url, &[]);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        assert!(shown.stderr.contains("legacy.toml:1:"), "{}", shown.stderr);
    }
}
