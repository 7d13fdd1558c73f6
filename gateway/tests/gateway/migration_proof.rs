//! What is proved of migrations: the catalog sees every difference, adoption remembers, drift is told, verify proves.

mod catalog;
mod sql;
