//! The rules of sessions: a user sees and ends their own, and hears nothing of any other.

use std::time::Duration;

use serde_json::Map;
use uuid::Uuid;

use super::model::{SessionShown, Tokens};
use crate::{
    auth::{
        Client, Issuer, Principal,
        access::Holder,
        audit::AuditKind,
        sessions::{Ending, OpenSession, RevokeReason, Turn},
    },
    contract::Failure,
};

/// Whatever is wrong with a refresh token, a client hears one answer.
pub(super) async fn refresh(issuer: &Issuer, client: &Client, token: &str) -> Result<Tokens, Failure> {
    let means = &issuer.means;
    let granted = match means.sessions.refresh(token, client, issuer.until).await? {
        Turn::Granted(granted) => granted,
        Turn::Refused(_) => return Err(Failure::InvalidGrant),
    };
    let subject = means.subject_of(&granted.user_key);
    let found = match &means.users {
        Some(users) => {
            let found = users.by_subject(&subject, issuer.until).await?;
            Some(found.ok_or(Failure::InvalidGrant)?)
        }
        None => None,
    };
    let none = Map::new();
    let holder = Holder {
        subject: &subject,
        roles: found.as_ref().map_or(&[], |user| &user.roles),
        claims: found.as_ref().map_or(&none, |user| &user.claims),
    };
    let handed = means.access.hand(&means.keys.current(), &granted, holder, issuer.until).await?;
    Ok(Tokens {
        access_token: handed.access_token,
        token_type: "bearer",
        expires_in: whole(handed.expires_in),
        refresh_token: granted.refresh_token,
        refresh_expires_in: whole(granted.refresh_expires_in),
    })
}

/// A token of a session takes the session with it. One of the legacy's own is remembered until it expires by itself.
pub(super) async fn logout(issuer: &Issuer, client: &Client, principal: &Principal) -> Result<(), Failure> {
    let (means, token) = (&issuer.means, principal.token());
    let key = means.key_of(principal.subject());
    match (token.session, &token.digest) {
        (Some(session), _) => {
            let ending = Ending { user_key: &key, reason: RevokeReason::Logout, kind: AuditKind::Logout };
            // That it has ended already is what was asked for.
            means.sessions.end(session, ending, Some(client), issuer.until).await?;
        }
        (None, Some(digest)) => {
            means.sessions.forget(digest, token.expires_at, &key, Some(client), issuer.until).await?;
        }
        (None, None) => return Err(Failure::Internal),
    }
    Ok(())
}

pub(super) async fn logout_all(
    issuer: &Issuer,
    client: &Client,
    principal: &Principal,
) -> Result<(), Failure> {
    let key = issuer.means.key_of(principal.subject());
    let ending = Ending { user_key: &key, reason: RevokeReason::LogoutAll, kind: AuditKind::LogoutAll };
    let ended = issuer.means.sessions.end_all(ending, None, Some(client), issuer.until).await?;
    ended.settle(issuer.until).await;
    Ok(())
}

pub(super) async fn list(issuer: &Issuer, principal: &Principal) -> Result<Vec<SessionShown>, Failure> {
    let key = issuer.means.key_of(principal.subject());
    let open = issuer.means.sessions.list(&key, issuer.until).await?;
    let current = principal.token().session;
    let shown = |session: OpenSession| SessionShown {
        id: session.id,
        created_at: session.created_at,
        refreshed_at: session.refreshed_at,
        expires_at: session.expires_at,
        user_agent: session.user_agent,
        ip: session.ip.map(|ip| ip.to_string()),
        current: current == Some(session.id),
    };
    Ok(open.into_iter().map(shown).collect())
}

/// One of somebody else's is none at all.
pub(super) async fn end(
    issuer: &Issuer,
    client: &Client,
    principal: &Principal,
    session: Uuid,
) -> Result<(), Failure> {
    let key = issuer.means.key_of(principal.subject());
    let ending = Ending { user_key: &key, reason: RevokeReason::Logout, kind: AuditKind::SessionRevoked };
    let is_ended = issuer.means.sessions.end(session, ending, Some(client), issuer.until).await?;
    if is_ended { Ok(()) } else { Err(Failure::not_found("Session not found")) }
}

fn whole(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
