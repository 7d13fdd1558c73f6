//! What a native handler answers with, written as the original's encoder writes it. Made with `#[derive(Answer)]`.
//!
//! FastAPI has two encoders: pydantic-core for a route with a `response_model`, `jsonable_encoder` for a plain dict.

mod reply;
mod scalar;
mod writer;

pub use reply::Reply;
pub use writer::{Encoder, NotPrintable, Writer};

/// A value that can be part of an answer.
pub trait Answer: Send + Sync + 'static {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable>;

    /// Whether `exclude_none` leaves it out.
    fn is_none(&self) -> bool {
        false
    }

    /// Whether `exclude_unset` leaves it out.
    fn is_unset(&self) -> bool {
        false
    }
}
