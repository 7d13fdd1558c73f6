//! What a row of a table must be like, as far as the catalog tells.

use tokio_postgres::{Client, Error};

pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) parents: Vec<Parent>,
    pub(super) rules: Vec<Rule>,
}

pub(super) struct Column {
    pub(super) name: String,
    /// As a cast names it.
    pub(super) written_type: String,
    /// Below domains; of an array, the type of its elements.
    pub(super) base_type: String,
    pub(super) is_array: bool,
    pub(super) is_required: bool,
    pub(super) has_default: bool,
    /// The database gives the value: a sequence, an identity, an expression.
    pub(super) is_given: bool,
    pub(super) labels: Vec<String>,
    /// The checks that name it.
    pub(super) checks: Vec<String>,
}

/// A foreign key.
pub(super) struct Parent {
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    pub(super) table_columns: Vec<String>,
}

/// A constraint or a unique index, and the columns that may offend it.
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

const COLUMNS: &str = r"
SELECT quote_ident(attname), format_type(atttypid, atttypmod), coalesce(e.typname, b.typname)::text,
    e.oid IS NOT NULL, attnotnull OR t.typnotnull, atthasdef,
    attidentity <> '' OR attgenerated <> '' OR coalesce(pg_get_expr(adbin, adrelid) LIKE 'nextval(%', false),
    ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = coalesce(e.oid, b.oid) ORDER BY enumsortorder),
    ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
        WHERE contype = 'c' AND (conrelid = attrelid AND attnum = ANY (conkey) OR contypid = t.oid))
FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid
JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum";

const PARENTS: &str = r"
SELECT ARRAY(SELECT quote_ident(attname) FROM unnest(conkey) WITH ORDINALITY u(number, place)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place),
    quote_ident(nspname) || '.' || quote_ident(relname),
    ARRAY(SELECT quote_ident(attname) FROM unnest(confkey) WITH ORDINALITY u(number, place)
        JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place)
FROM pg_constraint JOIN pg_class c ON c.oid = confrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE conrelid = $1::text::regclass AND contype = 'f' ORDER BY conname";

const RULES: &str = r"
SELECT conname::text, ARRAY(SELECT quote_ident(attname) FROM pg_attribute
    WHERE attrelid = conrelid AND attnum = ANY (conkey))
FROM pg_constraint WHERE conrelid = $1::text::regclass AND conkey IS NOT NULL
UNION ALL
SELECT relname::text, ARRAY(SELECT quote_ident(attname) FROM pg_attribute
    WHERE attrelid = indrelid AND attnum = ANY (indkey::int2[]))
FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = $1::text::regclass AND indisunique";

impl Table {
    pub(super) async fn read(client: &Client, name: &str) -> Result<Self, Error> {
        let ask = async |query: &str| client.query(query, &[&name]).await;
        let column = |row: &tokio_postgres::Row| Column {
            name: row.get(0),
            written_type: row.get(1),
            base_type: row.get(2),
            is_array: row.get(3),
            is_required: row.get(4),
            has_default: row.get(5),
            is_given: row.get(6),
            labels: row.get(7),
            checks: row.get(8),
        };
        Ok(Self {
            name: name.to_owned(),
            columns: ask(COLUMNS).await?.iter().map(column).collect(),
            parents: ask(PARENTS)
                .await?
                .iter()
                .map(|row| Parent { columns: row.get(0), table: row.get(1), table_columns: row.get(2) })
                .collect(),
            rules: ask(RULES)
                .await?
                .iter()
                .map(|row| Rule { name: row.get(0), columns: row.get(1) })
                .collect(),
        })
    }

    /// Columns of a type for which no value is known.
    pub(super) fn unknown(&self) -> impl Iterator<Item = String> {
        let is_child =
            |column: &Column| self.parents.iter().any(|parent| parent.columns.contains(&column.name));
        let unknown = self.columns.iter().filter(move |column| {
            !column.is_given && !is_child(column) && super::value::candidates(column, 0).is_empty()
        });
        unknown.map(|column| {
            format!(
                "{}.{}: no probe value is known for type `{}`",
                self.name, column.name, column.written_type
            )
        })
    }
}
