//! Everything of a request that arguments are read from; none of it is read twice from the client.

use http::HeaderMap;

use super::PathParams;
use crate::contract::python::Value;

pub struct Asked {
    pub path: PathParams,
    /// As it came, without the `?`.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Received,
}

/// A body as the framework reads it before it looks at any model.
pub enum Received {
    /// The handler has no use for it.
    Unread,
    /// Nothing when there is none.
    Json(Option<Value>),
}
