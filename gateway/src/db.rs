//! PostgreSQL: the pool, the unit of work, and a private cluster for development.

pub mod cluster;
pub mod tethered;
