//! The edge: the bytes of a client, looked at and judged before anything has tidied them up.
//!
//! It knows no route, no answer and no metric: what it is asked to judge by is given to it (`front/refuse/door.rs`), and
//! what it finds is a class.

pub mod class;
pub mod judge;
pub mod look;

pub use class::{Class, Classes, Told};
pub use judge::refusal;
