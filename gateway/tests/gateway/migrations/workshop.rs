//! A database of a test's own, a folder of migrations, and the binary that is let loose on both.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use regex::Regex;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::{
    house::{admin_database, command},
    native::stored::execute,
};

pub(super) const UP: &str = "-- gateway: phase=expand transaction=on reversible=lossless\n";
pub(super) const DOWN: &str = "-- gateway: transaction=on\n";
pub(super) const UP_OFF: &str = "-- gateway: phase=expand transaction=off reversible=lossless\n";
pub(super) const DOWN_OFF: &str = "-- gateway: transaction=off\n";

const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Workshop {
    pub(super) folder: TempDir,
    pub(super) url: String,
    pub(super) client: Client,
    _driver: JoinSet<Result<(), tokio_postgres::Error>>,
}

impl Workshop {
    /// With an empty database and these migrations: version and name, up, down.
    pub(super) async fn open(migrations: &[(&str, String, String)]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("migrations_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        execute(&admin_database(), &format!("CREATE DATABASE {name}")).await;
        let url = admin_database().replace("/postgres", &format!("/{name}"));
        let (client, driver) = connect(&url).await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("migrations")).unwrap();
        let workshop = Self { folder, url, client, _driver: driver };
        for (stem, up, down) in migrations {
            workshop.write(&format!("{stem}.up.sql"), up);
            workshop.write(&format!("{stem}.down.sql"), down);
        }
        workshop
    }

    /// One table of the legacy's, whose owner is ours from now on.
    pub(super) async fn freeze(&self) {
        let legacy = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
            INSERT INTO alembic_version VALUES ('aaaa');
            CREATE TABLE public.t (id int PRIMARY KEY, note text DEFAULT 'x')";
        self.client.batch_execute(legacy).await.unwrap();
        assert_eq!(self.migrate(&["adopt", "--freeze"]).0, 0);
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join("migrations").join(name), text).unwrap();
    }

    pub(super) fn remove(&self, stem: &str) {
        for direction in ["up", "down"] {
            let name = format!("{stem}.{direction}.sql");
            std::fs::remove_file(self.folder.path().join("migrations").join(name)).unwrap();
        }
    }

    /// Exit code, answer, and what was told beside it; moments are left out.
    pub(super) fn migrate(&self, arguments: &[&str]) -> (i32, String, String) {
        self.migrate_at(&self.url, arguments)
    }

    /// As a role that is no superuser; its password is its name.
    pub(super) fn migrate_as(&self, role: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut url = url::Url::parse(&self.url).unwrap();
        url.set_username(role).unwrap();
        url.set_password(Some(role)).unwrap();
        self.migrate_at(url.as_str(), arguments)
    }

    fn migrate_at(&self, url: &str, arguments: &[&str]) -> (i32, String, String) {
        let arguments: Vec<_> = ["migrate"].iter().chain(arguments).copied().collect();
        let environment = [("ENVIRONMENT", "test"), ("DATABASE_URL", url)];
        let ended = command(&arguments, self.folder.path(), &environment);
        (ended.code.unwrap(), timeless(&ended.stdout), timeless(&ended.stderr))
    }

    /// Begins it and does not wait.
    pub(super) fn begin(&self, arguments: &[&str]) -> Begun {
        let child = Command::new(env!("CARGO_BIN_EXE_gateway"))
            .arg("migrate")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs([("ENVIRONMENT", "test"), ("DATABASE_URL", self.url.as_str())])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Begun { child }
    }

    /// Rows as `a|b`, one text each.
    pub(super) async fn rows(&self, sql: &str) -> Vec<String> {
        rows(&self.client, sql).await
    }

    pub(super) async fn is_there(&self, relation: &str) -> bool {
        self.rows(&format!("SELECT to_regclass('{relation}') IS NOT NULL")).await == ["t"]
    }

    pub(super) async fn versions(&self) -> Vec<String> {
        self.rows("SELECT version FROM gateway.schema_history ORDER BY version").await
    }

    /// Somebody else's session.
    pub(super) async fn other(&self) -> (Client, JoinSet<Result<(), tokio_postgres::Error>>) {
        connect(&self.url).await
    }

    /// Until the gateway's session waits for a lock inside a statement that begins so; its server process.
    pub(super) async fn blocked(&self, statement: &str) -> i32 {
        let sql = format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                AND application_name = 'gateway migrate' AND query LIKE '{statement}%'"
        );
        let seen = async {
            loop {
                if let Some(pid) = self.rows(&sql).await.first() {
                    return pid.parse().unwrap();
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.unwrap()
    }

    /// Until no session of the gateway's is left.
    pub(super) async fn deserted(&self) {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'gateway migrate'";
        let gone = async {
            while self.rows(sql).await != ["0"] {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, gone).await.unwrap();
    }
}

/// A command that runs.
pub(super) struct Begun {
    child: Child,
}

impl Begun {
    /// The next line that it tells beside its answer.
    pub(super) fn told(&mut self) -> String {
        let mut line = String::new();
        // Byte by byte: what is read ahead here would be lost for the end.
        let stderr = self.child.stderr.as_mut().unwrap();
        BufReader::with_capacity(1, stderr).read_line(&mut line).unwrap();
        line
    }

    /// It is there, and does nothing any more.
    pub(super) fn stop(&self) {
        let ended = Command::new("kill").args(["-STOP", &self.child.id().to_string()]).status();
        assert!(ended.unwrap().success());
    }

    /// Nobody reads what it tells any more; its exit code.
    pub(super) fn unheard(mut self) -> Option<i32> {
        drop((self.child.stdout.take(), self.child.stderr.take()));
        self.child.wait().unwrap().code()
    }

    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn end(mut self) -> (i32, String, String) {
        let mut texts = [String::new(), String::new()];
        self.child.stdout.as_mut().unwrap().read_to_string(&mut texts[0]).unwrap();
        self.child.stderr.as_mut().unwrap().read_to_string(&mut texts[1]).unwrap();
        let code = self.child.wait().unwrap().code().unwrap();
        let [stdout, stderr] = texts.map(|text| timeless(&text));
        (code, stdout, stderr)
    }
}

async fn connect(url: &str) -> (Client, JoinSet<Result<(), tokio_postgres::Error>>) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    (client, driver)
}

pub(super) async fn rows(client: &Client, sql: &str) -> Vec<String> {
    let messages = client.simple_query(sql).await.unwrap();
    let row = |message: SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => {
            let columns: Vec<_> = (0..row.len()).map(|column| row.get(column).unwrap_or("")).collect();
            Some(columns.join("|"))
        }
        _ => None,
    };
    messages.into_iter().filter_map(row).collect()
}

/// How long something took, and when it was, are different each time.
pub(super) fn timeless(text: &str) -> String {
    let text = Regex::new(r"in \d+\.\d s").unwrap().replace_all(text, "in N s").into_owned();
    let text = Regex::new(r"20\d\d-\d\d-\d\dT[\d:.]+Z?").unwrap().replace_all(&text, "then").into_owned();
    Regex::new(r"process \d+").unwrap().replace_all(&text, "process N").into_owned()
}

/// A migration that makes one table in the gateway's schema.
pub(super) fn table(stem: &'static str, name: &str) -> (&'static str, String, String) {
    let up = format!("{UP}CREATE TABLE gateway.{name} (id int PRIMARY KEY, note text);\n");
    (stem, up, format!("{DOWN}DROP TABLE gateway.{name};\n"))
}
