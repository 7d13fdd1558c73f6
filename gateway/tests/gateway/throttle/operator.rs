//! `gateway auth unblock`: a user who waits for an attack to be over is let in by an operator.

use std::{net::Ipv4Addr, path::Path};

use serde_json::{Value, json};

use super::siege::{AWAY, RIGHT, Siege, email, status};
use crate::house::{command, keys};

#[tokio::test]
async fn what_is_held_against_an_account_can_be_taken_back() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let folder = house.folder.path().to_owned();
    let unblock = |arguments: &[&str]| {
        let arguments: Vec<_> = ["auth", "unblock"].iter().chain(arguments).copied().collect();
        let environment = [
            ("ENVIRONMENT", "test"),
            ("DATABASE_URL", siege.url.as_str()),
            ("GATEWAY_KEYS_DIR", keys().to_str().unwrap()),
        ];
        command(&arguments, &folder, &environment)
    };
    for guess in 0..101_u8 {
        status(Ipv4Addr::new(127, 1, guess / 5, 1), to, &email(115), "wrong").await;
    }
    let last = Ipv4Addr::new(127, 1, 0, 1);
    assert_eq!(
        [status(AWAY, to, &email(115), RIGHT).await, status(last, to, &email(115), RIGHT).await],
        [429; 2]
    );

    let other = unblock(&["--login", &email(116)]);
    assert_eq!((other.code, other.stdout.as_str()), (Some(1), "nothing is held against this login\n"));
    let done = unblock(&["--login", &email(115), "--json"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(serde_json::from_str::<Value>(&done.stdout).unwrap(), json!({ "cleared": true }));
    for from in [AWAY, last] {
        assert_eq!(status(from, to, &email(115), RIGHT).await, 200);
    }
    let audit = "SELECT kind || ' ' || (detail->>'by' LIKE '%@%') || ' ' || (detail::text LIKE '%example.com%') \
                 FROM gateway.auth_audit WHERE kind = 'unthrottled'";
    assert_eq!(siege.database.text(audit).await, "unthrottled true false");
    house.close();

    let without = command(
        &["auth", "unblock", "--login", "x"],
        Path::new("/"),
        &[("ENVIRONMENT", "test"), ("DATABASE_URL", siege.url.as_str())],
    );
    assert_eq!(without.code, Some(2), "{without:?}");
    assert!(without.stderr.contains("GATEWAY_KEYS_DIR"), "{without:?}");
}
