//! What a request carries besides its path: query parameters and a JSON body, read as FastAPI reads them.

mod body;
mod fields;
mod media_type;
mod query;

pub use body::{BodyRules, JsonBody, UNREADABLE};
pub use fields::Fields;
pub use query::QueryParams;
