//! Which members an answer leaves out: `response_model_exclude_none` and its like, which hold for all that is inside.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exclude {
    pub none: bool,
    pub unset: bool,
    pub defaults: bool,
}

impl Exclude {
    pub const NOTHING: Self = Self { none: false, unset: false, defaults: false };

    pub(super) fn and(self, more: Self) -> Self {
        Self {
            none: self.none || more.none,
            unset: self.unset || more.unset,
            defaults: self.defaults || more.defaults,
        }
    }
}
