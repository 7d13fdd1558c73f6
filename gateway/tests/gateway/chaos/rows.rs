//! What the database holds after a run, and who is still connected to it.

use std::{collections::HashMap, time::Duration};

use tokio::{task::JoinSet, time::timeout};
use tokio_postgres::{Client, NoTls};

/// For a transaction that was given up to be rolled back, and for its connection to be closed.
const QUIET_WITHIN: Duration = Duration::from_secs(5);

pub(crate) struct Rows {
    /// How often each title was written, by the ledger.
    pub(crate) written: HashMap<String, i64>,
    /// Tasks without their row of the ledger, rows without their task, tasks that are there twice.
    pub(crate) by_half: i64,
}

/// Sessions of the gateway's.
#[derive(Debug)]
pub(crate) struct Sessions {
    pub(crate) total: i64,
    pub(crate) busy: i64,
}

pub(crate) struct Inspector {
    client: Client,
    _driver: JoinSet<()>,
}

impl Inspector {
    pub(crate) async fn connect(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let mut driver = JoinSet::new();
        driver.spawn(async move { drop(connection.await) });
        Self { client, _driver: driver }
    }

    pub(crate) async fn tasks_of_user(&self, user: i32) -> Vec<i32> {
        let sql = "SELECT id FROM tasks WHERE owner_id = $1 ORDER BY id";
        self.client.query(sql, &[&user]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// The sessions once no transaction is open, or those that still have one when that takes too long.
    pub(crate) async fn sessions(&self) -> Sessions {
        let settle = async {
            while self.count().await.busy > 0 {
                // Waits where a loop would only ask: a transaction that is open now may end by itself.
                self.client.batch_execute("SELECT pg_sleep(0.05)").await.unwrap();
            }
        };
        // Whoever is late is counted.
        let _ = timeout(QUIET_WITHIN, settle).await;
        self.count().await
    }

    async fn count(&self) -> Sessions {
        let sql = "SELECT count(*), count(*) FILTER (WHERE state <> 'idle') FROM pg_stat_activity \
                   WHERE datname = current_database() AND usename = 'app' AND application_name <> 'crowd'";
        let row = self.client.query_one(sql, &[]).await.unwrap();
        Sessions { total: row.get(0), busy: row.get(1) }
    }

    pub(crate) async fn rows(&self) -> Rows {
        let ledger =
            self.client.query("SELECT title, count(*) FROM ledger GROUP BY title", &[]).await.unwrap();
        let by_half = "
            SELECT (SELECT count(*) FROM tasks WHERE title ~ '^(made|changed) ' AND NOT EXISTS
                       (SELECT FROM ledger WHERE task_id = tasks.id AND ledger.title = tasks.title))
                 + (SELECT count(*) FROM ledger WHERE NOT EXISTS (SELECT FROM tasks WHERE id = task_id))
                 + (SELECT count(*) FROM (SELECT FROM tasks WHERE title ~ '^made ' GROUP BY title HAVING count(*) > 1) twice)";
        Rows {
            written: ledger.iter().map(|row| (row.get(0), row.get(1))).collect(),
            by_half: self.client.query_one(by_half, &[]).await.unwrap().get(0),
        }
    }
}
