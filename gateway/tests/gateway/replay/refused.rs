//! Requests that were let in then and are refused now.

use std::fs;

use gateway::parity::{
    exchange::{Blocked, Exchange, Outcome},
    replay::graph::{Graph, Order},
};

use super::{
    LIVE, RECORDED,
    backend::{Backend, Store},
    commands::{said, with, write},
    options, played, scene,
    sketch::{exchange, told},
    status,
};
use crate::fake_legacy::{FakeLegacy, header};

/// The session of the scene on a backend of that kind; which exchanges were blocked by whom, and which differ.
async fn asked(set: impl FnOnce(&mut Store)) -> (Vec<(u64, u64)>, Vec<(String, Option<u16>)>, usize) {
    let before = Backend::start(RECORDED).await;
    let recording = scene::record(&before).await;
    let live = Backend::start(LIVE).await;
    set(&mut live.shared.lock());
    let graph = Graph::of(&recording, Order::Recorded, &|_| true);
    let (heard, ended) = played(&recording, &graph, &options(&live.address)).await;
    ended.unwrap();
    assert_eq!(heard.len(), recording.len(), "each is told once");
    assert_eq!(live.shared.lock().strange, Vec::<String>::new());
    let cause = |exchange: &Exchange| match exchange.outcome {
        Outcome::Blocked(Blocked { by, .. }) => Some((exchange.id, by)),
        Outcome::Answered(_) | Outcome::Broken(_) => None,
    };
    let blocked = heard.iter().filter_map(cause).collect();
    let differ = heard
        .iter()
        .zip(&recording)
        .filter(|(heard, then)| cause(heard).is_none() && status(heard) != status(then));
    let differ = differ.map(|(heard, _)| (heard.route.clone(), status(heard))).collect();
    let logins = live.shared.lock().logins;
    (blocked, differ, logins)
}

#[tokio::test]
async fn a_token_that_has_run_out_is_got_once_more_and_nobody_notices() {
    let (blocked, differ, logins) = asked(|store| store.token_lasts = Some(1)).await;
    assert_eq!((blocked, differ, logins), (vec![], vec![], 2));
}

#[tokio::test]
async fn a_login_that_fails_the_second_time_is_the_one_cause() {
    let (blocked, differ, logins) = asked(|store| {
        store.token_lasts = Some(1);
        store.logins_most = Some(1);
    })
    .await;
    assert_eq!(differ, vec![]);
    assert_eq!(logins, 2, "it is tried once more and not for each");
    assert!(blocked.iter().all(|(_, by)| *by == 1) && blocked.iter().any(|(id, _)| *id == 4), "{blocked:?}");
}

#[tokio::test]
async fn a_token_that_opens_nothing_is_the_one_cause() {
    let (blocked, differ, logins) = asked(|store| store.token_lasts = Some(0)).await;
    assert_eq!((differ, logins), (vec![], 2));
    assert!(blocked.len() > 5 && blocked.iter().all(|(_, by)| *by == 1), "{blocked:?}");
}

#[tokio::test]
async fn a_route_that_refuses_what_others_take_differs() {
    let (blocked, differ, _) = asked(|store| store.refuses_tasks = true).await;
    assert_eq!(differ, [("POST /projects/{project_id}/tasks".to_owned(), Some(401))]);
    assert!(blocked.iter().all(|(_, by)| *by == 4), "what needs the task has it as its cause: {blocked:?}");
}

#[tokio::test]
async fn who_was_let_in_before_the_recording_began_is_let_in_by_what_the_rules_give() {
    let live = FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            let expected = if head.starts_with("GET /one") { "Bearer first" } else { "Bearer second" };
            let is_known = header(&head, "authorization").is_some_and(|shown| shown.trim() == expected);
            let refusal = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n";
            match is_known {
                true => connection.answer("fine").await?,
                false => connection.send(refusal).await?,
            }
        }
    })
    .await;
    let asked = |id, session: &str, token: &str| {
        let shown = format!("authorization: Bearer {token}");
        let asked = exchange(id, &format!("GET /{session}/{id}"), &[&shown], "", told("fine"));
        Exchange { session: session.to_owned(), ..asked }
    };
    let recording = [
        asked(1, "one", "recorded-11112222"),
        asked(2, "two", "recorded-33334444"),
        asked(3, "one", "recorded-11112222"),
        asked(4, "two", "recorded-33334444"),
    ];
    let folder = tempfile::tempdir().unwrap();
    write(&recording, &folder.path().join("rec"));
    let rules = "schema = 1\n[credentials]\n\"session one header authorization\" = \"env:ONE\"\n\
                 \"session two header authorization\" = \"env:TWO\"\n";
    fs::write(folder.path().join("rules.toml"), rules).unwrap();
    let target = format!("http://{}", live.address());
    let arguments = ["replay", "rec", "--target", &target, "--json"];
    let output = with(&arguments, folder.path(), &[]).await;
    assert_eq!(output.status.code(), Some(4), "{}", said(&output).1);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"], serde_json::json!([]), "{report}");
    let causes: Vec<_> =
        report["blocked"].as_array().unwrap().iter().map(|one| (&one["by"], &one["needs"])).collect();
    let needs = serde_json::json!("request header authorization");
    assert_eq!(causes, [(&1.into(), &needs), (&2.into(), &needs)], "each session has one cause: {report}");
    let given = [("ONE", "Bearer first"), ("TWO", "Bearer second")];
    let arguments = ["replay", "rec", "--target", &target, "--rules", "rules.toml"];
    let (code, text) = said(&with(&arguments, folder.path(), &given).await);
    assert_eq!(code, Some(0), "{text}");
}
