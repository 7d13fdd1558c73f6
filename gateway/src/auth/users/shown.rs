//! The columns of a user that answers show, each ready to be written as FastAPI writes its type.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use crate::{
    contract::{answer::Answer, field::Decimal, python},
    db::DatabaseFailure,
};

#[derive(Clone)]
pub struct ShownRow {
    values: Vec<(String, Arc<dyn Answer>)>,
}

impl ShownRow {
    pub(super) fn of(row: &Row, names: &[String]) -> Result<Self, DatabaseFailure> {
        let place = |name: String| row.columns().iter().position(|column| column.name() == name);
        let mut values = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let value = match (place(format!("shown_{at}")), place(format!("json_{at}"))) {
                (Some(place), _) => value(row, place)?,
                (None, Some(place)) => json(row, place)?,
                (None, None) => continue,
            };
            values.push((name.clone(), value));
        }
        Ok(Self { values })
    }

    pub fn find(&self, column: &str) -> Option<&Arc<dyn Answer>> {
        self.values.iter().find(|(name, _)| name == column).map(|(_, value)| value)
    }
}

fn value(row: &Row, at: usize) -> Result<Arc<dyn Answer>, DatabaseFailure> {
    macro_rules! shown {
        ($($kind:ident => $rust:ty),* $(,)?) => {
            match row.columns()[at].type_() {
                $(&Type::$kind => {
                    let value: Option<$rust> = row.try_get(at).map_err(unreadable)?;
                    Ok(value.map_or_else(null, |value| Arc::new(value) as Arc<dyn Answer>))
                })*
                _ => {
                    let value: Option<String> = row.try_get(at).map_err(unreadable)?;
                    Ok(value.map_or_else(null, |value| Arc::new(value) as Arc<dyn Answer>))
                }
            }
        };
    }
    shown! {
        BOOL => bool,
        INT2 => i16,
        INT4 => i32,
        INT8 => i64,
        FLOAT8 => f64,
        UUID => Uuid,
        TIMESTAMP => NaiveDateTime,
        TIMESTAMPTZ => DateTime<Utc>,
        DATE => NaiveDate,
        TIME => NaiveTime,
        NUMERIC => Decimal,
    }
}

fn json(row: &Row, at: usize) -> Result<Arc<dyn Answer>, DatabaseFailure> {
    let text: Option<String> = row.try_get(at).map_err(unreadable)?;
    let value = text.and_then(|text| python::Value::of_json(&text));
    Ok(Arc::new(value.unwrap_or(python::Value::None)))
}

fn null() -> Arc<dyn Answer> {
    Arc::new(python::Value::None)
}

fn unreadable(source: tokio_postgres::Error) -> DatabaseFailure {
    DatabaseFailure::Column { column: "a column that an answer shows", source }
}
