//! The table behind a resource: which members of an answer are columns of it, and of which Rust type.

use super::{catalog::Column, naming};

/// A table by the name of the resource.
pub(super) struct Table<'a> {
    pub(super) name: &'a str,
    /// None: no database was asked, and every name is taken for a column.
    columns: Option<Vec<&'a Column>>,
}

impl<'a> Table<'a> {
    /// Nothing where the database has no such table.
    pub(super) fn of(resource: &'a str, columns: Option<&'a [Column]>) -> Option<Self> {
        let Some(columns) = columns else { return Some(Self { name: resource, columns: None }) };
        let own: Vec<_> = columns.iter().filter(|column| column.table == resource).collect();
        (!own.is_empty()).then_some(Self { name: resource, columns: Some(own) })
    }

    pub(super) fn is_guessed(&self) -> bool {
        self.columns.is_none()
    }

    pub(super) fn column(&self, name: &str) -> Option<&'a Column> {
        self.columns.as_ref()?.iter().find(|column| column.name == name).copied()
    }

    /// All columns but these and the key, which the database counts.
    pub(super) fn others(&self, known: &[&str]) -> Vec<&'a str> {
        let columns = self.columns.iter().flatten().map(|column| column.name.as_str());
        columns.filter(|name| *name != "id" && !known.contains(name)).collect()
    }

    /// The column that a parameter of the path chooses rows by.
    pub(super) fn chosen_by(&self, parameter: &str) -> Option<String> {
        let own = format!("{}_id", naming::singular(self.name));
        if parameter == own || parameter == "id" {
            return Some("id".to_owned());
        }
        let known = self.is_guessed() || self.column(parameter).is_some();
        known.then(|| parameter.to_owned())
    }
}

impl Column {
    /// Its name and the name of its type, where a field of this type can be stored as it is.
    pub(super) fn written_by(&self, kind: &str) -> Option<(&str, &'static str)> {
        let kind = kind.strip_prefix("Option<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(kind);
        let (own, driver) = self.rust()?;
        let own = if own == "NaiveDate" { "Date" } else { own };
        (own == kind && !own.contains('<')).then_some((self.name.as_str(), driver))
    }

    /// The type that `read` makes of it, and the name of its PostgreSQL type among the driver's.
    pub(super) fn rust(&self) -> Option<(&'static str, &'static str)> {
        Some(match self.kind.as_str() {
            "bool" => ("bool", "BOOL"),
            "int2" => ("i16", "INT2"),
            "int4" => ("i32", "INT4"),
            "int8" => ("i64", "INT8"),
            "float8" => ("f64", "FLOAT8"),
            "numeric" => ("Decimal", "NUMERIC"),
            "text" => ("String", "TEXT"),
            "varchar" => ("String", "VARCHAR"),
            "bpchar" => ("String", "BPCHAR"),
            "uuid" => ("Uuid", "UUID"),
            "date" => ("NaiveDate", "DATE"),
            "time" => ("NaiveTime", "TIME"),
            "timestamp" => ("NaiveDateTime", "TIMESTAMP"),
            "timestamptz" => ("DateTime<Utc>", "TIMESTAMPTZ"),
            _ => return None,
        })
    }
}
