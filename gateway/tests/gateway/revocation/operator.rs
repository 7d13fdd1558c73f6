//! `gateway auth sessions` and `gateway auth revoke`: what an operator sees, and what their word does.

use std::time::Duration;

use compat_tests::gateway_process::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{Scene, refused_after, status};
use crate::house::{House, database, token};

fn seen(refusal: &Refusal) -> (Option<i32>, Value) {
    (refusal.code, serde_json::from_str(&refusal.stdout).unwrap())
}

#[tokio::test]
async fn a_session_a_user_and_everybody_can_be_revoked() {
    let scene = Scene::open().await;
    let house = scene.gateway().await;
    let mut sessions = Vec::new();
    for user in [1, 1, 2, 3] {
        sessions.push(scene.session(user).await);
    }
    let old = [token(1), token(2), token(3)];
    for token in sessions.iter().map(|(_, token)| token).chain(&old) {
        assert_eq!(status(&house, token).await, 200);
    }
    let within = Duration::from_secs(1);
    let id = sessions[0].0.to_string();
    let ended = scene.auth(&["revoke", "--session", &id, "--reason", "lost a laptop"]);
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("{id}: ended, a session of user 1\n")));
    assert!(refused_after(&house, &sessions[0].1).await < within);
    let again = scene.auth(&["revoke", "--session", &id]);
    assert_eq!((again.code, again.stdout), (Some(1), format!("{id}: no such session is open\n")));
    assert_eq!([status(&house, &sessions[1].1).await, status(&house, &old[0]).await], [200, 200]);

    let ended = scene.auth(&["revoke", "--user", "1"]);
    let text = "user 1: 1 sessions ended, no token from before counts\n".to_owned();
    assert_eq!((ended.code, ended.stdout), (Some(0), text));
    assert!(refused_after(&house, &sessions[1].1).await < within);
    assert_eq!([status(&house, &old[0]).await, status(&house, &old[1]).await], [401, 200]);

    assert_eq!(seen(&scene.auth(&["revoke", "--all", "--json"])), (Some(0), json!({ "sessions": 2 })));
    assert!(refused_after(&house, &sessions[2].1).await < within);
    for token in [&sessions[3].1, &old[1], &old[2]] {
        assert_eq!(status(&house, token).await, 401);
    }
    // Who logs in now is let in.
    assert_eq!(status(&house, &scene.session(4).await.1).await, 200);
    house.close();

    let rows = "SELECT string_agg(concat_ws('/', kind, user_key, sid, detail->>'reason', \
                detail->>'by' LIKE '%@%'), ' ' ORDER BY id) FROM gateway.auth_audit";
    let audit: String = scene.database.query_one(rows, &[]).await.unwrap().get(0);
    assert_eq!(audit, format!("admin_revoke/1/{id}/lost a laptop/t admin_revoke/1/t admin_revoke/t"));
}

#[tokio::test]
async fn sessions_are_listed_without_anything_that_lets_in() {
    let scene = Scene::open().await;
    let none = scene.auth(&["sessions", "--json"]);
    assert_eq!(seen(&none), (Some(0), json!({ "open": 0, "sessions": [] })));
    let ((first, _), (second, _)) = (scene.session(1).await, scene.session(2).await);
    assert_eq!(scene.auth(&["revoke", "--session", &second.to_string()]).code, Some(0));
    let (code, mut listed) = seen(&scene.auth(&["sessions", "--json"]));
    let session = &mut listed["sessions"][0];
    for moment in ["created_at", "refreshed_at", "expires_at"] {
        let text = session[moment].take();
        assert!(text.as_str().unwrap().ends_with('Z'), "{text}");
    }
    let expected = json!({ "open": 1, "sessions": [{
        "session": first.to_string(), "user": "1", "created_at": null, "refreshed_at": null, "expires_at": null,
        "ip": "192.0.2.7", "user_agent": "a browser",
    }] });
    assert_eq!((code, listed), (Some(0), expected));
    let text = scene.auth(&["sessions", "--user", "1"]).stdout;
    assert!(
        text.lines().count() == 2 && text.contains(&first.to_string()) && text.contains("a browser"),
        "{text}"
    );
    let nobody = scene.auth(&["sessions", "--user", "2"]).stdout;
    assert_eq!(nobody.lines().count(), 1, "{nobody}");
}

#[tokio::test]
async fn what_cannot_be_done_is_said_with_its_code() {
    let scene = Scene::open().await;
    let id = Uuid::new_v4().to_string();
    let wrong: [&[&str]; 5] = [
        &["revoke"],
        &["revoke", "--all", "--user", "1"],
        &["revoke", "--session", "7"],
        &["revoke", "--all", "--reason", "two\nlines"],
        &["sessions", "--user"],
    ];
    for arguments in wrong {
        assert_eq!(scene.auth(arguments).code, Some(2), "{arguments:?}");
    }
    let on = |url: String| {
        let environment = [("DATABASE_URL", url.as_str()), ("ENVIRONMENT", "test")];
        crate::house::command(&["auth", "revoke", "--session", &id], std::path::Path::new("/"), &environment)
    };
    let without = on(database());
    assert_eq!(without.code, Some(2), "{without:?}");
    let told =
        "the database has no tables for sessions, or older ones\nhelp: `gateway migrate up` makes them\n";
    assert_eq!(without.stderr, told);
    let away = on("postgresql://nobody@127.0.0.1:1/nothing".to_owned());
    assert_eq!(away.code, Some(3), "{away:?}");
    assert!(away.stderr.starts_with("the database cannot be reached"), "{away:?}");
    let unset =
        crate::house::command(&["auth", "sessions"], std::path::Path::new("/"), &[("ENVIRONMENT", "test")]);
    assert_eq!(unset.code, Some(2), "{unset:?}");
    assert!(unset.stderr.contains("DATABASE_URL: is not set"), "{unset:?}");
}

/// The sample's own tables are enough for a gateway that nobody has migrated: nothing can have been taken back.
#[tokio::test]
async fn without_the_tables_everything_that_is_good_is_let_in() {
    let scene = Scene::open().await;
    let mut setting = scene.setting("").with_routes(&[]);
    setting.database_url = database();
    let house = House::open(&setting).await;
    assert_eq!(status(&house, &token(1)).await, 200);
    house.close();
}
