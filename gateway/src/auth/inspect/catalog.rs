//! The tables of the database as its catalog has them: columns, what is unique, what refers to what. No row is read.

use tokio_postgres::{Row, types::Type};

use super::explorer::{Explorer, InspectError, read};
use crate::contract::profile::users::{IdKind, TableName};

pub(super) const MOST_TABLES: usize = 2000;

pub(super) struct Catalog {
    pub(super) tables: Vec<Table>,
    pub(super) references: Vec<Reference>,
    /// There are more tables than these.
    pub(super) is_cut: bool,
}

pub(super) struct Table {
    pub(super) oid: u32,
    /// With its schema only where it is not found without.
    pub(super) name: TableName,
    schema: String,
    /// Whether this role may look into it.
    pub(super) readable: bool,
    /// By the statistics; negative where there are none.
    pub(super) rows: f64,
    pub(super) columns: Vec<Column>,
    pub(super) unique: Vec<Unique>,
}

pub(super) struct Column {
    pub(super) name: String,
    /// As the database writes it, with its length.
    pub(super) shown: String,
    /// The bare name of the type, or `array`.
    pub(super) base: String,
    pub(super) longest: Option<i32>,
    pub(super) nullable: bool,
    pub(super) has_default: bool,
    /// Of an enumeration.
    pub(super) labels: Vec<String>,
}

pub(super) struct Unique {
    pub(super) is_primary: bool,
    /// As PostgreSQL writes them.
    pub(super) expressions: Vec<String>,
}

/// A foreign key of one column.
pub(super) struct Reference {
    pub(super) from: u32,
    pub(super) column: String,
    pub(super) to: u32,
}

const TABLES: &str = "SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, \
    pg_table_is_visible(c.oid) AS visible, c.reltuples::float8 AS rows, \
    has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('information_schema', 'gateway') \
    AND n.nspname !~ '^pg_' ORDER BY c.oid LIMIT $1";

const COLUMNS: &str = "SELECT a.attrelid AS table, a.attname::text AS name, \
    format_type(a.atttypid, a.atttypmod) AS shown, \
    CASE WHEN t.typcategory = 'A' THEN 'array' ELSE t.typname::text END AS base, \
    CASE WHEN a.atttypmod > 4 AND t.typname IN ('varchar', 'bpchar') THEN a.atttypmod - 4 END AS longest, \
    NOT a.attnotnull AS nullable, a.atthasdef OR a.attidentity <> '' AS has_default, \
    array(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) \
    AS labels FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    WHERE a.attrelid = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";

/// Of partial ones none: they leave rows out. One that is not valid yet holds nothing.
const UNIQUE: &str = "SELECT i.indrelid AS table, i.indisprimary AS is_primary, \
    array(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k) AS expressions \
    FROM pg_catalog.pg_index i WHERE i.indrelid = ANY($1) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL \
    ORDER BY i.indexrelid";

const REFERENCES: &str = "SELECT c.conrelid AS table, c.confrelid AS target, a.attname::text AS column \
    FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid \
    AND a.attnum = c.conkey[1] WHERE c.contype = 'f' AND cardinality(c.conkey) = 1 AND c.conrelid = ANY($1) \
    ORDER BY c.oid";

impl Catalog {
    pub(super) async fn read(explorer: &Explorer<'_>) -> Result<Self, InspectError> {
        let most = i64::try_from(MOST_TABLES + 1).unwrap_or(i64::MAX);
        let rows = explorer.ask(TABLES, &[(&most, Type::INT8)]).await?;
        let is_cut = rows.len() > MOST_TABLES;
        let mut tables: Vec<Table> =
            rows.iter().take(MOST_TABLES).map(Table::of).collect::<Result<_, _>>()?;
        // Such a name cannot be written in a profile.
        tables.retain(|table| !table.name.name.contains('.') && !table.schema.contains('.'));
        let oids: Vec<u32> = tables.iter().map(|table| table.oid).collect();
        let of_tables = [(&oids as &(dyn tokio_postgres::types::ToSql + Sync), Type::OID_ARRAY)];
        for row in explorer.ask(COLUMNS, &of_tables).await? {
            if let Some(table) = find(&mut tables, read(&row, "table")?) {
                table.columns.push(Column::of(&row)?);
            }
        }
        for row in explorer.ask(UNIQUE, &of_tables).await? {
            if let Some(table) = find(&mut tables, read(&row, "table")?) {
                let (is_primary, expressions) = (read(&row, "is_primary")?, read(&row, "expressions")?);
                table.unique.push(Unique { is_primary, expressions });
            }
        }
        let reference = |row: &Row| {
            let (from, to, column) = (read(row, "table")?, read(row, "target")?, read(row, "column")?);
            Ok(Reference { from, column, to })
        };
        let references = explorer.ask(REFERENCES, &of_tables).await?;
        let references = references.iter().map(reference).collect::<Result<_, InspectError>>()?;
        Ok(Self { tables, references, is_cut })
    }

