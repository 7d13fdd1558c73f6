//! What a handler of authentication works with, as one argument: it lets users in, and out.
//!
//! It is no unit of work. Between two statements of a login a password is hashed, which takes longer than any of them,
//! and no connection waits for that: each statement stands for itself.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use tokio::time::Instant;
use tracing::error;

use super::{
    Client, Subject,
    access::Access,
    audit::Audit,
    enumeration::StandIns,
    keys::Keys,
    password::{Passwords, Place},
    rehash::Rehash,
    revocation::Revocations,
    sessions::Sessions,
    throttle::{Attempt, Delayed, Throttle},
    users::{Named, Users, subject_of},
};
use crate::{contract::Failure, db::Statements};

/// A cheap handle; clones share everything.
#[derive(Clone)]
pub struct Issuer {
    pub means: Arc<Means>,
    /// When the database must have answered, so that the client can still be told.
    pub until: Instant,
}

/// One field for each thing that issues, knows or takes back.
pub struct Means {
    pub statements: Statements,
    pub keys: Keys,
    pub access: Access,
    pub sessions: Sessions,
    pub revoked: Revocations,
    pub audit: Audit,
    pub passwords: Passwords,
    pub stand_ins: StandIns,
    pub rehash: Rehash,
    pub throttle: Throttle,
    /// Nothing without `[legacy.users]`.
    pub users: Option<Users>,
}

impl Means {
    /// A user by the key that sessions know them by.
    pub fn subject_of(&self, key: &str) -> Subject {
        let mapped = self.users.as_ref().and_then(|users| subject_of(users.profile().id.kind, key));
        mapped.unwrap_or_else(|| Subject::Text(key.to_owned()))
    }

    /// The key of whoever a token names: one spelling for each user, whatever the token's.
    pub fn key_of(&self, subject: &Subject) -> String {
        self.subject_of(&subject.to_string()).to_string()
    }
}

impl Issuer {
    /// Before the password of whoever is called that is looked at.
    pub async fn admit(&self, named: &Named, client: &Client, place: &mut Place) -> Result<Attempt, Delayed> {
        let is_them = |subject: &Subject| {
            named.found().is_some_and(|user| self.means.key_of(subject) == user.subject.to_string())
        };
        self.means.throttle.log_in(named, client, is_them, place, self.until).await
    }
}

/// The way of the means to a handler that asks for them; a rehearsal gets none, because nothing could be taken back.
#[derive(Clone)]
pub(crate) struct Lent(pub(crate) Issuer);

impl<S: Sync> FromRequestParts<S> for Issuer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let lent = parts.extensions.remove::<Lent>().map(|Lent(issuer)| issuer);
        lent.ok_or_else(|| {
            error!("a handler asked for the issuer a second time, in a rehearsal, or where there is none");
            Failure::Internal
        })
    }
}
