//! The arguments of one GZip middleware, with the framework's defaults filled in.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GZip {
    pub minimum_size: u64,
    pub compresslevel: u32,
    /// Media types that are never compressed; `audio/*` stands for all of a kind.
    pub exclude_content_types: Vec<String>,
    /// Whether this framework version says `Vary: Accept-Encoding` also when it does not compress.
    pub always_varies: bool,
}
