//! Migrations through the binary: what people read, what exit codes say, and what stands in the database afterwards.

mod archive_faults;
mod archives;
mod at_start;
mod boundaries;
mod conflicts;
mod crashes;
mod refusals;
mod told;
mod together;
mod verbs;
mod workshop;
