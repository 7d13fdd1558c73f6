//! What a native handler answers with, written as the original's encoder writes it. Made with `#[derive(Answer)]`.
//!
//! FastAPI has two encoders: pydantic-core for a route with a `response_model`, `jsonable_encoder` for a plain dict.
//! A struct is the former, with `#[answer(plain)]` the latter; what else is left out or renamed is said there too:
//! `exclude_none`, `exclude_unset`, `exclude_defaults`, `rename_all = "camelCase"`, and of a field
//! `#[field(serialization_alias = "...")]` or `#[field(skip)]`. Each holds for everything that the struct holds, as it
//! does in the original.
//!
//! ```
//! # use gateway::contract::{answer::Reply, field::Given, json::Framework};
//! # use gateway_macros::Answer;
//! #[derive(Answer)]
//! #[answer(exclude_none, rename_all = "camelCase")]
//! struct Account {
//!     account_id: i32,
//!     display_name: Option<String>,
//!     balance: f64,
//!     #[field(skip)]
//!     secret: String,
//! }
//!
//! let account = Account { account_id: 7, display_name: None, balance: 1e-7, secret: "x".to_owned() };
//! let answer = Reply::ok(account).render(Framework::of_fastapi("0.165.0")).expect("it can be written");
//! assert_eq!(answer.body(), r#"{"accountId":7,"balance":1e-7}"#);
//! ```

mod clock;
mod container;
mod decimal;
mod digits;
mod duration;
mod exclude;
mod key;
mod object;
mod reply;
mod scalar;
mod template;
mod value;
mod writer;

pub use container::Plain;
pub(super) use duration::total_seconds;
pub use exclude::Exclude;
pub use key::Key;
pub use object::Object;
pub use reply::Reply;
pub use template::FilledTemplate;
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
