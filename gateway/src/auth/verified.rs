//! What a token says, once its signature and its claims were found good.

use std::{fmt, sync::Arc, time::SystemTime};

use uuid::Uuid;

/// The user of a request, and under what they were let in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Principal {
    token: Arc<Verified>,
}

/// The claims that count, each of its own type; everything else in a token is ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    pub subject: Subject,
    pub issued_by: IssuedBy,
    /// `sid`: the session that the token belongs to. A legacy token has none.
    pub session: Option<Uuid>,
    /// `rg`: the generation of the refresh token that it came with: who sends it has that one as well.
    pub generation: Option<i32>,
    /// `iat`; for a token without one, what its expiry and its profile's lifetime make of it.
    pub issued_at: Option<SystemTime>,
    pub expires_at: Option<SystemTime>,
    /// Of a token without a session, SHA-256 of what its signature is over: by this it alone can be refused.
    pub digest: Option<[u8; 32]>,
    pub scopes: Vec<String>,
    pub roles: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuedBy {
    Gateway,
    /// The place of its profile in `[[legacy.tokens]]`.
    Legacy(usize),
}

/// A user as the legacy identifies them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Int(i64),
    Uuid(Uuid),
    Text(String),
}

impl Principal {
    pub fn of(token: Arc<Verified>) -> Self {
        Self { token }
    }

    pub fn subject(&self) -> &Subject {
        &self.token.subject
    }

    pub fn token(&self) -> &Verified {
        &self.token
    }
}

/// One spelling for each user: the key of every table of the gateway's that is about users.
impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(id) => id.fmt(formatter),
            Self::Uuid(id) => id.hyphenated().fmt(formatter),
            Self::Text(id) => id.fmt(formatter),
        }
    }
}
