//! A users table that does not fit the mapping: all of it is told before anything is started.

use compat_tests::{gateway_process::Refusal, sample::Version};

use super::stand::{Ask, EPHEMERAL, json_of, setting};
use crate::{
    chaos::proxy::{Proxy, Wire},
    house::{House, Setting, command, database, environment, migrate, migrated_database},
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
    for verb in ["run", "check"] {
        everything_is_told(&run(&[verb], &setting), verb);
    }
}

fn everything_is_told(refused: &Refusal, verb: &str) {
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
    ] {
        assert!(refused.stderr.contains(told), "{told}\n--- told ---\n{}", refused.stderr);
    }
    assert!(!refused.stderr.contains("ada@"), "{}", refused.stderr);
    assert_eq!(refused.stderr.contains("nothing was started"), verb == "run", "{}", refused.stderr);
}

/// What keeps a row of a user's from being the one that is read.
#[tokio::test]
async fn a_key_of_several_rows_is_told_and_a_role_that_may_not_change_what_it_is_to_change() {
    let url = migrated_database();
    let session = Session::open(&url).await;
    let role = format!("looker_{}", url.rsplit('_').next().unwrap());
    session
        .execute(&format!(
            "{APART}; INSERT INTO credentials VALUES (1, 'x'), (1, 'y'), (2, 'z'); CREATE ROLE {role} LOGIN PASSWORD \
             'comes to look'; GRANT USAGE ON SCHEMA gateway TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA gateway TO \
             {role}; GRANT SELECT ON users, credentials TO {role}"
        ))
        .await;
    let mut setting = apart(setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url));
    let (_, place) = url.split_once('@').unwrap();
    setting.database_url = format!("postgresql://{role}:comes%20to%20look@{place}");
    let refused = run(&["check"], &setting);
    for told in [
        "legacy.toml: no unique index holds `user_id`, the `key` of the passwords in `credentials`, to one row, and \
         2 values are in several",
        "help: find them with `SELECT \"user_id\" FROM \"credentials\" GROUP BY 1 HAVING count(*) > 1`, leave one row of \
         each, then `CREATE UNIQUE INDEX CONCURRENTLY ON \"credentials\" (\"user_id\")`",
        "the gateway's role may not change a password in \"credentials\", and `[[auth.password]]` says that it does",
        &format!(
            "help: `GRANT UPDATE (\"phc\") ON \"credentials\" TO {role}`, or take `[[auth.password]]` out"
        ),
        "2 mistakes",
    ] {
        assert!(refused.stderr.contains(told), "{told}\n--- told ---\n{}", refused.stderr);
    }
    assert_eq!(refused.code, Some(2), "{refused:?}");
    session.execute("DELETE FROM credentials WHERE phc <> 'z' AND user_id <= 2").await;
    session.execute(&format!("GRANT UPDATE (phc) ON credentials TO {role}")).await;
    let refused = run(&["check"], &setting);
    let told =
        "the `key` of the passwords in `credentials`, to one row\nhelp: make one: `CREATE UNIQUE INDEX";
    assert!(refused.stderr.contains(told) && refused.stderr.contains("1 mistake"), "{refused:?}");
    let key = "SELECT conname FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'p'";
    let key = session.text(key).await;
    session
        .execute(&format!(
            "ALTER TABLE credentials ADD UNIQUE (user_id); ALTER TABLE users DROP CONSTRAINT {key} CASCADE"
        ))
        .await;
    let refused = run(&["check"], &setting);
    let told =
        "legacy.toml: no unique index holds the id `id` to one row\nhelp: make one: `CREATE UNIQUE INDEX";
    assert!(refused.stderr.contains(told) && refused.stderr.contains("1 mistake"), "{refused:?}");
    session.execute("ALTER TABLE users ADD PRIMARY KEY (id)").await;
    let good = run(&["check"], &setting);
    assert_eq!((good.code, good.stderr.as_str()), (Some(0), ""), "{good:?}");
    session.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