    pub(super) fn by_oid(&self, oid: u32) -> Option<&Table> {
        self.tables.iter().find(|table| table.oid == oid)
    }

    /// How many tables have a foreign key to this one.
    pub(super) fn referrers(&self, oid: u32) -> usize {
        let mut from: Vec<u32> = self
            .references
            .iter()
            .filter(|reference| reference.to == oid && reference.from != oid)
            .map(|reference| reference.from)
            .collect();
        from.sort_unstable();
        from.dedup();
        from.len()
    }
}

/// They are in this order.
fn find(tables: &mut [Table], oid: u32) -> Option<&mut Table> {
    let place = tables.binary_search_by_key(&oid, |table| table.oid).ok()?;
    tables.get_mut(place)
}

impl Table {
    fn of(row: &Row) -> Result<Self, InspectError> {
        let schema: String = read(row, "schema")?;
        let visible: bool = read(row, "visible")?;
        let name = TableName { schema: (!visible).then(|| schema.clone()), name: read(row, "name")? };
        Ok(Self {
            oid: read(row, "oid")?,
            name,
            schema,
            readable: read(row, "readable")?,
            rows: read(row, "rows")?,
            columns: Vec::new(),
            unique: Vec::new(),
        })
    }

    /// Whether a name that a person wrote means this table.
    pub(super) fn is_called(&self, name: &TableName) -> bool {
        let in_schema = match &name.schema {
            Some(schema) => *schema == self.schema,
            None => self.name.schema.is_none(),
        };
        in_schema && name.name == self.name.name
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column of the primary key, where that is one whose type an id may have.
    pub(super) fn id(&self) -> Option<(&Column, IdKind)> {
        let primary = self.unique.iter().find(|unique| unique.is_primary)?;
        let [only] = primary.expressions.as_slice() else { return None };
        let column = self.columns.iter().find(|column| column.is_called(only))?;
        Some((column, column.id_kind()?))
    }

    /// Whether an index of this column alone holds each of its values to one row.
    pub(super) fn is_unique(&self, column: &Column) -> bool {
        self.has_unique(|expression| column.is_called(expression))
    }

    /// The same for its values in lower case.
    pub(super) fn is_unique_in_lower_case(&self, column: &Column) -> bool {
        let inner = |expression: &str| {
            let inner = expression.strip_prefix("lower(")?.strip_suffix(')')?;
            Some(inner.strip_suffix("::text").unwrap_or(inner).to_owned())
        };
        self.has_unique(|expression| inner(expression).is_some_and(|inner| column.is_called(&inner)))
    }

    fn has_unique(&self, is_right: impl Fn(&str) -> bool) -> bool {
        self.unique.iter().any(|unique| matches!(unique.expressions.as_slice(), [one] if is_right(one)))
    }
}

impl Column {
    fn of(row: &Row) -> Result<Self, InspectError> {
        Ok(Self {
            name: read(row, "name")?,
            shown: read(row, "shown")?,
            base: read(row, "base")?,
            longest: read(row, "longest")?,
            nullable: read(row, "nullable")?,
            has_default: read(row, "has_default")?,
            labels: read(row, "labels")?,
        })
    }

    /// Bare, or in quotes where it needs them.
    fn is_called(&self, expression: &str) -> bool {
        expression == self.name || expression == crate::auth::users::quoted(&self.name)
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.base.as_str(), "text" | "varchar" | "bpchar" | "citext")
    }

    pub(super) fn is_moment(&self) -> bool {
        matches!(self.base.as_str(), "timestamp" | "timestamptz" | "date")
    }

    pub(super) fn is_whole(&self) -> bool {
        matches!(self.base.as_str(), "int2" | "int4" | "int8")
    }

    fn id_kind(&self) -> Option<IdKind> {
        match self.base.as_str() {
            "int2" | "int4" => Some(IdKind::Int),
            "int8" => Some(IdKind::BigInt),
            "uuid" => Some(IdKind::Uuid),
            "text" | "varchar" => Some(IdKind::Text),
            _ => None,
        }
    }
}
