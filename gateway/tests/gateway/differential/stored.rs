//! What stands in every table, as JSON in which an instant always has its six digits.

use std::collections::BTreeMap;

use gateway::parity::Answer;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

const COLUMNS: &str = "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c \
     JOIN information_schema.tables t USING (table_schema, table_name) \
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> 'alembic_version' \
     ORDER BY c.table_name, c.ordinal_position";

/// The rows of each table in the order of its first columns, which are its key.
pub(super) async fn tables(url: &str) -> BTreeMap<String, Vec<String>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    let mut columns: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in texts(&client, COLUMNS).await {
        let [table, column, kind] = row.try_into().unwrap();
        columns.entry(table).or_default().push((column, kind));
    }
    assert!(columns.len() >= 5, "{columns:?}");
    let mut tables = BTreeMap::new();
    for (table, columns) in columns {
        let members: Vec<_> =
            columns.iter().map(|(name, kind)| format!("'{name}', {}", value(name, kind))).collect();
        let sql = format!(
            "SELECT json_build_object({})::text FROM {table} ORDER BY {}, {}",
            members.join(", "),
            columns[0].0,
            columns[1].0
        );
        let rows = texts(&client, &sql).await;
        tables.insert(table, rows.into_iter().flatten().collect());
    }
    tables
}

/// Rows as if they had been answered, for the one comparator.
pub(super) fn answer(rows: &[String]) -> Answer {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Answer { status: 200, headers, body: format!("[{}]", rows.join(",")).into() }
}

fn value(name: &str, kind: &str) -> String {
    match kind {
        "timestamp without time zone" => format!("to_char({name}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"),
        "timestamp with time zone" => {
            format!("to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        // As text, or an exponent would be read as another number.
        "double precision" | "numeric" => format!("{name}::text"),
        _ => name.to_owned(),
    }
}

async fn texts(client: &Client, sql: &str) -> Vec<Vec<String>> {
    let messages = client.simple_query(sql).await.unwrap();
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|at| row.get(at).unwrap_or_default().to_owned()).collect())
        }
        _ => None,
    });
    rows.collect()
}
