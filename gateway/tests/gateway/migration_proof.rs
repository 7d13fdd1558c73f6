//! What is proved of migrations: the catalog sees every difference, adoption remembers, drift is told, verify proves.

mod adopted;
mod catalog;
mod folder;
mod sample;
mod sql;
mod stopped;
mod verified;
mod wrong;
