//! Values as the legacy's interpreter has them: read by `json.loads`, written by `json.dumps`.

mod dict;
mod dumps;
mod encoding;
mod loads;
mod plain;
mod repr;
mod text;
mod upload;
mod value;

pub use dict::Dict;
pub(super) use dumps::{dumps, string};
pub(super) use encoding::document;
pub(super) use loads::{NotJson, loads};
pub(super) use repr::{quoted, repr};
pub use text::Text;
pub use upload::Upload;
pub use value::Value;
