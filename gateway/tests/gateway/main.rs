//! The whole gateway under test, in one binary: real sockets, a real PostgreSQL, the real sample legacy.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod house;
mod fake_legacy;

mod attacks;
mod chaos;
mod configuration;
mod database_tls;
mod demo;
mod differential;
mod dotenv;
mod encoders;
mod explain;
mod gone;
mod import;
mod limits;
mod middlewares;
mod migrations;
mod migration_files;
mod migration_guide;
mod migration_proof;
mod models;
mod native;
mod observed;
mod openapi;
mod ops;
mod passwords;
mod porting;
mod private_cluster;
mod probe;
mod proxied;
mod pydantic;
mod pytest;
mod reaching;
mod refresh;
mod reload;
mod requests;
mod session;
mod stale;
mod start_up;
mod streams;
mod tidy;
mod tokens;
mod twin;
mod units;
mod unwanted;
