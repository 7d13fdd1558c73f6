//! The history: every change once, whoever made it and whether or not anything ran.

use std::{fs::File, io::Write as _, path::Path};

use compat_tests::{gateway_process::GatewayProcess, sample::Version};
use serde_json::Value;

use super::{Desk, history, run, told};
use crate::house::{House, PATIENCE, Setting, TASK, routes};

const WRITTEN: &str = "routes history written";
const TAKEN: &str = "routes file taken";

fn all(house: &House) -> Vec<Vec<String>> {
    let changes = history(house.folder.path());
    changes.iter().map(|change| told(change).map(str::to_owned).to_vec()).collect()
}

#[tokio::test]
async fn a_hand_edit_is_told_by_the_gateway_that_takes_it() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    house.write_routes(&routes(&[(TASK, "\"native\""), ("GET /health", "\"deny\"")]), TAKEN).await;
    house.wait_told(WRITTEN, 1).await;
    assert_eq!(
        all(&house),
        [["reload", TASK, "legacy", "native"], ["reload", "GET /health", "legacy", "deny"]]
            .map(|change| change.map(str::to_owned).to_vec())
    );
    let changes = history(house.folder.path());
    let owner = std::os::unix::fs::MetadataExt::uid(&house.folder.path().metadata().unwrap());
    let name = nix_name(owner);
    assert_eq!(changes[0]["by"], name.as_str());
    house.close();
}

fn nix_name(uid: u32) -> String {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
    let is_owner = |line: &&str| line.split(':').nth(2) == Some(&uid.to_string());
    passwd.lines().find(is_owner).unwrap().split(':').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_set_beside_a_running_gateway_is_told_once() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    for owner in ["native", "legacy", "deny"] {
        let seen = house.told(TAKEN);
        assert_eq!(run(house.folder.path(), &["set", TASK, owner]).code, Some(0));
        house.wait_told(TAKEN, seen + 1).await;
    }
    // A hand edit afterwards proves that the gateway had its chance to write.
    house.write_routes(&routes(&[]), TAKEN).await;
    house.wait_told(WRITTEN, 1).await;
    assert_eq!(
        all(&house),
        [
            ["set", TASK, "legacy", "native"],
            ["set", TASK, "native", "legacy"],
            ["set", TASK, "legacy", "deny"],
            ["reload", TASK, "deny", "legacy"],
        ]
        .map(|change| change.map(str::to_owned).to_vec())
    );
    house.close();
}

#[tokio::test]
async fn what_changed_while_nothing_ran_is_found_at_the_start_and_by_one_of_several() {
    let mut setting = Setting::sample(Version::Newest);
    setting.routes = routes(&[(TASK, "\"native\"")]);
    let first = House::open(&setting).await;
    first.wait_told(WRITTEN, 1).await;
    assert_eq!(all(&first), [["start", TASK, "legacy", "native"].map(str::to_owned).to_vec()]);

    // A second gateway on the same file starts, then both take the same edit.
    let file = first.folder.path().join("routes.toml");
    let mut environment = crate::house::environment(&setting);
    environment.push(("ROUTES_FILE", file.to_str().unwrap().to_owned()));
    environment
        .push(("LEGACY_PROFILE", first.folder.path().join("legacy.toml").to_str().unwrap().to_owned()));
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut second =
        GatewayProcess::start(Path::new(env!("CARGO_BIN_EXE_gateway")), elsewhere.path(), &pairs)
            .await
            .unwrap();
    let written = |line: &Value| line["message"] == WRITTEN;
    for (times, owner) in [(1, "\"deny\""), (2, "\"legacy\"")] {
        let (of_first, of_second) = (first.told(WRITTEN), times_written(&second));
        first.write_routes(&routes(&[("GET /health", owner)]), TAKEN).await;
        let mut seen = 0;
        let taken = |line: &Value| {
            seen += usize::from(line["message"] == TAKEN);
            seen == times
        };
        second.logged(PATIENCE, taken).await.unwrap();
        let mut seen = 0;
        let by_second = second.logged(PATIENCE, |line| {
            seen += usize::from(written(line));
            seen > of_second
        });
        tokio::select! {
            () = first.wait_told(WRITTEN, of_first + 1) => {}
            _ = by_second => {}
        }
    }
    assert!(second.stop().unwrap().success());
    assert_eq!(
        all(&first),
        [
            ["start", TASK, "legacy", "native"],
            ["reload", TASK, "native", "legacy"],
            ["reload", "GET /health", "legacy", "deny"],
            ["reload", "GET /health", "deny", "legacy"],
        ]
        .map(|change| change.map(str::to_owned).to_vec())
    );
    first.close();
}

fn times_written(gateway: &GatewayProcess) -> usize {
    gateway.log().iter().filter(|line| line["message"] == WRITTEN).count()
}

const REFUSED: &str = "routes file refused";
const BAD: &str = "schema = 1\n[routes]\n\"GET /health\" = \"nativ\"\n";

#[tokio::test]
async fn what_was_taken_is_told_although_a_bad_edit_came_after_it() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    // The first line proves that the gateway has looked at its file.
    house.write_routes(&routes(&[("GET /health", "\"deny\"")]), TAKEN).await;
    house.wait_told(WRITTEN, 1).await;
    let held = hold(&house);
    house.write_routes(&routes(&[(TASK, "\"native\""), ("GET /health", "\"deny\"")]), TAKEN).await;
    house.write_routes(BAD, REFUSED).await;
    held.unlock().unwrap();
    house.wait_told(WRITTEN, 2).await;
    assert_eq!(
        all(&house),
        [["reload", "GET /health", "legacy", "deny"], ["reload", TASK, "legacy", "native"]]
            .map(|change| change.map(str::to_owned).to_vec())
    );
    house.close_expecting(&[REFUSED]);
}

