//! The body of a 422: FastAPI's list of what is wrong with a request.
//!
//! Source: `fastapi/exception_handlers.py` (`request_validation_exception_handler`), pydantic v2's error dictionaries.

use bytes::Bytes;
use serde::Serialize;

/// One entry of `detail`, members in pydantic's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invalid {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub loc: [String; 2],
    pub msg: &'static str,
    pub input: String,
}

pub(super) fn body(invalid: &[Invalid]) -> Bytes {
    #[derive(Serialize)]
    struct Detail<'a> {
        detail: &'a [Invalid],
    }
    serde_json::to_vec(&Detail { detail: invalid }).map_or_else(|_| Bytes::new(), Bytes::from)
}
