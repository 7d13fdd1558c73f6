//! A request as FastAPI hands it to a function: the arguments of a native handler.

mod argument;
mod arguments;
mod asked;
mod body;
mod cookie;
mod form;
mod header;
mod json;
mod media_type;
mod parameters;
mod path;
mod posted;
mod query;
mod rules;
mod sent;
mod slot;
mod source;
mod upload;

pub use argument::{Argument, BodyKind, Place, Section, arranged};
pub use arguments::Arguments;
pub use asked::{Asked, Received};
pub use body::{Body, Embedded};
pub use cookie::Cookie;
pub use form::Form;
pub use header::Header;
pub use json::UNREADABLE;
pub use parameters::{Grouped, Parameters};
pub use path::{FromPath, Path, PathParams};
pub use posted::Posted;
pub use query::Query;
pub(crate) use query::pairs as query_pairs;
pub use rules::{GrantType, RequestRules};
pub use sent::{Sent, SentForm, SentJson};
pub use slot::Refused;
pub use source::Source;
pub use upload::UploadFile;
