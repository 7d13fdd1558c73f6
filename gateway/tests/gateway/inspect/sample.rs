//! The sample legacy's own database and tokens.

use serde_json::json;

use super::stand::{Stand, proof, told, value};
use crate::house::{SECRET, database, signed, token};

#[tokio::test]
async fn the_mapping_of_the_sample_is_what_its_profile_says() {
    let stand = Stand::at(database()).await;
    let profile = compat_tests::repository().join("legacy.toml");
    std::fs::copy(profile, stand.profile_path()).unwrap();
    let object = stand.object(&["--token", &token(1)], 0).await;
    assert_eq!(told(&object, "contradictions"), "");
    assert_eq!(value(&object, "users", "table"), "\"users\"");
    assert_eq!(value(&object, "users", "id"), "{ column = \"id\", type = \"int\" }");
    assert_eq!(value(&object, "users", "active"), "{ column = \"is_active\", equals = true }");
    assert!(
        value(&object, "users", "password").starts_with("{ column = \"hashed_password\", new = \"bcrypt:")
    );
    assert_eq!(value(&object, "users", "insert"), "{ is_active = true, created_at = \"now\" }");
    assert_eq!(value(&object, "tokens", "subject"), "\"sub:int\"");
    assert_eq!(proof(&object, "tokens", "subject"), "its value is an `id` in `users`");
    assert_eq!(proof(&object, "tokens", "algorithm"), "the token's header; LEGACY_JWT_SECRET verifies it");
}

#[tokio::test]
async fn a_profile_that_says_otherwise_is_told_what_the_database_shows() {
    let stand = Stand::at(database()).await;
    let profile = std::fs::read_to_string(compat_tests::repository().join("legacy.toml")).unwrap();
    let profile = profile
        .replace("subject   = \"sub:int\"", "subject   = \"sub:text\"")
        .replace("active     = {", "# active  = {")
        .replace("new = \"bcrypt:12\"", "new = \"argon2id\"")
        .replace("login_case = \"exact\"", "login_case = \"lower\"");
    std::fs::write(stand.profile_path(), &profile).unwrap();
    let object = stand.object(&["--token", &token(1)], 1).await;
    let contradictions = told(&object, "contradictions");
    for expected in [
        "`active` in [legacy.users] is not written, and the database shows that `is_active` says who is active (`boolean`",
        "`password` in [legacy.users] is `new = \"argon2id:m=19456,t=2,p=1\"`, and the database shows no hash of that form",
        "no unique index holds the login `email` to one user under `lower(\"email\")`",
        "`subject` of `access` is `sub:text`, and the database shows `sub:int`",
    ] {
        assert!(contradictions.contains(expected), "{expected}\n---\n{contradictions}");
    }
    assert_eq!(object["contradictions"].as_array().unwrap().len(), 4, "{contradictions}");
    // Another key than the legacy's.
    let other = signed(&json!({ "sub": "1", "exp": 4_000_000_000_u32 }), &SECRET.replace("the", "an"));
    let object = stand.object(&["--token", &other], 1).await;
    assert!(told(&object, "problems").contains("LEGACY_JWT_SECRET does not verify the token"));
    assert!(told(&object, "contradictions").contains("`access` refuses it as `signature`"), "{object:#}");
}
