//! What stands in the tables that native routes write to, as text.

use std::collections::BTreeMap;

use tokio_postgres::SimpleQueryMessage;

use super::generated::Clock;

/// Each with the columns by which its rows are in order.
const TABLES: [(&str, &str); 6] = [
    ("users", "id"),
    ("projects", "id"),
    ("tasks", "id"),
    ("tags", "id"),
    ("task_tags", "task_id, tag_id"),
    ("comments", "id"),
];

/// One row: its table, and the text of every column by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) table: &'static str,
    columns: BTreeMap<String, Option<String>>,
}

impl Stored {
    /// A column that is there and not null.
    pub(super) fn text(&self, column: &str) -> &str {
        self.columns[column].as_deref().unwrap()
    }
}

/// All rows of all tables in order, readings of the clock taken out.
pub(super) async fn rows(url: &str, clock: &Clock) -> Vec<Stored> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    client.batch_execute("SET timezone = 'UTC'").await.unwrap();
    let mut rows = Vec::new();
    for (table, order) in TABLES {
        let sql = format!("SELECT * FROM {table} ORDER BY {order}");
        for message in client.simple_query(&sql).await.unwrap() {
            let SimpleQueryMessage::Row(row) = message else { continue };
            let columns = row.columns().iter().enumerate().map(|(index, column)| {
                let text = row.get(index).map(|text| if clock.is_stored(text) { "<now>" } else { text });
                (column.name().to_owned(), text.map(str::to_owned))
            });
            rows.push(Stored { table, columns: columns.collect() });
        }
    }
    rows
}

/// Changes the database under a running gateway.
pub(crate) async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    client.batch_execute(sql).await.unwrap();
}
