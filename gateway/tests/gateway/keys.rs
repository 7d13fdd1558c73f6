//! The gateway's own keys: made and rotated by commands, followed by a running gateway, and never seen.

mod commands;
mod live;
mod unseen;

use std::{path::Path, time::Duration};

use compat_tests::gateway_process::Refusal;
use gateway::auth::{
    Subject,
    issue::{AccessClaims, access_token},
    keys::Keys,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::house::command;

/// Runs `gateway auth` with these words in a folder, where the keys are in `keys`.
fn auth(folder: &Path, arguments: &[&str]) -> Refusal {
    let words: Vec<&str> =
        ["auth"].into_iter().chain(arguments.iter().copied()).chain(["--dir", "keys"]).collect();
    command(&words, folder, &[])
}

/// The same, and what it printed as JSON.
fn told(folder: &Path, arguments: &[&str]) -> Value {
    let words: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let ended = auth(folder, &words);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    serde_json::from_str(&ended.stdout).unwrap()
}

/// The name of the key that was made.
fn made(folder: &Path, arguments: &[&str]) -> String {
    let told = told(folder, &[&["keygen"], arguments].concat());
    told["keys"][0]["name"].as_str().unwrap().to_owned()
}

/// A token of user 1 as a login would hand it out, signed by the key that is active in this directory now.
fn token(keys: &Path) -> String {
    let set = Keys::open(keys).unwrap().keys.current();
    let claims = AccessClaims {
        issuer: "gateway",
        audience: "api",
        subject: &Subject::Int(1),
        session: Uuid::new_v4(),
        generation: 0,
        lifetime: Duration::from_mins(10),
        authenticated_at: std::time::SystemTime::now(),
        methods: &["pwd".to_owned()],
        roles: &[],
        scopes: &[],
        extra: &Map::new(),
    };
    access_token(&set, &claims).unwrap()
}
