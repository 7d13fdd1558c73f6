//! The middlewares that dress every answer below them, so also those that the gateway makes itself.

use serde::{Deserialize, Serialize};

use super::cors::Cors;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    Cors(Cors),
    Gzip(Gzip),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gzip {
    pub minimum_size: u64,
    /// Newer versions say `Vary` on what they leave uncompressed too.
    pub varies_uncompressed: bool,
}
