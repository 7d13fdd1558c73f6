//! Who keeps the catalog from being read: a session that has locked a table against everybody.

use tokio_postgres::Client;

use super::failure::MigrateError;

/// An error that only says how long was waited becomes one that says for whom. Call it outside of a transaction.
pub async fn explain(client: &Client, error: MigrateError) -> MigrateError {
    if !error.is_in_use() {
        return error;
    }
    let query = "SELECT format('%s.%I, server process %s, application `%s`, since %s', c.relnamespace::regnamespace, c.relname, a.pid,
            a.application_name, to_char(coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC',
            'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))
        FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation
        WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'AccessExclusiveLock' AND c.relkind <> 'i'
        AND a.datname = current_database() AND a.pid <> pg_backend_pid() ORDER BY 1";
    match client.query(query, &[]).await {
        Ok(rows) => {
            let holders: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
            let gone = "it has just ended; try again".to_owned();
            MigrateError::Occupied(if holders.is_empty() { gone } else { holders.join("; ") })
        }
        Err(_) => error,
    }
}
