//! What clients send about projects: the legacy's `app/schemas.py` and the parameters of its `list_projects`.

use gateway_macros::Model;

use crate::contract::field::Given;

#[derive(Clone, Copy, Debug, Model)]
pub(crate) enum Sort {
    #[field(value = "name")]
    Name,
    #[field(value = "-name")]
    NameDescending,
    #[field(value = "created_at")]
    OldestFirst,
    #[field(value = "-created_at")]
    NewestFirst,
}

/// The parameters of `list_projects`.
#[derive(Debug, Model)]
pub(crate) struct ProjectQuery {
    pub(crate) sort: Option<Sort>,
    #[field(ge = 0, le = 10_000, default = 0)]
    pub(crate) skip: i32,
    #[field(ge = 1, le = 100, default = 20)]
    pub(crate) limit: i32,
}

#[derive(Debug, Model)]
pub(crate) struct ProjectCreate {
    #[field(min_length = 1, max_length = 255)]
    pub(crate) name: String,
    pub(crate) description: Option<String>,
}

/// Every member may be absent, which is not the same as null.
#[derive(Debug, Model)]
pub(crate) struct ProjectUpdate {
    #[field(min_length = 1, max_length = 255)]
    pub(crate) name: Given<String>,
    pub(crate) description: Given<Option<String>>,
}
