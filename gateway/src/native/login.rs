//! Who somebody is: logging in, registering, looking at oneself, a new password; at the addresses and in the shapes that
//! the profile writes.

pub(super) mod router;
mod service;