/// An index that is dropped while the gateway runs: what is compared and what opens the session are one row all the same.
#[tokio::test]
async fn of_several_rows_every_statement_reads_the_same_one() {
    let url = migrated_database();
    let session = Session::open(&url).await;
    let hash = |password: &str| format!("'{{SHA256}}' || encode(sha256('{password}'), 'base64')");
    session
        .execute(&format!(
            "{APART}; CREATE UNIQUE INDEX one ON credentials (user_id); UPDATE credentials SET phc = {}",
            hash("first")
        ))
        .await;
    let mut setting = apart(setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url));
    setting.profile = setting.profile.replacen("\n[auth]\n", "\n[auth]\nrehash = \"off\"\n", 1);
    let house = House::open(&setting).await;
    let gateway = house.gateway.public();
    let log_in = |password: &str| {
        let body = format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#);
        async move { Ask::json("/auth/login/json", body).send(gateway).await }
    };
    assert_eq!(log_in("first").await.status, 200);
    session.execute(&format!("DROP INDEX one; INSERT INTO credentials VALUES (1, {})", hash("second"))).await;
    let is_first = format!("SELECT {} COLLATE \"C\" < {} COLLATE \"C\"", hash("first"), hash("second"));
    let theirs = if session.text(&is_first).await == "t" { ["first", "second"] } else { ["second", "first"] };
    for moved in ["first", "second", "first"] {
        // To the end of the table.
        session.execute(&format!("UPDATE credentials SET phc = phc WHERE phc = {}", hash(moved))).await;
        let given = log_in(theirs[0]).await;
        assert_eq!(given.status, 200, "{moved}: {}", given.text());
        assert_eq!(log_in(theirs[1]).await.status, 401, "{moved}");
        let body = format!("{{\"refresh_token\":{}}}", json_of(&given)["refresh_token"]);
        assert_eq!(Ask::json("/auth/refresh", body).send(gateway).await.status, 200, "{moved}");
    }
    house.close_expecting(&[EPHEMERAL, "degraded"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_is_told_and_the_table_is_looked_at_when_it_is_there() {
    let url = database();
    let (before, rest) = url.split_once("127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::before(([127, 0, 0, 1], port.parse().unwrap()).into()).await;
    proxy.switch(Wire::Refuse);
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    setting.database_url = format!("{before}{}/{name}", proxy.address());
    let checked = run(&["check", "--json"], &setting);
    let object: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!((checked.code, &object["good"]), (Some(0), &true.into()), "{checked:?}");
    let warned =
        object["warnings"].as_array().unwrap().iter().find(|one| one["place"] == "DATABASE_URL").unwrap();
    assert!(warned["what"].as_str().unwrap().starts_with("the users table is not looked at: "), "{warned}");

    // The start does not fail, and a login is no refusal of the user.
    let house = House::open(&setting).await;
    assert_eq!(house.told("the users table is not looked at yet: get a connection: "), 1);
    let body = r#"{"email":"ada@example.com","password":"correct horse battery staple"}"#;
    let ask = Ask::json("/auth/login/json", body);
    let answer = ask.send(house.gateway.public()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.headers.one("retry-after").is_some());
    // Who looks first finds it away, or nobody is told later that it is back.
    house.wait_told("degraded: routes that need the database", 1).await;

    // There, but without our tables: nobody is let in before somebody has made them.
    proxy.switch(Wire::Pass);
    house.wait_told("the database is back", 1).await;
    assert_eq!(ask.send(house.gateway.public()).await.status, 503);
    house.wait_told("legacy.toml: the gateway's own tables", 1).await;
    migrate(&url);
    assert_eq!(ask.send(house.gateway.public()).await.status, 200);
}

/// Passwords in a table of their own, where nobody has one yet.
const APART: &str = "CREATE TABLE credentials (user_id int, phc text); \
    INSERT INTO credentials SELECT id, '!' FROM users; \
    ALTER TABLE users ALTER COLUMN hashed_password DROP NOT NULL";

fn apart(mut setting: Setting) -> Setting {
    let apart = "{ column = \"phc\", table = \"credentials\", key = \"user_id\", ";
    setting.profile = setting.profile.replace("{ column = \"hashed_password\", ", apart);
    setting
}

fn run(arguments: &[&str], setting: &Setting) -> Refusal {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(setting);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    command(arguments, folder.path(), &environment)
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
