//! What a sample token says, and whom it names.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::stand::{Stand, proof, told, value};
use crate::house::{SECRET, signed};

const ID: &str = "6f9619ff-8b86-d011-b42d-00c04fc964ff";

async fn stand() -> Stand {
    Stand::with(&format!(
        "CREATE TABLE users (id uuid PRIMARY KEY, username text NOT NULL UNIQUE, email text NOT NULL UNIQUE, \
             hashed_password text NOT NULL); \
         INSERT INTO users SELECT gen_random_uuid(), 'author' || i, 'author' || i || '@example.com', {{bcrypt}} \
             FROM generate_series(1, 9) i; UPDATE users SET id = '{ID}' WHERE username = 'author3'"
    ))
    .await
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The proposal for a token with these claims, which no word of the answer shows; its own profile takes it.
async fn proposed(stand: &Stand, scheme: &str, claims: &Value, code: i32) -> Value {
    let token = signed(claims, SECRET);
    let file = stand.folder.path().join("token");
    std::fs::write(&file, format!("{scheme} {token}\n").trim_start()).unwrap();
    let object = stand.object(&["--token-file", file.to_str().unwrap()], code).await;
    for part in token.split('.') {
        assert!(!object.to_string().contains(part), "{object:#}");
    }
    let (path, profile) = (stand.profile_path(), super::stand::whole(&object));
    std::fs::write(&path, profile).unwrap();
    let again = stand.inspect(&["--token-file", file.to_str().unwrap(), "--json"]).await;
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["contradictions"], json!([]), "{again:#}");
    std::fs::remove_file(path).unwrap();
    object
}

#[tokio::test]
async fn a_token_by_id_by_name_or_for_an_audience_is_described_so_that_it_is_taken() {
    let stand = stand().await;
    let object = proposed(&stand, "", &json!({ "sub": ID, "exp": now() + 691_190 }), 0).await;
    let line = |key| value(&object, "tokens", key);
    assert_eq!((line("scheme"), line("subject"), line("lifetime")), ("\"Bearer\"", "\"sub:uuid\"", "\"8d\""));
    assert_eq!((line("require"), line("equals"), line("aud")), ("[\"exp\"]", "", ""));
    assert!(told(&object, "notes").contains("the token does not say when it was issued"));

    let claims = json!({ "sub": "access", "username": "author5", "exp": now() + 604_800, "iat": now() });
    let object = proposed(&stand, "Token", &claims, 0).await;
    let line = |key| value(&object, "tokens", key);
    assert_eq!(line("scheme"), "\"Token\"");
    assert_eq!(line("subject"), "\"username:lookup(users.username)\"");
    assert_eq!(line("equals"), "{ sub = \"access\" }");
    assert_eq!(
        (line("lifetime"), proof(&object, "tokens", "lifetime")),
        ("\"7d\"", "its `exp` less its `iat`")
    );

    let hex = ID.replace('-', "");
    let claims = json!({ "sub": hex, "aud": ["fastapi-users:auth"], "iss": "me", "type": "access", "exp": "4000000000" });
    let object = proposed(&stand, "", &claims, 0).await;
    let line = |key| value(&object, "tokens", key);
    assert_eq!((line("subject"), line("aud")), ("\"sub:text\"", "[\"fastapi-users:auth\"]"));
    assert_eq!((line("iss"), line("equals")), ("\"me\"", "{ type = \"access\" }"));
    assert_eq!(line("lenient_exp"), "true");
}

#[tokio::test]
async fn what_no_single_token_proves_is_left_to_a_person() {
    let stand = stand().await;
    let object = proposed(&stand, "", &json!({ "sub": "author17", "exp": now() + 900 }), 1).await;
    assert_eq!(value(&object, "tokens", "subject"), "\"sub:text\"");
    let problems = told(&object, "problems");
    assert!(
        problems.contains("whom the token's `sub` names is a guess: nobody in `users` has any"),
        "{problems}"
    );

    let object = proposed(&stand, "", &json!({ "sub": ID }), 1).await;
    assert!(told(&object, "problems").contains("the token never expires"), "{object:#}");
    let object = proposed(&stand, "", &json!({ "sub": ID, "exp": now() + 60, "type": "refresh" }), 1).await;
    assert!(told(&object, "problems").contains("the token is for refreshing"), "{object:#}");
    let bridge = signed(&json!({ "sub": ID, "exp": now() + 60, "gwb": 1 }), SECRET);
    let object = stand.object(&["--token", &bridge], 1).await;
    assert!(told(&object, "problems").contains("one that the gateway made"), "{object:#}");
    assert_eq!(object["tokens"], json!([]));

    let expired = json!({ "sub": ID, "exp": now() - 60 });
    let object = proposed(&stand, "", &expired, 0).await;
    assert_eq!(value(&object, "tokens", "lifetime"), "");
    assert!(told(&object, "notes").contains("how long tokens live does not show"), "{object:#}");
}

#[tokio::test]
async fn the_settings_of_the_legacy_say_how_long_a_token_lives_and_no_secret_proves_nothing() {
    let stand = stand().await;
    let token = signed(&json!({ "sub": ID, "exp": now() + 900 }), SECRET);
    let environment = [
        ("ENVIRONMENT", "test"),
        ("DATABASE_URL", stand.url.as_str()),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "45"),
    ];
    let told_text = stand.inspect_in(&environment, &["--json", "--token", &token]).await;
    let object: Value = serde_json::from_str(&told_text.stdout).unwrap();
    assert_eq!(value(&object, "tokens", "lifetime"), "\"45m\"");
    assert_eq!(proof(&object, "tokens", "lifetime"), "ACCESS_TOKEN_EXPIRE_MINUTES");
    let proven = proof(&object, "tokens", "algorithm");
    assert_eq!(proven, "the token's header; not verified: LEGACY_JWT_SECRET is not set");
}
