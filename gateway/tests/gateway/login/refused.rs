//! What could not work is refused before it is served, and a reload that asks for it leaves the old file in force.

use compat_tests::sample::Version;

use super::stand::setting;
use crate::house::{House, Setting, command, database, environment, migrated_database, routes};

/// With this in the profile instead of that, and this route native.
async fn check(profile: (&str, &str), route: &str, told: &str) {
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &migrated_database());
    assert!(setting.profile.contains(profile.0), "{profile:?}");
    setting.profile = setting.profile.replace(profile.0, profile.1);
    let native = routes(&[(route, "\"native\"")]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &native).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(&setting);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for verb in ["run", "check"] {
        let refused = command(&[verb], folder.path(), &environment);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains(told), "{told}\n--- told ---\n{}", refused.stderr);
        assert!(refused.stderr.contains("1 mistake"), "{}", refused.stderr);
    }
    refused_at_reload(setting, &native, told).await;
}

async fn refused_at_reload(mut setting: Setting, text: &str, told: &str) {
    setting.routes = routes(&[]);
    let house = House::open(&setting).await;
    house.write_routes(text, "routes file refused").await;
    let log = house.gateway.log();
    let refused = log.iter().find_map(|line| line["message"].as_str().filter(|text| text.contains(told)));
    assert!(refused.is_some_and(|text| text.starts_with("routes file refused")), "{log:#?}");
    house.close_expecting(&["routes file refused", "degraded"]);
}

#[tokio::test]
async fn tokens_that_the_legacy_could_not_be_shown() {
    let told = "`POST /auth/login` is native, and its tokens cannot be shown to the backend: tokens of `access` need the \
                claim `tenant`, and nothing says what it should be";
    check(("require   = [\"exp\"]", "require   = [\"exp\", \"tenant\"]"), "POST /auth/login", told).await;
}

#[tokio::test]
async fn a_handler_that_takes_ids_of_users_for_what_they_are_not() {
    let told = "`GET /users/me` is native, and its handler takes ids of users for `int`, which are `uuid` in \
                `[legacy.users]`";
    check(("type = \"int\" }     #", "type = \"uuid\" }     #"), "GET /users/me", told).await;
}

/// At the start it is told by `check` as well, where the keys are tested.
#[tokio::test]
async fn a_route_that_needs_keys_where_there_are_none() {
    let setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &migrated_database());
    let setting = setting.with_environment("ENVIRONMENT", "staging").with_environment("GATEWAY_KEYS_DIR", "");
    let native = routes(&[("POST /auth/login", "\"native\"")]);
    let told = "GATEWAY_KEYS_DIR: is not set, but `POST /auth/login` is native and needs keys";
    refused_at_reload(setting, &native, told).await;
}

#[tokio::test]
async fn a_users_table_that_does_not_fit() {
    let url = database();
    let setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    let native = routes(&[("POST /auth/login", "\"native\"")]);
    let told = "legacy.toml: the gateway's own tables for sessions and passwords are not in the database\n\
                help: make them with `gateway migrate up`";
    refused_at_reload(setting, &native, told).await;
}
