//! What clients send about comments: the legacy's `app/schemas.py` and the parameters of its `list_comments`.

use gateway_macros::Model;

/// The parameters of `list_comments`.
#[derive(Debug, Model)]
pub(crate) struct CommentQuery {
    #[field(ge = 0, le = 2_147_483_647, default = 0)]
    pub(crate) after: i32,
    #[field(ge = 1, le = 100, default = 20)]
    pub(crate) limit: i32,
}

#[derive(Debug, Model)]
pub(crate) struct CommentWrite {
    #[field(min_length = 1, max_length = 10_000)]
    pub(crate) body: String,
}
