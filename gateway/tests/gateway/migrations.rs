//! Migrations through the binary: what people read, what exit codes say, and what stands in the database afterwards.

mod archive_faults;
mod archives;
mod at_start;
mod boundaries;
mod conflicts;
mod crashes;
mod drifts;
mod left;
mod locked;
mod refusals;
mod told;
mod together;
mod unheard;
mod verbs;
mod workshop;
