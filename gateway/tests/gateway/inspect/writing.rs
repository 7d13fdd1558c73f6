//! `--write`: what is missing comes into `legacy.toml`, and the gateway starts with it.

use compat_tests::sample::Version;
use gateway::contract::profile::Profile;

use super::stand::Stand;
use crate::house::{House, Setting, database, token};

#[tokio::test]
async fn a_profile_without_users_gets_them_and_lets_them_in() {
    let stand = Stand::at(database()).await;
    stand.migrate();
    stand.session.execute("ANALYZE users").await;
    let text = std::fs::read_to_string(compat_tests::repository().join("legacy.toml")).unwrap();
    let (head, rest) = text.split_once("[legacy.users]").unwrap();
    let (_, tail) = rest.split_once("\n[errors]\n").unwrap();
    let before = format!("{head}\n[errors]\n{tail}");
    std::fs::write(stand.profile_path(), &before).unwrap();
    let written = stand.inspect(&["--token", &token(1), "--write"]).await;
    assert_eq!(written.code, Some(0), "{written:?}");
    assert!(written.stdout.contains("# written: legacy.users.table, legacy.users.id,"), "{}", written.stdout);
    let after = std::fs::read_to_string(stand.profile_path()).unwrap();
    for line in before.lines() {
        assert!(after.contains(line), "{line}");
    }
    assert!(after.contains("table = \"users\"  # inspected: about "), "{after}");
    let profile = Profile::parse(&stand.profile_path(), &after).unwrap();
    assert_eq!(profile.tokens.len(), 1);

    // Again: there is nothing left to write.
    let again = stand.inspect(&["--token", &token(1), "--write", "--json"]).await;
    let object: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((again.code, &object["left"]), (Some(0), &serde_json::json!(["legacy.tokens"])), "{object:#}");
    assert_eq!(std::fs::read_to_string(stand.profile_path()).unwrap(), after);

    let mut setting =
        Setting::sample(Version::Newest).with_routes(&[("POST /auth/login/json", "\"native\"")]);
    setting.database_url = stand.url.clone();
    setting.profile = after;
    let house = House::open(&setting).await;
    let body = br#"{"email":"ada@example.com","password":"correct horse battery staple"}"#;
    let headers = [("content-type", "application/json")];
    let answer = house.client().await.request("POST", "/auth/login/json", &headers, body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    house.close();
}

#[tokio::test]
async fn without_a_file_one_is_begun_and_what_would_harm_one_is_not_written() {
    let stand = Stand::at(database()).await;
    let written = stand.inspect(&["--token", &token(1), "--write"]).await;
    assert_eq!(written.code, Some(0), "{written:?}");
    assert!(written.stderr.contains("is written, and not a whole profile yet"), "{written:?}");
    assert!(written.stderr.contains("errors"), "{written:?}");
    let begun = std::fs::read_to_string(stand.profile_path()).unwrap();
    let whole =
        format!("{begun}\n[errors]\nshape = \"detail\"\nbad_token = {{ status = 401, body = '{{}}' }}\n");
    let profile = Profile::parse(&stand.profile_path(), &whole).unwrap();
    assert_eq!(profile.users.unwrap().login, ["email"]);

    // A person's own line decides, and one that cannot be joined with the rest stops it.
    let mine = "schema = 1\n[legacy.users]\npassword = { column = \"hashed_password\" } # mine\n";
    std::fs::write(stand.profile_path(), mine).unwrap();
    let kept = stand.inspect(&["--write", "--token", &token(1)]).await;
    assert!(kept.stdout.contains("# left as a person wrote it: legacy.users.password"), "{kept:?}");
    assert!(std::fs::read_to_string(stand.profile_path()).unwrap().contains("\"hashed_password\" } # mine"));
    for broken in ["[legacy.users", "legacy = 3\n", "[legacy]\nusers = 'none'\n"] {
        std::fs::write(stand.profile_path(), broken).unwrap();
        let refused = stand.inspect(&["--write"]).await;
        assert_eq!(refused.code, Some(2), "{broken}: {refused:?}");
        assert_eq!(std::fs::read_to_string(stand.profile_path()).unwrap(), broken);
    }
}
