//! What a native handler may have among its arguments.
//!
//! All that a client sends is read before the handler runs, and all that is wrong with it is told at once, in FastAPI's
//! order, whatever the order of the arguments.

use std::borrow::Cow;

use http::Extensions;

use super::Asked;
use crate::contract::{python::Value, validation::Errors};

pub trait Argument {
    const PLACE: Place;
    /// What it wants of the request's body.
    const BODY: Option<BodyKind> = None;

    /// What was given for it, as Python would have it.
    fn give(_: &Asked) -> Option<Cow<'_, Value>> {
        None
    }

    /// Leaves the value where the extractor finds it, or says in `errors` why there is none.
    fn read<'a>(_: Option<&'a Value>, _: &mut Errors<'a>, _: &mut Extensions) {}
}

/// When an argument is made. A handler names its arguments in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The unit of work.
    Unit,
    /// Who asks: known before anything is said about what they ask.
    Caller,
    Input(Section),
}

/// FastAPI's order of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Path,
    Query,
    Header,
    Cookie,
    Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    Json,
}

impl Section {
    pub const ALL: [Self; 5] = [Self::Path, Self::Query, Self::Header, Self::Cookie, Self::Body];

    /// The first element of `loc`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
        }
    }
}
