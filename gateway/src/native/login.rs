//! Who somebody is: logging in, registering, looking at oneself, a new password; at the addresses and in the shapes that
//! the profile writes.

mod model;
pub(super) mod router;
mod service;
