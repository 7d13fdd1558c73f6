//! A request as FastAPI hands it to a function: the arguments of a native handler.

mod argument;
mod asked;
mod body;
mod json;
mod media_type;
mod path;
mod query;
mod slot;

pub use argument::{Argument, BodyKind, Place, Section};
pub use asked::{Asked, Received};
pub use body::Body;
pub use json::{BodyRules, UNREADABLE, read_json};
pub use path::{FromPath, Path, PathParams};
pub use query::Query;
pub use slot::Refused;
