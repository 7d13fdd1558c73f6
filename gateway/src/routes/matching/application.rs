//! The applications of a lock: the outermost, and every one that is mounted inside of another.

use std::sync::Arc;

use crate::routes::lock::Middleware;

/// Index into [`super::Matcher::applications`]; the outermost is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppId(pub(super) u32);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The path that leads to it, as keys show it; empty for the outermost.
    pub prefix: String,
    /// `module.Class` in the legacy.
    pub class: String,
    pub parent: Option<AppId>,
    /// The middlewares around it that our own answers pass through as well, innermost first, its parents' included.
    pub imitated: Arc<[Middleware]>,
}

impl AppId {
    pub const OUTERMOST: Self = Self(0);

    pub fn index(self) -> usize {
        self.0 as usize
    }
}