#[tokio::test]
async fn what_a_later_set_told_is_not_taken_back() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    house.write_routes(&routes(&[("GET /health", "\"deny\"")]), TAKEN).await;
    house.wait_told(WRITTEN, 1).await;
    let mut held = hold(&house);
    let native = routes(&[(TASK, "\"native\""), ("GET /health", "\"legacy\"")]);
    house.write_routes(&native, TAKEN).await;
    // As a `set` does it that holds the lock: first the file, here one that somebody then spoils, then its lines.
    house.write_routes(BAD, REFUSED).await;
    for (from, to) in [("legacy", "native"), ("native", "deny")] {
        let change = serde_json::json!({
            "at": "2026-11-21T10:00:00Z", "by": "ada@host", "via": "set", "route": TASK, "from": from, "to": to,
        });
        writeln!(held, "{change}").unwrap();
    }
    held.unlock().unwrap();
    house.wait_told(WRITTEN, 2).await;
    assert_eq!(
        all(&house),
        [
            ["reload", "GET /health", "legacy", "deny"],
            ["set", TASK, "legacy", "native"],
            ["set", TASK, "native", "deny"],
            ["reload", "GET /health", "deny", "legacy"],
        ]
        .map(|change| change.map(str::to_owned).to_vec())
    );
    house.close_expecting(&[REFUSED]);
}

/// As another process that writes.
fn hold(house: &House) -> File {
    let path = house.folder.path().join("routes.history.jsonl");
    let file = File::options().append(true).open(path).unwrap();
    file.lock().unwrap();
    file
}

#[tokio::test]
async fn a_history_that_cannot_be_written_is_complained_of_once_and_costs_nothing() {
    let setting = Setting::sample(Version::Newest);
    let house = House::open(&setting).await;
    std::fs::create_dir(house.folder.path().join("routes.history.jsonl")).unwrap();
    for owner in ["\"native\"", "\"legacy\"", "\"deny\""] {
        house.write_routes(&routes(&[(TASK, owner)]), TAKEN).await;
    }
    house.wait_told("routes history cannot be written", 1).await;
    assert_eq!(house.get("/api/tasks/1", &[]).await.status, 404);
    assert_eq!(house.told("routes history cannot be written"), 1);
    house.close_expecting(&["routes history cannot be written"]);
}

#[test]
fn the_history_is_read_newest_last() {
    let desk = Desk::with("schema = 1\n");
    let empty = desk.run(&["history"]);
    assert_eq!((empty.code, empty.stdout.as_str()), (Some(0), ""));
    assert_eq!(empty.stderr, "routes.history.jsonl: no change yet\n");
    desk.run(&["set", TASK, "native", "--note", "compared"]);
    desk.run(&["set", "GET /health", "deny"]);

    let shown = desk.run(&["history"]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let lines: Vec<&str> = shown.stdout.lines().collect();
    let by = desk.history()[0]["by"].as_str().unwrap().to_owned();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].ends_with(&format!("Z  {TASK}  legacy -> native  {by}  set     compared")), "{lines:?}");
    assert!(
        lines[1].ends_with(&format!("Z  {:24}  legacy -> deny    {by}  set", "GET /health")),
        "{lines:?}"
    );
    assert_eq!(desk.run(&["history", "GET /health"]).stdout.lines().collect::<Vec<_>>().len(), 1);
    let json = desk.run(&["history", TASK, "--json"]).stdout;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), desk.history()[0]);
    let none = desk.run(&["history", "GET /users/me"]);
    assert_eq!(
        (none.code, none.stderr.as_str()),
        (Some(0), "routes.history.jsonl: no change of `GET /users/me` yet\n")
    );
    let unknown = desk.run(&["history", "GET /helth"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("did you mean `\"GET /health\"`?"), "{}", unknown.stderr);

    // Half of a line is nobody's mistake; a line of something else is passed over and named.
    let path = desk.folder.path().join("routes.history.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}nonsense\n{{\"at\":\"2026")).unwrap();
    let shown = desk.run(&["history"]);
    assert_eq!(shown.stderr, "routes.history.jsonl:3: is not a change and was passed over\n");
    assert_eq!(shown.stdout.lines().count(), 2);
    assert_eq!(desk.run(&["set", TASK, "legacy"]).code, Some(0));
    let mended = std::fs::read_to_string(&path).unwrap();
    assert!(mended.starts_with(&format!("{text}nonsense\n{{\"at\":\"")), "{mended}");
    assert_eq!(mended.lines().count(), 4);
}

#[test]
fn a_hand_edit_that_nobody_saw_is_told_by_the_next_set() {
    let desk = Desk::with("schema = 1\n[routes]\n\"GET /health\" = \"deny\"\n");
    assert_eq!(desk.run(&["set", "GET /health", "legacy"]).code, Some(0));
    let changes = desk.history();
    assert_eq!(told(&changes[0]), ["set", "GET /health", "legacy", "deny"]);
    assert_eq!(changes[0]["note"], "edited by hand before this");
    assert!(!changes[0]["by"].as_str().unwrap().contains('@'), "only the owner of the file is known");
    assert_eq!(told(&changes[1]), ["set", "GET /health", "deny", "legacy"]);
}
