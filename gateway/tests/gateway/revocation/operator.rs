//! `gateway auth sessions` and `gateway auth revoke`: what an operator sees, and what their word does.

use compat_tests::gateway_process::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{LISTENERS, Scene, ask, is_told, refused_after, status};
use crate::house::{House, command, database, token};

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
    scene.wait_for(LISTENERS, 1).await;
    let revoke = async |arguments: &[&str]| scene.auth(&[&["revoke"], arguments].concat());
    let id = sessions[0].0.to_string();
    let ended = is_told(&house, revoke(&["--session", &id, "--reason", "lost a laptop"])).await;
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("{id}: ended, a session of user 1\n")));
    refused_after(&house, &sessions[0].1).await;
    let again = scene.auth(&["revoke", "--session", &id]);
    assert_eq!((again.code, again.stdout), (Some(1), format!("{id}: no such session is open\n")));
    assert_eq!([status(&house, &sessions[1].1).await, status(&house, &old[0]).await], [200, 200]);

    let ended = is_told(&house, revoke(&["--user", "1"])).await;
    let text = "user 1: 1 sessions ended, no token from before counts\n".to_owned();
    assert_eq!((ended.code, ended.stdout), (Some(0), text));
    refused_after(&house, &sessions[1].1).await;
    assert_eq!([status(&house, &old[0]).await, status(&house, &old[1]).await], [401, 200]);

    let ended = is_told(&house, revoke(&["--all", "--json"])).await;
    assert_eq!(seen(&ended), (Some(0), json!({ "sessions": 2 })));
    refused_after(&house, &sessions[2].1).await;
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
        command(&["auth", "revoke", "--session", &id], std::path::Path::new("/"), &environment)
    };
    let without = on(database());
    assert_eq!(without.code, Some(2), "{without:?}");
    let told =
        "the database has no tables for sessions, or older ones\nhelp: `gateway migrate up` makes them\n";
    assert_eq!(without.stderr, told);
    let away = on("postgresql://nobody@127.0.0.1:1/nothing".to_owned());
    assert_eq!(away.code, Some(3), "{away:?}");
    assert!(away.stderr.contains(" sslmode=disable: the database cannot be reached: "), "{away:?}");
    assert!(away.stderr.ends_with("names, or else DATABASE_URL\n"), "{away:?}");
    let unset = command(&["auth", "sessions"], std::path::Path::new("/"), &[("ENVIRONMENT", "test")]);
    assert_eq!(unset.code, Some(2), "{unset:?}");
    assert!(unset.stderr.contains("DATABASE_URL: is not set"), "{unset:?}");
}

/// Whoever is in a hurry must not be told that it is done when it is not, nor log everybody out.
#[tokio::test]
async fn a_user_is_named_by_their_id_and_by_nothing_else() {
    let scene = Scene::open().await;
    scene.session(1).await;
    let folder = tempfile::tempdir().unwrap();
    let environment = [("DATABASE_URL", scene.database_url.as_str()), ("ENVIRONMENT", "test")];
    let revoke = |user: &str| command(&["auth", "revoke", "--user", user], folder.path(), &environment);
    let refused = revoke("");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    std::fs::write(folder.path().join("legacy.toml"), scene.setting("").profile).unwrap();
    for nobody in ["", "ada@example.com", "01", " 1", "4294967297"] {
        let refused = revoke(nobody);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains("--user takes the id of a user, of type int: "), "{refused:?}");
    }
    scene.wait_for("SELECT count(*) FROM gateway.auth_session WHERE revoked_at IS NULL", 1).await;
    scene.wait_for("SELECT count(*) FROM gateway.user_epoch", 0).await;
    let ended = revoke("1");
    assert_eq!((ended.code, ended.stdout.starts_with("user 1: 1 ")), (Some(0), true), "{}", ended.stderr);
}

