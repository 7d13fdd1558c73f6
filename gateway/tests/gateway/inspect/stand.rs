//! A database of some shape, and what `inspect` makes of it.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use compat_tests::gateway_process::Refusal;
use gateway::contract::profile::{Profile, UsersProfile};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    house::{SECRET, admin_database, command, migrate},
    units::session::Session,
};

pub(super) struct Stand {
    pub(super) url: String,
    pub(super) folder: TempDir,
    pub(super) session: Session,
}

/// A bcrypt hash of nobody's password, another one for each `i`.
pub(super) const BCRYPT: &str =
    "'$2b$12$' || rpad(md5(i::text), 21, 'a') || 'u' || rpad(md5('d' || i), 30, 'b') || 'u'";

/// What rows may say in the words of `inspect` itself.
const COMMON: [&str; 3] = ["active", "access", "admin"];

impl Stand {
    /// On a database of its own, with nothing in it but this.
    pub(super) async fn with(schema: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("inspect_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let admin = Session::open(&admin_database()).await;
        admin.execute(&format!("CREATE DATABASE {name}")).await;
        let url = admin_database().replace("/postgres", &format!("/{name}"));
        let stand = Self::at(url).await;
        stand.session.execute(&schema.replace("{bcrypt}", BCRYPT)).await;
        stand.session.execute("ANALYZE").await;
        stand
    }

    pub(super) async fn at(url: String) -> Self {
        let session = Session::open(&url).await;
        Self { url, folder: tempfile::tempdir().unwrap(), session }
    }

    pub(super) fn profile_path(&self) -> std::path::PathBuf {
        self.folder.path().join("legacy.toml")
    }

    /// With these arguments. No value of a row is in what it prints.
    pub(super) async fn inspect(&self, arguments: &[&str]) -> Refusal {
        let environment = [("ENVIRONMENT", "test"), ("DATABASE_URL", &self.url), ("SECRET_KEY", SECRET)];
        self.inspect_in(&environment, arguments).await
    }

    pub(super) async fn inspect_in(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Refusal {
        let arguments: Vec<_> = ["legacy", "inspect"].iter().chain(arguments).copied().collect();
        let told = command(&arguments, self.folder.path(), environment);
        for value in self.values().await {
            for text in [&told.stdout, &told.stderr] {
                assert!(!text.contains(&value), "a row's `{value}` is told:\n{text}");
            }
        }
        told
    }

    /// Every text, id and hash of every row.
    async fn values(&self) -> Vec<String> {
        let columns = "SELECT format('SELECT %I::text FROM %I.%I WHERE %I IS NOT NULL LIMIT 50', column_name, \
                       table_schema, table_name, column_name) FROM information_schema.columns \
                       WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'gateway') \
                       AND udt_name IN ('text', 'varchar', 'citext', 'uuid')";
        let mut values = Vec::new();
        for query in self.session.text(columns).await.lines() {
            let found = self.session.text(query).await;
            values.extend(found.lines().filter(|value| value.len() > 4).map(str::to_owned));
        }
        assert!(!values.is_empty(), "there is nothing that could be told");
        values.retain(|value| !COMMON.contains(&value.as_str()));
        values
    }

    /// The proposal as an object; what is printed for people must be TOML and hold the same.
    pub(super) async fn object(&self, arguments: &[&str], code: i32) -> Value {
        let shown = self.inspect(arguments).await;
        assert_eq!(shown.code, Some(code), "{shown:?}");
        let with_json: Vec<_> = arguments.iter().chain(&["--json"]).copied().collect();
        let told = self.inspect(&with_json).await;
        assert_eq!(told.code, Some(code), "{told:?}");
        let object: Value = serde_json::from_str(&told.stdout).unwrap();
        let from_text: toml::Table =
            shown.stdout.parse().unwrap_or_else(|error| panic!("{error}\n{}", shown.stdout));
        let from_json: toml::Table = object["fragment"].as_str().unwrap().parse().unwrap();
        assert_eq!(from_text, from_json);
        object
    }

    /// What is proposed for the users, as the gateway reads it. Its start must have nothing to say against it.
    pub(super) async fn users(&self, arguments: &[&str], code: i32) -> (UsersProfile, Value) {
        let object = self.object(arguments, code).await;
        let profile = whole(&object);
        let path = self.profile_path();
        let before = std::fs::read(&path);
        std::fs::write(&path, &profile).unwrap();
        let again = self.inspect(&["--json"]).await;
        let again: Value = serde_json::from_str(&again.stdout).unwrap();
        assert_eq!(again["contradictions"], Value::Array(Vec::new()), "{again:#}");
        match before {
            Ok(text) => std::fs::write(&path, text).unwrap(),
            Err(_) => std::fs::remove_file(&path).unwrap(),
        }
        (Profile::parse(Path::new("legacy.toml"), &profile).unwrap().users.unwrap(), object)
    }

    pub(super) fn migrate(&self) {
        migrate(&self.url);
    }
}

/// The fragment with what else a profile needs.
pub(super) fn whole(object: &Value) -> String {
    let fragment = object["fragment"].as_str().unwrap();
    let token = "[[legacy.tokens]]\nname = \"t\"\nalgorithm = \"HS256\"\nsubject = \"sub:text\"\nrequire = [\"exp\"]\n";
    let token = if fragment.contains("[[legacy.tokens]]") { "" } else { token };
    format!(
        "schema = 1\n{token}{fragment}[errors]\nshape = \"detail\"\nbad_token = {{ status = 401, body = '{{}}' }}\n"
    )
}

/// The value that is proposed for a key, as TOML.
pub(super) fn value<'o>(object: &'o Value, list: &str, key: &str) -> &'o str {
    line(object, list, key).map_or("", |line| line["value"].as_str().unwrap())
}

pub(super) fn proof<'o>(object: &'o Value, list: &str, key: &str) -> &'o str {
    line(object, list, key).map_or("", |line| line["proof"].as_str().unwrap())
}

fn line<'o>(object: &'o Value, list: &str, key: &str) -> Option<&'o Value> {
    object[list].as_array().unwrap().iter().find(|line| line["key"] == key)
}

/// All that is told under one head, as one text.
pub(super) fn told(object: &Value, head: &str) -> String {
    let list = object[head].as_array().unwrap();
    list.iter().map(|one| one.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}
