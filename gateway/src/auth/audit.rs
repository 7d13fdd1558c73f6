//! Security events: a row that nobody can change, and a line in the log.
//!
//! The line names the kind, the user's key and the session; nothing that a client wrote.

use tokio::time::Instant;
use tokio_postgres::types::Type;
use tracing::{info, warn};
use uuid::Uuid;

use super::Client;
use crate::db::{DatabaseFailure, Statements};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditKind {
    Login,
    LoginFailed,
    Register,
    RefreshReuse,
    Logout,
    LogoutAll,
    SessionRevoked,
    PasswordChange,
    Rehash,
    UserDisabled,
    AdminRevoke,
    Throttled,
    Unthrottled,
}

/// What happened, to whom.
#[derive(Clone, Copy, Debug)]
pub struct AuditEvent<'a> {
    pub kind: AuditKind,
    pub user_key: Option<&'a str>,
    pub session: Option<Uuid>,
    /// JSON, made by us: no word of a client's, no address of a person.
    pub detail: &'a str,
}

#[derive(Clone)]
pub struct Audit {
    statements: Statements,
}

const RECORD: &str = "INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent, detail) \
    VALUES ($1, $2, $3, $4, $5, $6::jsonb)";

impl AuditKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginFailed => "login_failed",
            Self::Register => "register",
            Self::RefreshReuse => "refresh_reuse",
            Self::Logout => "logout",
            Self::LogoutAll => "logout_all",
            Self::SessionRevoked => "session_revoked",
            Self::PasswordChange => "password_change",
            Self::Rehash => "rehash",
            Self::UserDisabled => "user_disabled",
            Self::AdminRevoke => "admin_revoke",
            Self::Throttled => "throttled",
            Self::Unthrottled => "unthrottled",
        }
    }
}

impl AuditEvent<'_> {
    pub fn tell(&self) {
        let session = self.session.map(tracing::field::display);
        info!(kind = self.kind.name(), user = self.user_key.map(shown), session, "audit");
    }
}

/// A user's key may be a name or an address in some legacy: only numbers and the like are for the log.
fn shown(user_key: &str) -> &str {
    let is_number = user_key.parse::<i64>().is_ok() || user_key.parse::<Uuid>().is_ok();
    if is_number { user_key } else { "<text>" }
}

impl Audit {
    pub fn new(statements: Statements) -> Self {
        Self { statements }
    }

    /// A statement of its own, for events that change nothing else. The request goes on where it cannot be stored: the
    /// line in the log is there already.
    pub async fn record(&self, event: &AuditEvent<'_>, client: &Client, until: Instant) {
        event.tell();
        if let Err(failure) = self.store(event, client, until).await {
            warn!(kind = event.kind.name(), error = failure.told(), "audit event is in the log only");
        }
    }

    async fn store(
        &self,
        event: &AuditEvent<'_>,
        client: &Client,
        until: Instant,
    ) -> Result<(), DatabaseFailure> {
        let values: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 6] = [
            (&event.kind.name(), Type::TEXT),
            (&event.user_key, Type::TEXT),
            (&event.session, Type::UUID),
            (&client.ip, Type::INET),
            (&client.user_agent(), Type::TEXT),
            (&event.detail, Type::TEXT),
        ];
        self.statements.run(RECORD, &values, until).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_that_cannot_be_a_name_are_logged() {
        for key in ["17", "-4", "6f2b8e0a-5f0c-4b8e-9a53-111111111111"] {
            assert_eq!(shown(key), key);
        }
        for key in ["ada@example.com", "ada", "", "1 2"] {
            assert_eq!(shown(key), "<text>");
        }
    }
}
