//! The profile that is learned from the sample legacy is the one that was written by hand.

use compat_tests::{repository, sample::Version};
use gateway::contract::profile::AuthProfile;
use serde_json::Value;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{
    parsed,
    stand::{TOKENS, desk, finding, probe, profile, requests, subjects, text},
};
use crate::house::{database, serve, shared, show, token};

/// Everything that stands in any table, and every sequence.
async fn fingerprint(url: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    let names = "SELECT c.oid::regclass::text, relkind = 'S' FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
                 WHERE relkind IN ('r', 'S') AND nspname = 'public' ORDER BY 1";
    let mut seen = Vec::new();
    for row in client.query(names, &[]).await.unwrap() {
        let (name, is_sequence): (String, bool) = (row.get(0), row.get(1));
        let sql = if is_sequence {
            format!("SELECT last_value, is_called FROM {name}")
        } else {
            format!("SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {name} t")
        };
        for message in client.simple_query(&sql).await.unwrap() {
            if let SimpleQueryMessage::Row(row) = message {
                seen.push(format!("{name} {:?} {:?}", row.get(0), row.get(1)));
            }
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
    seen
}

#[tokio::test]
async fn the_profile_that_is_learned_from_the_sample_is_the_one_that_was_written_by_hand() {
    let by_hand = std::fs::read_to_string(repository().join("legacy.toml")).unwrap();
    // The mounted application's own words are not asked for.
    let mut expected = parsed(&by_hand);
    expected.errors.below.clear();
    // Nor is anything about users: what a login does is not to be found out by asking.
    (expected.users, expected.auth) = (None, AuthProfile::default());
    for version in Version::ALL {
        let database_url = database();
        let legacy = serve(version, &database_url);
        let before = fingerprint(&database_url).await;
        let lock = &shared(version).lock;
        let desk = desk(TOKENS);
        let asked = probe(&desk, &legacy.url(), &["--write", "--json", "--lock", text(lock)]);
        assert_eq!((asked.code, asked.stderr.as_str()), (Some(0), ""), "{asked:?}");
        let object: Value = serde_json::from_str(&asked.stdout).unwrap();
        assert_eq!(parsed(&profile(&desk)), expected, "{}", profile(&desk));
        assert!(profile(&desk).starts_with(TOKENS));
        assert_eq!(object["written"], serde_json::json!(["shape", "bad_token"]));
        for outcome in ["contradicts", "differs"] {
            assert_eq!(subjects(&object, outcome), ["nothing"; 0], "{object:#}");
        }
        let log = legacy.output().text();
        assert_eq!(fingerprint(&database_url).await, before, "{log}");
        let count = requests(legacy.output());
        assert!(object["asked"] == count && count <= 45, "{count} {log}");
        show(&format!("probe of the sample on {version:?}: {count} requests, nothing changed"));
    }
}

#[tokio::test]
async fn a_token_is_used_and_never_shown() {
    let shared = shared(Version::Newest);
    let (desk, token) = (desk(TOKENS), token(1));
    let arguments = ["--lock", text(&shared.lock), "--token", &token, "--json"];
    let asked = probe(&desk, &shared.legacy.url(), &arguments);
    assert_eq!(asked.code, Some(0), "{asked:?}");
    let object: Value = serde_json::from_str(&asked.stdout).unwrap();
    let given = finding(&object, "given token");
    assert_eq!(
        (&given["answer"], &given["says"]),
        (&"200".into(), &"the legacy takes the token that was given".into())
    );
    for part in token.split('.') {
        assert!(!asked.stdout.contains(part) && !asked.stderr.contains(part), "{asked:?}");
    }
    assert!(!asked.stdout.contains("ada@example.com"), "what it answered is somebody's: {}", asked.stdout);
}
