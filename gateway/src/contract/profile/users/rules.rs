//! What a user's row says beside their password: whether they are active, deleted, in which roles; and what a new row has.

use super::name;
use crate::config::document::{scalar::Scalar, section::Section};

/// Active is who has this value in this column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveRule {
    pub column: String,
    pub equals: Scalar,
}

/// Who is deleted is nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedRule {
    pub column: String,
    /// Whether `NULL` there means that a user is still here.
    pub is_null: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolesRule {
    pub column: String,
    /// The roles by what stands in the column, as text; without any it is the role, or a list of them.
    pub map: Vec<(String, Vec<String>)>,
}

/// What a new row has in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    Constant(Scalar),
    /// The moment of registration, in UTC where the column has no zone.
    Now,
    /// Where the legacy makes ids itself and the column has no default.
    NewUuid,
}

impl ActiveRule {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let column = section.required("column", "column = \"is_active\"").and_then(|item| name(&item));
        let equals = section.required("equals", "equals = true").and_then(|item| Scalar::read(&item));
        section.close();
        Some(Self { column: column?, equals: equals? })
    }
}

impl DeletedRule {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let column = section.required("column", "column = \"deleted_at\"").and_then(|item| name(&item));
        let is_null = section.optional("is_null").map_or(Some(true), |item| item.boolean());
        section.close();
        Some(Self { column: column?, is_null: is_null? })
    }
}

impl RolesRule {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let column = section.required("column", "column = \"role\"").and_then(|item| name(&item));
        let map = section.optional("map").map(|item| {
            let entries = item.section("map = { true = [\"admin\"] }")?.entries();
            let read = entries.iter().map(|entry| {
                let roles = entry.value.list("[\"admin\"]")?;
                let roles: Option<Vec<String>> =
                    roles.iter().map(|role| role.text().map(str::to_owned)).collect();
                Some((entry.key.text()?.to_owned(), roles?))
            });
            read.collect::<Option<Vec<_>>>()
        });
        section.close();
        Some(Self { column: column?, map: map.unwrap_or(Some(Vec::new()))? })
    }
}

pub(super) fn fillings(section: &Section<'_>) -> Option<Vec<(String, Filling)>> {
    let read = section.entries().into_iter().map(|entry| {
        let column = name(&entry.key);
        let filling = match Scalar::read(&entry.value)? {
            Scalar::Text(text) if text == "now" => Filling::Now,
            Scalar::Text(text) if text == "new_uuid" => Filling::NewUuid,
            constant => Filling::Constant(constant),
        };
        Some((column?, filling))
    });
    // All of them are looked at, so that every mistake is told.
    read.collect::<Vec<_>>().into_iter().collect()
}
