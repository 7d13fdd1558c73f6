//! A users table that does not fit the mapping: all of it is told before anything is started.

use compat_tests::sample::Version;

use super::stand::setting;
use crate::{
    house::{House, command, database, environment, migrate, migrated_database},
    units::session::Session,
};

#[tokio::test]
async fn everything_that_does_not_fit_is_told_at_once_with_what_to_do() {
    let url = database();
    let session = Session::open(&url).await;
    session
        .execute(
            "DROP INDEX ix_users_email; ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free'; \
             ALTER TABLE users ALTER COLUMN plan DROP DEFAULT; \
             ALTER TABLE users ALTER COLUMN hashed_password TYPE varchar(80); \
             UPDATE users SET email = 'ADA@example.com' WHERE id = 2",
        )
        .await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    // Its handler takes ids for what they are in the sample, which would be told before the database is asked.
    setting.routes = setting.routes.replace("\"GET /users/me\" = \"native\"\n", "");
    setting.profile = setting
        .profile
        .replace("login_case = \"exact\"", "login_case = \"lower\"")
        .replace("type = \"int\" }     #", "type = \"uuid\" }     #")
        .replace("column = \"is_active\", equals", "column = \"enabled\", equals")
        .replace("insert     = { is_active = true", "insert     = { is_active = \"sometimes\"")
        .replace("new = \"bcrypt:4\"", "new = \"argon2id\"");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(&setting);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = command(&["run"], folder.path(), &environment);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    for told in [
        "the gateway's own tables for sessions and passwords are not in the database",
        "help: make them with `gateway migrate up`",
        "the id `id` is of type `integer`, and the mapping says `uuid`",
        "help: write `type = \"int\"` in `id` of [legacy.users]",
        "the table `users` has no column `enabled`, which `active` names",
        "the password `hashed_password` has room for 80 characters, and a new hash has up to 97",
        "a new user would have nothing in the column `plan`, which must not be null",
        "1 value of the login `email` belongs to several users under `lower(\"email\")`",
        "then `CREATE UNIQUE INDEX CONCURRENTLY ON \"users\" (lower(\"email\"))`",
        "the column `is_active`, which `insert` names, is of type `boolean`, and `sometimes` is no value of it",
        "7 mistakes",
        "nothing was started",
    ] {
        assert!(refused.stderr.contains(told), "{told}\n--- told ---\n{}", refused.stderr);
    }
    assert!(!refused.stderr.contains("ada@"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_database_that_is_away_is_told_and_the_table_is_looked_at_when_it_is_there() {
    let url = database();
    let session = Session::open(&url).await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    // Nobody listens there: the start does not fail, and a login is no refusal of the user.
    setting.database_url = "postgresql://nobody@127.0.0.1:1/nothing".to_owned();
    let house = House::open(&setting).await;
    assert_eq!(house.told("the users table is not looked at yet: get a connection: "), 1);
    let body = r#"{"email":"ada@example.com","password":"correct horse battery staple"}"#;
    let ask = super::stand::Ask::json("/auth/login/json", body);
    let answer = ask.send(house.gateway.public()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.headers.one("retry-after").is_some());
    drop(house);

    // There, but without our tables: nobody is let in before somebody has made them.
    setting.database_url = url.clone();
    setting.routes = setting.routes.replace("\"native\"", "\"legacy\"");
    let house = House::open(&setting).await;
    let routes = setting.routes.replace("\"legacy\"", "\"native\"");
    house.write_routes(&routes, "routes file taken").await;
    assert_eq!(ask.send(house.gateway.public()).await.status, 503);
    house.wait_told("legacy.toml: the gateway's own tables", 1).await;
    migrate(&url);
    assert_eq!(ask.send(house.gateway.public()).await.status, 200);
    drop((house, session));
}

#[tokio::test]
async fn a_role_that_may_not_read_the_table_is_told_why() {
    let url = migrated_database();
    let session = Session::open(&url).await;
    session.execute("CREATE ROLE fit_visitor LOGIN PASSWORD 'comes to look'").await;
    let (_, place) = url.split_once('@').unwrap();
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    setting.database_url = format!("postgresql://fit_visitor:comes%20to%20look@{place}");
    let house = House::open(&setting).await;
    let told =
        "the users table is not looked at yet: run a statement: SQLSTATE 42501: permission denied for ";
    assert_eq!(house.told(told), 1, "{:?}", house.gateway.log());
    drop(house);
    session.execute("DROP OWNED BY fit_visitor; DROP ROLE fit_visitor").await;
}
