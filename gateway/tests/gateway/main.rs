//! The whole gateway under test, in one binary.

mod twin;
