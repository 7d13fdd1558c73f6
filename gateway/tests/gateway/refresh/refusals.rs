//! What ends a session, and what a client is told who comes with its token.

use compat_tests::client::Client;

use super::stand::{Given, REFUSED, Stand, assert_refused, refresh};
use crate::{house::House, native::statements::wire::Wire};

/// Each is done to the session of user 2, and remembered for this reason.
const ENDS: [(&str, &str); 6] = [
    ("UPDATE users SET is_active = false WHERE id = 2", "user_disabled"),
    ("UPDATE users SET hashed_password = 'another' WHERE id = 2", "password_change"),
    ("UPDATE gateway.auth_session SET user_key = '2000000' WHERE user_key = '2'", "user_disabled"),
    ("UPDATE gateway.auth_session SET revoked_at = now(), revoke_reason = 'logout'", "logout"),
    ("UPDATE gateway.auth_session SET refreshed_at = now() - interval '31 days'", "null"),
    ("UPDATE gateway.auth_session SET expires_at = now()", "null"),
];

#[tokio::test]
async fn a_session_ends_with_its_user_its_password_its_logout_and_its_time() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let mut client = house.client().await;
    let was = stand.watcher.text("SELECT hashed_password FROM users WHERE id = 2").await;
    for (end, reason) in ENDS {
        stand.watcher.execute("DELETE FROM gateway.auth_session").await;
        let given = Given::of(&refresh(&mut client, &stand.open(2).await).await);
        stand.watcher.execute(end).await;
        assert_refused(&refresh(&mut client, &given.refresh).await);
        let stored = "SELECT gen, revoke_reason FROM gateway.auth_session";
        assert_eq!(stand.watcher.text(stored).await, format!("1|{reason}"), "{end}");
        // The legacy's own tokens of who is switched off, too; a password is the legacy's to change.
        let epochs =
            "SELECT count(*) FROM gateway.user_epoch WHERE reason = 'user_disabled' AND keeps IS NULL";
        assert_eq!(stand.watcher.text(epochs).await == "1", reason == "user_disabled", "{end}");
        stand.watcher.execute("DELETE FROM gateway.user_epoch").await;
        let mend = format!("UPDATE users SET is_active = true, hashed_password = '{was}' WHERE id = 2");
        stand.watcher.execute(&mend).await;
    }
    let audited = "SELECT kind, detail->>'reason' FROM gateway.auth_audit ORDER BY id";
    let expected =
        "user_disabled|user_disabled\nsession_revoked|password_change\nuser_disabled|user_disabled";
    assert_eq!(stand.watcher.text(audited).await, expected);
    house.close();
}

#[tokio::test]
async fn a_password_that_was_changed_elsewhere_ends_the_other_sessions_too() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let mut client = house.client().await;
    let (one, _, others) = (stand.open(2).await, stand.open(2).await, stand.open(1).await);
    stand.watcher.execute("UPDATE users SET hashed_password = 'another' WHERE id = 2").await;
    // One that was opened with the new password.
    let new = stand.open(2).await;
    assert_refused(&refresh(&mut client, &one).await);
    assert_eq!(stand.standing(2).await, "0|password_change\n0|password_change\n0|null");
    Given::of(&refresh(&mut client, &new).await);
    Given::of(&refresh(&mut client, &others).await);
    house.close();
}

#[tokio::test]
async fn what_we_did_not_write_costs_no_statement() {
    let stand = Stand::new().await;
    let (before, rest) = stand.url.split_once("127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let wire = Wire::before(([127, 0, 0, 1], port.parse().unwrap()).into()).await;
    let mut setting = stand.setting();
    setting.database_url = format!("{before}{}/{name}", wire.address);
    // The gateway listens past the wire, and what it asks for itself is not counted.
    let setting = setting.with_environment("DIRECT_DATABASE_URL", &stand.url);
    let house = House::open(&setting).await;
    let mut client = house.client().await;
    let good = stand.open(1).await;
    let asked = |sent: Vec<String>| sent.iter().filter(|sql| sql.contains("rt_handle")).count();
    let given = Given::of(&refresh(&mut client, &good).await);
    assert_eq!(asked(wire.take()), 1, "one statement for one refresh");
    let mut flipped = Vec::new();
    for place in 4..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        flipped.push(String::from_utf8(bytes).unwrap());
    }
    let huge = "x".repeat(1024 * 1024);
    let others = ["", "rt1.", "null", &given.access, &good[4..], &huge];
    for forged in flipped.iter().map(String::as_str).chain(others) {
        let answer = refresh(&mut client, forged).await;
        // The last character holds two bits that say nothing: another spelling is no token either.
        assert_refused(&answer);
    }
    assert_eq!(asked(wire.take()), 0);
    assert_eq!(stand.standing(1).await, "1|null");
    house.close();
}

#[tokio::test]
async fn a_body_is_an_object_or_a_form_and_else_the_frameworks_422() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let mut client = house.client().await;
    let form = "application/x-www-form-urlencoded";
    let token = stand.open(1).await;
    let good = post(&mut client, form, &format!("grant_type=refresh_token&refresh_token={token}")).await;
    assert_eq!(good.0, 200, "{}", good.1);
    let missing = |loc: &str, input: &str| {
        format!(r#"{{"detail":[{{"type":"missing","loc":[{loc}],"msg":"Field required","input":{input}}}]}}"#)
    };
    let field = r#""body","refresh_token""#;
    for (kind, body, expected) in [
        ("application/json", "", missing(r#""body""#, "null")),
        ("application/json", "{}", missing(field, "{}")),
        (form, "token=x", missing(field, "{}")),
        (
            "application/json",
            r#"{"refresh_token":7}"#,
            r#"{"detail":[{"type":"string_type","loc":["body","refresh_token"],"msg":"Input should be a valid string","input":7}]}"#
                .to_owned(),
        ),
    ] {
        let answer = post(&mut client, kind, body).await;
        assert_eq!(answer, (422, expected), "{kind} {body}");
    }
    assert_eq!(post(&mut client, form, "refresh_token=rt1.").await, (401, REFUSED.to_owned()));
    house.close();
}

async fn post(client: &mut Client, kind: &str, body: &str) -> (u16, String) {
    let headers = [("content-type", kind), ("content-length", &body.len().to_string())];
    let answer = client.request("POST", "/auth/refresh", &headers, body.as_bytes()).await.unwrap();
    (answer.status, answer.text())
}
