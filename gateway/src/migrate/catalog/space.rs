//! Schemas, extensions and types: what tables stand in and are made of.

use super::{
    Kind,
    read::{Reading, comment, grants, owner},
};

pub(super) fn readings() -> Vec<Reading> {
    vec![schemas(), extensions(), types()]
}

/// Schema `gateway` is the engine's: it is there before the first migration and after the last.
fn schemas() -> Reading {
    let (owner, comment, grants) =
        (owner("nspowner"), comment("oid", "pg_namespace"), grants("nspacl", 'n', "nspowner"));
    let query = format!(
        r"SELECT name, NULL::text, concat_ws(E'\n', {owner}, {comment}, {grants}) FROM space
        WHERE nspname <> 'gateway'"
    );
    Reading { kind: Kind::Schema, query }
}

fn extensions() -> Reading {
    let query = r"SELECT quote_ident(extname), NULL::text,
            concat_ws(E'\n', 'version ' || extversion, 'schema ' || quote_ident(nspname))
        FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace";
    Reading { kind: Kind::Extension, query: query.to_owned() }
}

/// The type of each table's rows and the array of each type come with these and say nothing of their own.
fn types() -> Reading {
    let (owner, comment, grants) =
        (owner("typowner"), comment("t.oid", "pg_type"), grants("typacl", 'T', "typowner"));
    let query = format!(
        r"SELECT s.name || '.' || quote_ident(typname), NULL::text, concat_ws(E'\n',
            CASE typtype
            WHEN 'e' THEN (SELECT E'enum\n' || string_agg(quote_literal(enumlabel), E'\n' ORDER BY enumsortorder)
                FROM pg_enum WHERE enumtypid = t.oid)
            WHEN 'd' THEN concat_ws(E'\n', 'domain ' || format_type(typbasetype, typtypmod),
                CASE WHEN typnotnull THEN 'not null' END, 'default ' || typdefault,
                (SELECT string_agg(concat(quote_ident(conname), ' ', pg_get_constraintdef(k.oid)), E'\n' ORDER BY conname)
                    FROM pg_constraint k WHERE contypid = t.oid AND contype = 'c'))
            WHEN 'c' THEN (SELECT E'composite\n' || string_agg(
                    concat(quote_ident(attname), ' ', format_type(atttypid, atttypmod)), E'\n' ORDER BY attnum)
                FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped)
            WHEN 'r' THEN (SELECT 'range of ' || format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = t.oid)
            ELSE 'base' END,
            {owner}, {comment}, {grants})
        FROM pg_type t JOIN space s ON s.oid = typnamespace
        WHERE typtype IN ('e', 'd', 'c', 'r', 'b') AND typelem = 0
        AND (typrelid = 0 OR EXISTS (SELECT FROM pg_class WHERE oid = typrelid AND relkind = 'c'))
        AND NOT EXISTS (SELECT FROM made WHERE classid = 'pg_type'::regclass AND objid = t.oid)"
    );
    Reading { kind: Kind::Type, query }
}
