//! What is recorded: where to, of which routes, how much, and what stays readable.

use std::{path::PathBuf, time::Duration};

use super::*;
use crate::parity::{
    capture::rules::{RoutePattern, Rules},
    redaction::Mode,
};

#[test]
fn only_a_folder_must_be_named() {
    let file = parse("schema = 1\n[record]\ndir = \"rec\"\n").expect("a file");
    assert_eq!(file.record, Some(Rules::to(PathBuf::from("rec"))));
    assert_eq!(parse("schema = 1\n").expect("a file").record, None);
}

#[test]
fn everything_can_be_said() {
    let text = "schema = 1
[record]
dir = \"rec\"
routes = [\"GET /api/*\"]
except = [\"GET /api/tasks/{task_id}\"]
sample = 10
body_max = \"2MiB\"
segment_max = \"3MiB\"
total_max = \"4MiB\"
time_max = \"1h\"
redact = \"secrets\"
keep = [\"query sort\", \"body $..status\"]
key_file = \"recordings.key\"
";
    let expected = Rules {
        routes: vec![RoutePattern::new("GET /api/*")],
        except: vec![RoutePattern::new("GET /api/tasks/{task_id}")],
        sample: 10,
        body_max: 2 << 20,
        segment_max: 3 << 20,
        total_max: 4 << 20,
        time_max: Some(Duration::from_secs(3600)),
        mode: Mode::Secrets,
        keep: vec!["query sort".to_owned(), "body $..status".to_owned()],
        key_file: Some(PathBuf::from("recordings.key")),
        ..Rules::to(PathBuf::from("rec"))
    };
    assert_eq!(parse(text).expect(text).record, Some(expected));
}

#[test]
fn every_mistake_is_told_with_what_to_write() {
    let text = "schema = 1
[record]
routes = [\"GET /nowhere*\"]
except = [\"GET /helth\"]
sample = 0
body_max = \"1GiB\"
redact = \"off\"
keep = [\"everything\"]
folder = \"rec\"";
    let told = parse(text).expect_err(text).to_string();
    for said in [
        "routes.toml:3:11: `GET /nowhere*` is the beginning of no route",
        "routes.toml:4:11: `GET /helth` is not a route in the lock",
        "help: did you mean `\"GET /health\"`?",
        "routes.toml:5:10: `0` is out of range for `sample`",
        "help: write a number from 1 to 100",
        "routes.toml:6:12: more than a recording is made for",
        "help: write at most `\"16MiB\"`",
        "routes.toml:7:10: `off` is not a way to redact",
        "help: write `\"strict\"` or `\"secrets\"`",
        "routes.toml:8:9: `everything` names nothing that can be kept",
        "has no `dir`",
        "help: add `dir = \"recordings/shop\"`",
        "`folder`",
    ] {
        assert!(told.contains(said), "{said}\n{told}");
    }
    assert_eq!(told.matches("help: ").count(), 8, "{told}");
}
