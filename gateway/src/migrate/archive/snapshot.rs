//! Which tables, columns and sequences there are at one moment, by what identifies them for ever.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use crate::migrate::{bookkeeping, failure::MigrateError};

pub(super) struct Snapshot {
    pub(super) columns: BTreeMap<(u32, i16), Column>,
    /// Tables with rows of their own, and sequences; names quoted and with their schema.
    pub(super) relations: BTreeMap<u32, Relation>,
}

pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    /// Its type is PostgreSQL's own, and so outlives whatever a migration drops.
    pub(super) is_builtin: bool,
    pub(super) is_generated: bool,
}

pub(super) struct Relation {
    pub(super) name: String,
    pub(super) is_sequence: bool,
    /// The columns of its primary key.
    pub(super) key: Vec<i16>,
    /// The file with its rows: another one when they were written anew, or thrown away.
    pub(super) file: u32,
    /// Rows that this transaction has put there or deleted; what came before it may be among them.
    pub(super) inserted: i64,
    pub(super) deleted: i64,
}

/// Its own bookkeeping is not a migration's to drop; a temporary table ends by itself.
const RELATIONS: &str = "
    SELECT c.oid, format('%I.%I', n.nspname, c.relname), c.relkind = 'S',
        coalesce((SELECT i.indkey::int2[] FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary), '{}'),
        coalesce(pg_relation_filenode(c.oid), 0), pg_stat_get_xact_tuples_inserted(c.oid),
        pg_stat_get_xact_tuples_deleted(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'S') AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'gateway_archive')
    AND NOT (n.nspname = 'gateway' AND c.relname = ANY ($1))";

const COLUMNS: &str = "
    SELECT a.attrelid, a.attnum, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        t.typnamespace = 'pg_catalog'::regnamespace, a.attgenerated <> ''
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped";

impl Snapshot {
    pub(super) async fn read(client: &Client) -> Result<Self, MigrateError> {
        let mut relations = BTreeMap::new();
        for row in client.query(RELATIONS, &[&&bookkeeping::TABLES[..]]).await? {
            let relation = Relation {
                name: row.try_get(1)?,
                is_sequence: row.try_get(2)?,
                key: row.try_get(3)?,
                file: row.try_get(4)?,
                inserted: row.try_get(5)?,
                deleted: row.try_get(6)?,
            };
            relations.insert(row.try_get(0)?, relation);
        }
        let tables: Vec<u32> =
            relations.iter().filter(|(_, relation)| !relation.is_sequence).map(|(oid, _)| *oid).collect();
        let mut columns = BTreeMap::new();
        for row in client.query(COLUMNS, &[&tables]).await? {
            let column = Column {
                name: row.try_get(2)?,
                kind: row.try_get(3)?,
                is_builtin: row.try_get(4)?,
                is_generated: row.try_get(5)?,
            };
            columns.insert((row.try_get(0)?, row.try_get(1)?), column);
        }
        Ok(Self { columns, relations })
    }

    pub(super) fn columns_of(&self, table: u32) -> impl Iterator<Item = (i16, &Column)> {
        self.columns
            .range((table, i16::MIN)..=(table, i16::MAX))
            .map(|((_, number), column)| (*number, column))
    }

    pub(super) fn find(&self, name: &str) -> Option<(u32, &Relation)> {
        let found = self.relations.iter().find(|(_, relation)| relation.name == name);
        found.map(|(oid, relation)| (*oid, relation))
    }
}
