//! Values as the legacy's interpreter has them: read by `json.loads`, written by `json.dumps`.

mod dumps;
mod encoding;
mod loads;
mod repr;
mod text;
mod upload;
mod value;

pub(super) use dumps::{dumps, string};
pub(super) use encoding::document;
pub(super) use loads::{NotJson, loads};
pub(super) use repr::{quoted, repr};
pub use text::Text;
pub use upload::Upload;
pub use value::{Dict, Value};
