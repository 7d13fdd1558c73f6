//! A connection of the test's own, past the gateway.

use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls};

pub(super) struct Sql {
    pub(super) client: Client,
    _driver: JoinSet<()>,
}

impl Sql {
    pub(super) async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let mut driver = JoinSet::new();
        driver.spawn(async move { connection.await.unwrap() });
        Self { client, _driver: driver }
    }

    pub(super) async fn run(&self, statements: &str) {
        self.client.batch_execute(statements).await.unwrap();
    }

    /// The values of the first column, as text.
    pub(super) async fn texts(&self, query: &str) -> Vec<String> {
        let rows = self.client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, Option<String>>(0).unwrap_or_default()).collect()
    }
}
