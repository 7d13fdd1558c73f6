//! A session of the test's own beside those of the gateway: it holds locks, and looks at what is stored.

use compat_tests::{client::Client as HttpClient, sample::Version};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::house::{House, Setting, bearer, database, token};

pub(super) const UPDATE: &str = "PATCH /api/tasks/{task_id}";
pub(super) const CREATE: &str = "POST /api/tasks";

/// What a blocked change would make of the first task.
pub(super) const CHANGE: &[u8] = b"{\"title\":\"never seen\"}";

/// A client whose change waits for the row of the first task, which the locker holds from now on.
pub(super) async fn blocked_change(house: &House, locker: &Session, watcher: &Session) -> HttpClient {
    locker.execute("BEGIN; SELECT 1 FROM tasks WHERE id = 1 FOR UPDATE").await;
    let (authorization, length) = (bearer(&token(1)), CHANGE.len().to_string());
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("content-length", &length),
    ];
    let mut client = house.client().await;
    client.begin("PATCH", "/api/tasks/1", &headers).await.unwrap();
    client.send(CHANGE).await.unwrap();
    watcher.wait_for_waiting(1).await;
    client
}

pub(crate) struct Session {
    client: Client,
    _driver: JoinSet<Result<(), tokio_postgres::Error>>,
}

impl Session {
    pub(crate) async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        Self { client, _driver: driver }
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap();
    }

    /// All that a query shows, as one text.
    pub(crate) async fn text(&self, sql: &str) -> String {
        let messages = self.client.simple_query(sql).await.unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len()).map(|column| row.get(column).unwrap_or("null")).collect::<Vec<_>>().join("|"),
            ),
            _ => None,
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    /// Asks until the answer is this; the server paces the asking.
    pub(crate) async fn wait_for(&self, sql: &str, expected: &str) {
        let mut last = String::new();
        for _ in 0..600 {
            last = self.text(sql).await;
            if last == expected {
                return;
            }
            self.text("SELECT pg_sleep(0.01)").await;
        }
        panic!("{sql} tells {last}, not {expected}");
    }

    pub(crate) async fn wait_for_waiting(&self, expected: usize) {
        self.wait_for(WAITING, &expected.to_string()).await;
    }
}

/// The gateway's sessions on this database that wait for a lock.
pub(super) const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND application_name = 'gateway' AND wait_event_type = 'Lock'";
/// Those in a transaction.
pub(super) const IN_TRANSACTION: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND application_name = 'gateway' AND xact_start IS NOT NULL";

/// Writing routes native, on a database of the test's own.
pub(super) fn setting(owner: &str) -> Setting {
    let entries = [(UPDATE, owner), (CREATE, owner)];
    let mut setting = Setting::sample(Version::Newest).with_routes(&entries);
    setting.database_url = database();
    setting
}
