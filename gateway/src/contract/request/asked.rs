//! Everything of a request that arguments are read from; none of it is read twice from the client.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use super::{BodyKind, PathParams, RequestRules, form::read_form, json::read_json, posted::read_posted};
use crate::contract::{Failure, python::Value};

pub struct Asked {
    pub path: PathParams,
    /// As it came, without the `?`.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Received,
    pub rules: RequestRules,
}

/// A body as the framework reads it before it looks at any model.
#[derive(Clone, Debug)]
pub enum Received {
    /// There is none, or the handler has no use for it.
    Nothing,
    Json(Value),
    /// Of no type that would make it JSON.
    Bytes(Value),
    /// Fields in their order, with texts and files.
    Form(Vec<(String, Value)>),
}

impl Received {
    /// What FastAPI says of a body that it cannot read, it says before anything else of the request.
    pub fn read(
        kind: BodyKind,
        bytes: &Bytes,
        content_type: Option<&HeaderValue>,
        rules: RequestRules,
    ) -> Result<Self, Failure> {
        match kind {
            BodyKind::Json => read_json(bytes, content_type, rules),
            BodyKind::Form => read_form(bytes, content_type, rules).map(Self::Form),
            BodyKind::Posted => read_posted(bytes, content_type, rules),
        }
    }
}
