//! What clients send about tags: the legacy's `app/schemas.py` and the parameters of its `list_tags`.

use gateway_macros::Model;

use crate::contract::field::{Decimal, Given};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Model)]
pub(crate) enum Color {
    #[field(value = "red")]
    Red,
    #[field(value = "green")]
    Green,
    #[field(value = "blue")]
    Blue,
}

#[derive(Clone, Copy, Debug, Model)]
pub(crate) enum Sort {
    #[field(value = "name")]
    Name,
    #[field(value = "-name")]
    NameDescending,
    #[field(value = "weight")]
    LightestFirst,
    #[field(value = "-weight")]
    HeaviestFirst,
}

/// The parameters of `list_tags`.
#[derive(Debug, Model)]
pub(crate) struct TagQuery {
    #[field(max_length = 100)]
    pub(crate) q: Option<String>,
    pub(crate) sort: Option<Sort>,
    #[field(ge = 0, le = 10_000, default = 0)]
    pub(crate) skip: i32,
    #[field(ge = 1, le = 100, default = 20)]
    pub(crate) limit: i32,
}

#[derive(Debug, Model)]
pub(crate) struct TagCreate {
    #[field(min_length = 1, max_length = 50)]
    pub(crate) name: String,
    #[field(default = Color::Blue)]
    pub(crate) color: Color,
    #[field(max_digits = 6, decimal_places = 2)]
    pub(crate) weight: Option<Decimal>,
}

/// Every member may be absent, which is not the same as null.
#[derive(Debug, Model)]
pub(crate) struct TagUpdate {
    #[field(min_length = 1, max_length = 50)]
    pub(crate) name: Given<String>,
    pub(crate) color: Given<Color>,
    #[field(max_digits = 6, decimal_places = 2)]
    pub(crate) weight: Given<Option<Decimal>>,
}
