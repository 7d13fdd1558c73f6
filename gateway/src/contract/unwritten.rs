//! The end of a native handler whose rule nobody has written yet.
//!
//! `gateway routes new` writes it. The route stays the legacy's until somebody says otherwise in `routes.toml`; whoever
//! says so too early gets a 500 and a line in the log, and a test of the sources fails.

use tracing::error;

use super::Failure;

/// What the rule has to work with goes in, so that nothing of it is unused.
pub fn unwritten<T>(route: &'static str, given: T) -> Failure {
    drop(given);
    error!(
        route,
        "the native handler has no rule yet: write its service, or give the route back to the legacy"
    );
    Failure::Internal
}
