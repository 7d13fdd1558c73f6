//! What differs between two answers to one request: found completely, told precisely, excused only by name.
//!
//! [`compare`] finds every difference of status, headers and body. [`Allowed`] is the list of what may differ, each entry
//! with its place and its reason; it counts what it excuses, because an entry that nothing needs would hide something.

mod allowed;
mod answer;
pub mod capture;
mod coding;
mod compare;
pub mod curl;
mod difference;
pub mod exchange;
pub mod finding;
mod generated;
pub mod har;
mod json;
pub mod judge;
pub mod learn;
pub mod mutate;
mod path;
pub mod recording;
pub mod redaction;
pub mod replay;
pub mod report;
pub mod rules;
pub mod value;
pub mod wire;

pub use allowed::{Allowed, BadAllowed, Occasion};
pub use answer::Answer;
pub use compare::compare;
pub use difference::{Difference, Kind, Place};
pub use generated::Window;
pub use path::{BadPattern, Path, Pattern, Step};
