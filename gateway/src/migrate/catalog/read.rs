//! Asks `pg_catalog` for everything, in one frame of mind: nothing is on the `search_path`, so every name is told whole.

use tokio_postgres::{Client, Error};

use super::{Catalog, Kind, Name, Object, code, relation, space};

/// The engine's own tables: they come and go with the gateway, not with a migration.
const BOOKKEEPING: &str =
    "'schema_history', 'migration_step', 'migration_down', 'baseline', 'baseline_object', 'baseline_before'";

/// One kind of objects; the query answers `name, table, definition`, all text, and may use what `PREFIX` defines.
pub(super) struct Reading {
    pub(super) kind: Kind,
    pub(super) query: String,
}

/// Works within a transaction and outside of one. Leaves the `search_path` as it was.
pub async fn read(client: &Client) -> Result<Catalog, Error> {
    let before: String = client.query_one("SELECT current_setting('search_path')", &[]).await?.get(0);
    look_in(client, "").await?;
    let catalog = read_all(client).await;
    // After an error in a transaction the server refuses this, and gives the old path back with the rollback.
    let restored = look_in(client, &before).await;
    let catalog = catalog?;
    restored?;
    Ok(catalog)
}

async fn look_in(client: &Client, path: &str) -> Result<(), Error> {
    client.query_one("SELECT set_config('search_path', $1, false)", &[&path]).await.map(drop)
}

async fn read_all(client: &Client) -> Result<Catalog, Error> {
    let mut catalog = Catalog::default();
    let prefix = prefix();
    for Reading { kind, query } in
        space::readings().into_iter().chain(relation::readings()).chain(code::readings())
    {
        for row in client.query(&format!("{prefix}{query}"), &[]).await? {
            let name = Name { kind, name: row.try_get(0)? };
            let object = Object { table: row.try_get(1)?, definition: row.try_get(2)? };
            catalog.objects.insert(name, object);
        }
    }
    for row in client.query(&format!("{prefix}{}", relation::ORDER), &[]).await? {
        catalog.order.insert(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(catalog)
}

/// `foreign_to_us(class, oid)`: what an extension made. `space`: the schemas. `relation`: what is in them.
fn prefix() -> String {
    format!(
        r"WITH made AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
space AS (
    SELECT n.oid, quote_ident(nspname) AS name, nspname, nspowner, nspacl FROM pg_namespace n
    WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'gateway_archive')
    AND NOT EXISTS (SELECT FROM made WHERE classid = 'pg_namespace'::regclass AND objid = n.oid)
),
relation AS (
    SELECT c.*, c.oid AS id, s.name || '.' || quote_ident(relname) AS name
    FROM pg_class c JOIN space s ON s.oid = relnamespace
    WHERE NOT (nspname = 'gateway' AND relname IN ({BOOKKEEPING}))
    AND NOT EXISTS (SELECT FROM made WHERE classid = 'pg_class'::regclass AND objid = c.oid)
)
"
    )
}

/// A line for each privilege that somebody else than the owner has.
pub(super) fn grants(privileges: &str, kind: char, owner: &str) -> String {
    format!(
        r#"(SELECT string_agg(concat('grant ', privilege_type, ' to ', coalesce(quote_ident(rolname), 'PUBLIC'),
            CASE WHEN is_grantable THEN ' with grant option' END), E'\n'
            ORDER BY rolname COLLATE "C" NULLS FIRST, privilege_type)
        FROM aclexplode(coalesce({privileges}, acldefault('{kind}', {owner}))) g
        LEFT JOIN pg_roles ON pg_roles.oid = grantee WHERE grantee <> {owner})"#
    )
}

pub(super) fn owner(column: &str) -> String {
    format!("'owner ' || quote_ident(pg_get_userbyid({column}))")
}

pub(super) fn comment(object: &str, catalog: &str) -> String {
    format!("'comment ' || quote_literal(obj_description({object}, '{catalog}'))")
}
