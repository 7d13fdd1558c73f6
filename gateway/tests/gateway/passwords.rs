//! `gateway auth finalize`: what it says, what it writes, and what it leaves alone.

use std::path::Path;

use compat_tests::{gateway_process::Refusal, repository};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls};

use crate::house::{SECRET, command, database};

const PROFILE: &str = r#"
schema = 1
[[legacy.tokens]]
name = "access"
scheme = "Bearer"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[errors]
shape = "detail"
bad_token = { status = 401, body = '{}' }
"#;

const USERS: &str = r#"
[legacy.users]
table = "users"
id = { column = "id", type = "int" }
login = ["email"]
password = { column = "hashed_password" }
"#;

/// Two better hashes of what users have, one of what a user had, and sessions of the first.
const SIDE: &str = "
    INSERT INTO gateway.user_password (user_key, phc, legacy_fp)
        SELECT id::text, '$argon2id$better' || id, sha256(convert_to(hashed_password, 'UTF8'))
        FROM users WHERE id <= 2;
    INSERT INTO gateway.user_password (user_key, phc, legacy_fp) VALUES ('3', '$argon2id$better3', 'changed since'),
        ('2000000000', '$argon2id$of nobody', 'gone');
    INSERT INTO gateway.auth_session (rt_handle, user_key, expires_at, password_fp, revoked_at, revoke_reason)
        SELECT 'open'::bytea, '1', 'infinity'::timestamptz, legacy_fp, NULL::timestamptz, NULL
            FROM gateway.user_password WHERE user_key = '1'
        UNION ALL SELECT 'ended'::bytea, '1', 'infinity', legacy_fp, now(), 'logout'
            FROM gateway.user_password WHERE user_key = '1'
        UNION ALL SELECT 'other'::bytea, '1', 'infinity', 'another'::bytea, NULL, NULL;
";

const STATE: &str = "
    SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') FROM (
        SELECT 'user ' || id || ' ' || left(hashed_password, 17) AS line FROM users WHERE id <= 3
        UNION ALL SELECT 'side ' || user_key FROM gateway.user_password
        UNION ALL SELECT 'session ' || convert_from(rt_handle, 'UTF8') || ' '
            || (password_fp = sha256(convert_to((SELECT hashed_password FROM users WHERE id = 1), 'UTF8')))
            FROM gateway.auth_session
        UNION ALL SELECT 'audit ' || kind || ' ' || user_key FROM gateway.auth_audit
    ) lines";

struct Desk {
    folder: TempDir,
    url: String,
    client: Client,
    _driver: JoinSet<Result<(), tokio_postgres::Error>>,
}

impl Desk {
    async fn open(profile: &str) -> Self {
        let url = database();
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("legacy.toml"), profile).unwrap();
        Self { folder, url, client, _driver: driver }
    }

    /// With the gateway's own tables and what stands in them after some logins.
    async fn furnished() -> Self {
        let desk = Self::open(&format!("{PROFILE}{USERS}")).await;
        let migrated = desk.run(&["migrate", "up"]);
        assert_eq!(migrated.code, Some(0), "{migrated:?}");
        desk.client.batch_execute(SIDE).await.unwrap();
        desk
    }

    fn run(&self, arguments: &[&str]) -> Refusal {
        let migrations = repository().join("migrations");
        let environment = [
            ("ENVIRONMENT", "test"),
            ("DATABASE_URL", self.url.as_str()),
            ("LEGACY_URL", "http://127.0.0.1:1"),
            ("SECRET_KEY", SECRET),
            ("MIGRATIONS_DIR", migrations.to_str().unwrap()),
        ];
        command(arguments, Path::new(self.folder.path()), &environment)
    }

    fn finalize(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let done = self.run(&[&["auth", "finalize"], arguments].concat());
        (done.code, done.stdout, done.stderr)
    }

    async fn state(&self) -> String {
        self.client.query_one(STATE, &[]).await.unwrap().get(0)
    }
}

#[tokio::test]
async fn the_better_hashes_take_the_place_of_the_legacys_and_sessions_go_on() {
    let desk = Desk::furnished().await;
    let before = desk.state().await;
    let (code, _, told) = desk.finalize(&[]);
    assert_eq!((code, told.contains("say `--yes`")), (Some(2), true), "{told}");
    let (code, looked, _) = desk.finalize(&["--dry-run", "--json"]);
    let object: Value = serde_json::from_str(&looked).unwrap();
    assert_eq!(
        (code, object),
        (Some(0), json!({ "dry_run": true, "written": 2, "stale": 2, "sessions": 1 }))
    );
    assert_eq!(desk.state().await, before, "looking changes nothing");

    let done = "2 better hashes written; 1 open sessions go on; 2 of an earlier password dropped\n";
    assert_eq!(desk.finalize(&["--yes"]), (Some(0), done.to_owned(), String::new()));
    let kept = before.lines().find(|line| line.starts_with("user 3")).unwrap();
    let after = format!(
        "audit rehash 1\naudit rehash 2\nsession ended false\nsession open true\nsession other false\n\
         user 1 $argon2id$better1\nuser 2 $argon2id$better2\n{kept}"
    );
    assert_eq!(desk.state().await, after);
    let nothing = "0 better hashes written; 0 open sessions go on\n";
    assert_eq!(desk.finalize(&["--yes"]), (Some(0), nothing.to_owned(), String::new()));
}

#[tokio::test]
async fn a_column_that_is_too_narrow_is_told_before_anything_is_written() {
    let desk = Desk::furnished().await;
    desk.client
        .batch_execute(
            "ALTER TABLE users ALTER hashed_password TYPE varchar(60);
             UPDATE gateway.user_password SET phc = repeat('x', 97) WHERE user_key = '2'",
        )
        .await
        .unwrap();
    let before = desk.state().await;
    let (code, _, told) = desk.finalize(&["--yes"]);
    let expected = "\"users\".hashed_password holds 60 characters, and the longest of the better hashes has 97\n\
                    help: widen the column by a migration, as to varchar(97) or text\nnothing was changed\n";
    assert_eq!((code, told.as_str()), (Some(2), expected));
    assert_eq!(desk.state().await, before);
}

#[tokio::test]
async fn what_is_missing_is_told_with_what_to_do() {
    let without = Desk::open(PROFILE).await;
    let (code, _, told) = without.finalize(&["--yes"]);
    assert_eq!((code, told.contains("does not say where users are kept")), (Some(2), true), "{told}");
    let bare = Desk::open(&format!("{PROFILE}{USERS}")).await;
    let (code, _, told) = bare.finalize(&["--dry-run"]);
    assert_eq!((code, told.contains("gateway migrate up")), (Some(2), true), "{told}");
    let (code, _, told) = bare.finalize(&["--dry-run", "--yes"]);
    assert_eq!((code, told.contains("cannot be used with")), (Some(2), true), "{told}");
}
