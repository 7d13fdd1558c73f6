//! What an application decides about JSON whatever its FastAPI version does, and what neither lock nor probe can tell.

use std::fmt;

use super::Floats;

/// What is not decided is as the version has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    pub untyped: Option<Untyped>,
    pub null_body: Option<NullBody>,
    pub floats: Option<Floats>,
}

/// A body without a `Content-Type`: `strict_content_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untyped {
    Json,
    Bytes,
}

/// A body that is `null`, and each of several body parameters that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullBody {
    Missing,
    Value,
}

/// As it is written.
impl fmt::Display for Untyped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Json => "json",
            Self::Bytes => "bytes",
        })
    }
}

impl fmt::Display for NullBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "missing",
            Self::Value => "value",
        })
    }
}
