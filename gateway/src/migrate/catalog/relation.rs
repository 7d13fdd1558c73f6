//! Tables with their columns, constraints and indexes; sequences and views.

use super::{
    Kind,
    read::{Reading, comment, grants, owner},
};

pub(super) fn readings() -> Vec<Reading> {
    vec![sequences(), tables(), columns(), constraints(), indexes(), statistics(), views()]
}

/// Of each table, in the order of creation.
pub(super) const ORDER: &str = "SELECT name, array_agg(quote_ident(attname) ORDER BY attnum)
    FROM relation JOIN pg_attribute ON attrelid = id
    WHERE relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped GROUP BY name";

/// Where it stands is data. The sequence of a table that was left out is left out with it.
fn sequences() -> Reading {
    let (owner, comment, grants) =
        (owner("r.relowner"), comment("r.id", "pg_class"), grants("r.relacl", 's', "r.relowner"));
    let query = format!(
        r"SELECT r.name, t.name, concat_ws(E'\n', 'type ' || format_type(seqtypid, NULL), 'start ' || seqstart,
            'increment ' || seqincrement, 'minimum ' || seqmin, 'maximum ' || seqmax, 'cache ' || seqcache,
            CASE WHEN seqcycle THEN 'cycle' END, 'owned by ' || t.name || '.' || quote_ident(attname),
            {owner}, {comment}, {grants})
        FROM relation r JOIN pg_sequence ON seqrelid = r.id
        LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.id
            AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
        LEFT JOIN relation t ON t.id = d.refobjid
        LEFT JOIN pg_attribute ON attrelid = d.refobjid AND attnum = d.refobjsubid
        WHERE d.refobjid IS NULL OR t.id IS NOT NULL"
    );
    Reading { kind: Kind::Sequence, query }
}

fn tables() -> Reading {
    let (owner, comment, grants) =
        (owner("relowner"), comment("id", "pg_class"), grants("relacl", 'r', "relowner"));
    let query = format!(
        r"SELECT name, NULL::text, concat_ws(E'\n',
            CASE relkind WHEN 'p' THEN 'partitioned by ' || pg_get_partkeydef(id) WHEN 'f' THEN 'foreign' ELSE 'table' END,
            CASE relpersistence WHEN 'u' THEN 'unlogged' END,
            'partition ' || pg_get_expr(relpartbound, id),
            (SELECT 'inherits ' || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
                FROM pg_inherits WHERE inhrelid = id),
            CASE WHEN relrowsecurity THEN 'row level security' END,
            CASE WHEN relforcerowsecurity THEN 'forced row level security' END,
            CASE WHEN relreplident <> 'd' THEN 'replica identity ' || relreplident::text END,
            'with ' || array_to_string(reloptions, ', '),
            {owner}, {comment}, {grants})
        FROM relation WHERE relkind IN ('r', 'p', 'f')"
    );
    Reading { kind: Kind::Table, query }
}

fn columns() -> Reading {
    let grants = grants("attacl", 'c', "relowner");
    let query = format!(
        r"SELECT name || '.' || quote_ident(attname), name, concat_ws(E'\n',
            'type ' || format_type(atttypid, atttypmod),
            CASE WHEN attnotnull THEN 'not null' END,
            CASE attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
            CASE attgenerated WHEN '' THEN 'default ' ELSE 'generated ' || attgenerated::text || ' ' END
                || pg_get_expr(adbin, adrelid),
            CASE WHEN attcollation <> typcollation THEN 'collate ' || attcollation::regcollation::text END,
            CASE WHEN attstorage <> typstorage THEN 'storage ' || attstorage::text END,
            'compression ' || nullif(attcompression::text, ''),
            'statistics ' || nullif(attstattarget, -1),
            'with ' || array_to_string(attoptions, ', '),
            'comment ' || quote_literal(col_description(id, attnum)), {grants})
        FROM relation JOIN pg_attribute ON attrelid = id JOIN pg_type t ON t.oid = atttypid
        LEFT JOIN pg_attrdef ON adrelid = id AND adnum = attnum
        WHERE relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped"
    );
    Reading { kind: Kind::Column, query }
}

/// That a column is not null is said by the column, as older servers have it.
fn constraints() -> Reading {
    let comment = comment("k.oid", "pg_constraint");
    let query = format!(
        r"SELECT name || ' ' || quote_ident(conname), name, concat_ws(E'\n', pg_get_constraintdef(k.oid), {comment})
        FROM relation JOIN pg_constraint k ON conrelid = id WHERE contype NOT IN ('t', 'n')"
    );
    Reading { kind: Kind::Constraint, query }
}

/// The index behind a constraint is told by the constraint.
fn indexes() -> Reading {
    let comment = comment("i.id", "pg_class");
    let query = format!(
        r"SELECT i.name, t.name, concat_ws(E'\n', pg_get_indexdef(indexrelid),
            CASE WHEN NOT indisvalid THEN 'INVALID' END, CASE WHEN indisclustered THEN 'clustered' END,
            CASE WHEN indisreplident THEN 'replica identity' END, {comment})
        FROM pg_index JOIN relation i ON i.id = indexrelid JOIN relation t ON t.id = indrelid
        WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))"
    );
    Reading { kind: Kind::Index, query }
}

fn statistics() -> Reading {
    let query = r"SELECT s.name || '.' || quote_ident(stxname), r.name, pg_get_statisticsobjdef(x.oid)
        FROM pg_statistic_ext x JOIN space s ON s.oid = stxnamespace JOIN relation r ON r.id = stxrelid";
    Reading { kind: Kind::Statistics, query: query.to_owned() }
}

fn views() -> Reading {
    let (owner, comment, grants) =
        (owner("relowner"), comment("id", "pg_class"), grants("relacl", 'r', "relowner"));
    let query = format!(
        r"SELECT name, NULL::text, concat_ws(E'\n', CASE relkind WHEN 'm' THEN 'materialized' END,
            pg_get_viewdef(id), 'with ' || array_to_string(reloptions, ', '), {owner}, {comment}, {grants})
        FROM relation WHERE relkind IN ('v', 'm')"
    );
    Reading { kind: Kind::View, query }
}