/// By whoever looks, once somebody asks.
#[tokio::test]
async fn rows_of_what_has_long_been_over_are_deleted_and_no_others() {
    let scene = Scene::open().await;
    let mut sessions = Vec::new();
    for _ in 0..4 {
        sessions.push(scene.session(1).await.0);
    }
    let past = "UPDATE gateway.auth_session SET revoked_at = now() - $2::text::interval, revoke_reason = 'logout' \
                WHERE id = $1";
    scene.database.execute(past, &[&sessions[0], &"120 days"]).await.unwrap();
    scene.database.execute(past, &[&sessions[1], &"8 days"]).await.unwrap();
    let expired = "UPDATE gateway.auth_session SET expires_at = now() - interval '120 days' WHERE id = $1";
    scene.database.execute(expired, &[&sessions[2]]).await.unwrap();
    let tokens = "INSERT INTO gateway.revoked_token (digest, expires_at) VALUES \
                  ('\\x01', now() - interval '120 days'), ('\\x02', now() - interval '1 day'), ('\\x03', 'infinity')";
    scene.database.execute(tokens, &[]).await.unwrap();
    let house = scene.gateway().await;
    assert_eq!(status(&house, &token(1)).await, 200);
    scene.wait_for("SELECT count(*) FROM gateway.auth_session", 2).await;
    scene.wait_for("SELECT count(*) FROM gateway.revoked_token", 2).await;
    let left: Vec<Uuid> = scene
        .database
        .query("SELECT id FROM gateway.auth_session", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert!(left.contains(&sessions[1]) && left.contains(&sessions[3]), "{left:?}");
    house.close();
}

/// Of sessions that no row knows: only the moment counts from which on tokens are good.
#[tokio::test]
async fn what_is_taken_back_twice_is_taken_back_from_the_second_time_on() {
    let scene = Scene::open().await;
    let house = scene.gateway().await;
    assert_eq!(scene.auth(&["revoke", "--user", "1"]).code, Some(0));
    let since = scene.token(1, Uuid::new_v4());
    assert_eq!(status(&house, &since).await, 200);
    assert_eq!(scene.auth(&["revoke", "--user", "1"]).code, Some(0));
    refused_after(&house, &since).await;

    // The session that a change of password let go on is an operator's like all others.
    let (kept, far) = (Uuid::new_v4(), Uuid::new_v4());
    let epoch = "INSERT INTO gateway.user_epoch (user_key, not_before, reason, keeps) \
                 VALUES ($1, now() + $2::text::interval, 'password_change', $3)";
    scene.database.execute(epoch, &[&"2", &"-1 hour", &kept]).await.unwrap();
    let kept = scene.token(2, kept);
    assert_eq!(status(&house, &kept).await, 200);
    assert_eq!(scene.auth(&["revoke", "--user", "2"]).code, Some(0));
    refused_after(&house, &kept).await;

    // Nor does a server whose clock is behind make tokens good again.
    scene.database.execute(epoch, &[&"3", &"1 hour", &far]).await.unwrap();
    let everywhere = ask(&house, "POST", "/auth/logout-all", &scene.token(3, far)).await;
    assert_eq!(everywhere.status, 204, "{}", everywhere.text());
    let moved = "SELECT count(*) FROM gateway.user_epoch WHERE user_key = '3' AND keeps IS NULL \
                 AND not_before > now() + interval '50 minutes'";
    scene.wait_for(moved, 1).await;

    // What says that it was some seconds ago, because it took long to be stored, is found by the next look.
    let (late, (_, token)) = (scene.session(4).await, scene.session(4).await);
    assert_eq!([status(&house, &late.1).await, status(&house, &token).await], [200, 200]);
    let end = "UPDATE gateway.auth_session SET revoked_at = clock_timestamp() - interval '50 seconds', \
               revoke_reason = 'logout' WHERE id = $1";
    scene.database.execute(end, &[&late.0]).await.unwrap();
    refused_after(&house, &late.1).await;

    // Who has logged in since is not logged out again and again.
    let future =
        "UPDATE gateway.auth_session SET created_at = now() + interval '1 hour' WHERE revoked_at IS NULL";
    scene.database.execute(future, &[]).await.unwrap();
    assert_eq!(seen(&scene.auth(&["revoke", "--all", "--json"])), (Some(0), json!({ "sessions": 0 })));
    house.close();
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
