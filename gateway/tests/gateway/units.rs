//! What becomes of what a native handler did in the database, however its request ends.

mod cancelled;
mod conflicts;
mod dry_run;
mod handler;
mod left;
mod lost_reply;
pub(crate) mod session;
