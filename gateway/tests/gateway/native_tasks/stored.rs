//! What stands in the table of tasks, as text.

use tokio_postgres::SimpleQueryMessage;

use super::generated::Clock;

const COLUMNS: [&str; 11] = [
    "id",
    "title",
    "description",
    "status",
    "priority",
    "estimate_hours",
    "to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')",
    "to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')",
    "due_at AT TIME ZONE 'UTC'",
    "owner_id",
    "project_id",
];

/// All rows by id, every column.
pub(super) async fn rows(url: &str, clock: &Clock) -> Vec<Vec<Option<String>>> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    let sql = format!("SELECT {} FROM tasks ORDER BY id", COLUMNS.join(", "));
    let messages = client.simple_query(&sql).await.unwrap();
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(
            (0..COLUMNS.len())
                .map(|column| {
                    let text = row.get(column)?;
                    Some(if clock.is_reading(text) { "<now>" } else { text }.to_owned())
                })
                .collect(),
        ),
        _ => None,
    });
    rows.collect()
}

/// Changes the database under a running gateway.
pub(crate) async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    client.batch_execute(sql).await.unwrap();
}
