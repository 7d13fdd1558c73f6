//! What FastAPI's versions do differently with a request.

use crate::contract::json::{Decided, NullBody, Untyped};

/// Each difference by its name. Where no release note says when it came, it stands at 0.132, between the versions that
/// were looked at: 0.115 and 0.165.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestRules {
    early: bool,
    untyped: Untyped,
    null_body: NullBody,
}

impl RequestRules {
    pub(in crate::contract) fn of_fastapi(version: (u32, u32)) -> Self {
        let early = version < (0, 132);
        let untyped = if early { Untyped::Json } else { Untyped::Bytes };
        let null_body = if early { NullBody::Missing } else { NullBody::Value };
        Self { early, untyped, null_body }
    }

    pub(in crate::contract) fn decided(self, decided: &Decided) -> Self {
        let untyped = decided.untyped.unwrap_or(self.untyped);
        Self { untyped, null_body: decided.null_body.unwrap_or(self.null_body), ..self }
    }

    /// What a body without a `Content-Type` is: JSON before `strict_content_type`, or with that turned off.
    pub fn untyped(self) -> Untyped {
        self.untyped
    }

    pub fn null_body(self) -> NullBody {
        self.null_body
    }

    pub(super) fn untyped_is_json(self) -> bool {
        self.untyped == Untyped::Json
    }

    /// A `null` is nothing: for a body as a whole, and for each of several body parameters.
    pub(super) fn null_is_missing(self) -> bool {
        self.null_body == NullBody::Missing
    }

    /// A body that is no JSON is a mistake of each of several body parameters, whether it has a default or not; later,
    /// it only leaves them without a value.
    pub(super) fn text_has_no_members(self) -> bool {
        self.early
    }

    /// An empty form field is left out only if its parameter has a default other than `None`.
    pub(super) fn empty_field_may_stay(self) -> bool {
        self.early
    }

    /// A group of parameters is filled by the names of its fields, not by their aliases or headers, and of other
    /// parameters that come more than once has the last one.
    pub(super) fn groups_by_field(self) -> bool {
        self.early
    }

    /// All `Cookie` headers count, not only the first.
    pub(super) fn joins_cookies(self) -> bool {
        !self.early
    }

    /// What `OAuth2PasswordRequestForm` takes for its `grant_type`.
    pub(in crate::contract) fn grant_type(self) -> GrantType {
        if self.early { GrantType::HasPassword } else { GrantType::IsPassword }
    }

    /// A form of either kind has limits, and broken ones are told apart from unreadable ones. Starlette's doing.
    pub(super) fn judges_forms(self) -> bool {
        !self.early
    }
}

/// A pattern is looked for anywhere in the text, and the older one has no ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    HasPassword,
    IsPassword,
}

impl GrantType {
    pub(in crate::contract) fn takes(self, text: &str) -> bool {
        match self {
            Self::HasPassword => text.contains("password"),
            Self::IsPassword => text == "password",
        }
    }

    pub(in crate::contract) fn pattern(self) -> &'static str {
        match self {
            Self::HasPassword => "password",
            Self::IsPassword => "^password$",
        }
    }
}
