//! The rules of logging in: who is let in, who is told what, and what ends with a password.

use std::{borrow::Cow, sync::Arc};

use crate::{
    auth::{
        Client, Issuer, Principal, Subject,
        access::Holder,
        audit::{AuditEvent, AuditKind},
        password::{StoredPassword, Verdict},
        sessions::{Ending, Kept, NewSession, RevokeReason, password_fingerprint},
        users::{FoundUser, NewUser, Users, as_text},
    },
    contract::{
        Failure, column,
        login::{Login, PasswordChange, Register, Tokens, given},
        model::Filled,
        profile::{
            ErrorAnswer,
            auth::{Purpose, TakenAnswers},
        },
        python,
        request::Sent,
        validation::known_to_everybody,
    },
};

/// By what somebody is said to have shown who they are (RFC 8176).
const BY_PASSWORD: &[&str] = &["pwd"];

/// Who came in, and what they are handed.
pub(super) struct Admitted {
    pub(super) user: FoundUser,
    pub(super) tokens: Option<Tokens>,
}

pub(super) async fn log_in(
    login: &Login,
    issuer: &Issuer,
    client: &Client,
    sent: &Sent,
) -> Result<Admitted, Failure> {
    let filled = login.asked.read(sent)?;
    let name = column::text(given(&filled, &Purpose::Login))?;
    let password = given(&filled, &Purpose::Password);
    let users = users(issuer)?;
    let (passwords, stand_ins) = (&issuer.means.passwords, &issuer.means.stand_ins);
    let mut place = passwords.place().await?;
    let named = users.by_login(name, issuer.until).await?;
    let stand_in = stand_ins.for_name(&named.name, issuer.until).await?;
    let attempt = issuer.admit(&named, client, &mut place).await?;
    let found = named.user.map(|named| named.user);
    let stored = found.as_ref().map(|user| &user.password);
    let verdict = stand_ins.verify(stored, &stand_in, password).await;
    drop(place);
    let verdict = attempt.looked_at(verdict, issuer.until).await?;
    let user = match found {
        Some(user) if verdict.is_right() && user.is_active => user,
        found => {
            let subject = found.as_ref().map(|user| &user.subject);
            let refused = refuse(login, issuer, client, subject, verdict).await;
            attempt.fail(subject, issuer, client).await;
            return Err(refused);
        }
    };
    attempt.succeed(issuer.until).await;
    let stored = (&user.subject, &user.password, password);
    issuer.means.rehash.after(&issuer.means.statements, passwords, stored, verdict, issuer.until).await;
    let tokens = match login.answer.have_tokens() {
        true => {
            let tokens = admit(issuer, client, &user, AuditKind::Login).await?;
            Some(tokens.ok_or_else(|| Failure::Written(Arc::clone(&login.wrong)))?)
        }
        false => None,
    };
    Ok(Admitted { user, tokens })
}

/// Whatever was wrong, it is told in the same words; whoever knew the password may be told more.
async fn refuse(
    login: &Login,
    issuer: &Issuer,
    client: &Client,
    user: Option<&Subject>,
    verdict: Verdict,
) -> Failure {
    let key = user.map(ToString::to_string);
    let detail = if verdict.is_right() { "{\"inactive\":true}" } else { "{}" };
    let event = AuditEvent { kind: AuditKind::LoginFailed, user_key: key.as_deref(), session: None, detail };
    issuer.means.audit.record(&event, client, issuer.until).await;
    match verdict {
        Verdict::Right { .. } => login.inactive.clone().map_or(Failure::InactiveUser, Failure::Written),
        Verdict::Wrong | Verdict::Unusable(_) => Failure::Written(Arc::clone(&login.wrong)),
    }
}

/// A session, with the first tokens of it; nothing where the password is not theirs any more.
async fn admit(
    issuer: &Issuer,
    client: &Client,
    user: &FoundUser,
    kind: AuditKind,
) -> Result<Option<Tokens>, Failure> {
    let key = user.subject.to_string();
    let password = user.password.hash.as_deref().map(password_fingerprint);
    let new = NewSession { user_key: &key, amr: BY_PASSWORD, password, kind };
    let means = &issuer.means;
    let Some(granted) = means.sessions.open(&new, client, issuer.until).await? else { return Ok(None) };
    let holder = Holder { subject: &user.subject, roles: &user.roles, claims: &user.claims };
    let handed = means.access.hand(&means.keys.current(), &granted, holder, issuer.until).await?;
    Ok(Some(Tokens {
        access_token: handed.access_token,
        expires_in: handed.expires_in,
        refresh_token: granted.refresh_token,
        refresh_expires_in: granted.refresh_expires_in,
    }))
}

/// Only columns that the profile names are ever written: what else a client sends is not looked at.
pub(super) async fn register(
    register: &Register,
    issuer: &Issuer,
    client: &Client,
    sent: &Sent,
) -> Result<Admitted, Failure> {
    let filled = register.asked.read(sent)?;
    let columns = columns_of(register, &filled)?;
    let password = given(&filled, &Purpose::Password);
    let passwords = &issuer.means.passwords;
    let place = passwords.place().await?;
    issuer.means.throttle.register(client, issuer.until).await?;
    refuse_breached(issuer, password, Purpose::Password, register.breached.as_ref()).await?;
    let users = users(issuer)?;
    // Where what is hashed along is a column that the client fills; else it is a salt, and a new one.
    let companion = passwords.rules().companion().and_then(|named| {
        columns.iter().find(|(column, _)| *column == named).and_then(|(_, value)| as_text(value))
    });
    let hash = passwords.hash(password, companion.as_deref()).await?;
    drop(place);
    let borrowed = columns.iter().map(|(column, value)| (*column, value.as_ref())).collect();
    let new = NewUser { columns: borrowed, hash: &hash.hash, companion: hash.companion.as_deref() };
    let Some(mut user) = users.register(&new, issuer.until).await? else {
        return Err(taken(register, users, &columns, issuer).await?);
    };
    user.password = StoredPassword { hash: Some(hash.hash), companion: hash.companion, side: None };
    let tokens = match register.answer.have_tokens() {
        true => Some(admit(issuer, client, &user, AuditKind::Register).await?.ok_or(Failure::UnknownUser)?),
        false => {
            let key = user.subject.to_string();
            let event =
                AuditEvent { kind: AuditKind::Register, user_key: Some(&key), session: None, detail: "{}" };
            issuer.means.audit.record(&event, client, issuer.until).await;
            None
        }
    };
    Ok(Admitted { user, tokens })
}

type Column<'f> = (&'f str, Cow<'f, python::Value>);

fn columns_of<'f>(register: &'f Register, filled: &'f Filled) -> Result<Vec<Column<'f>>, Failure> {
    let mut columns: Vec<Column<'f>> =
        filled.columns().map(|(name, value)| (name, Cow::Borrowed(value))).collect();
    if let Some(login) = filled.text(&Purpose::Login) {
        columns.push((&register.login, Cow::Owned(python::Value::text(login))));
    }
    for (_, value) in &columns {
        if let python::Value::Text(text) = value.as_ref() {
            column::text(text.as_str().unwrap_or_default())?;
        }
    }
    Ok(columns)
}

/// Which of the answers it is, where the original has several.
async fn taken(
    register: &Register,
    users: &Users,
    columns: &[Column<'_>],
    issuer: &Issuer,
) -> Result<Failure, Failure> {
    let answers = match &register.taken {
        TakenAnswers::Always(answer) => return Ok(Failure::Written(Arc::new(answer.clone()))),
        TakenAnswers::ByColumn(answers) => answers,
    };
    let values: Vec<(&str, String)> = answers
        .iter()
        .filter_map(|(name, _)| {
            let (_, value) = columns.iter().find(|(column, _)| column == name)?;
            Some((name.as_str(), as_text(value)?))
        })
        .collect();
    let found = users.taken(&values, issuer.until).await?;
    let answer = found.and_then(|found| answers.iter().find(|(name, _)| name == found));
    // Given up again since, or unique in a column of which nothing is told: the first answer is the nearest.
    let answer = answer.or_else(|| answers.first());
    Ok(answer.map_or(Failure::Internal, |(_, answer)| Failure::Written(Arc::new(answer.clone()))))
}

async fn refuse_breached(
    issuer: &Issuer,
    password: &str,
    field: Purpose,
    answer: Option<&Arc<ErrorAnswer>>,
) -> Result<(), Failure> {
    if !issuer.means.passwords.is_breached(password).await? {
        return Ok(());
    }
    Err(answer.cloned().map_or_else(|| known_to_everybody(&field), Failure::Written))
}

/// Everywhere else the user is logged out: whoever knew the old password may be in already.
pub(super) async fn change_password(
    change: &PasswordChange,
    issuer: &Issuer,
    client: &Client,
    principal: &Principal,
    sent: &Sent,
) -> Result<Admitted, Failure> {
    let mut user = caller(issuer, principal).await?;
    let filled = change.asked.read(sent)?;
    let (old, new) = (given(&filled, &Purpose::Password), given(&filled, &Purpose::NewPassword));
    let wrong = || Failure::Written(Arc::clone(&change.wrong));
    let (passwords, throttle) = (&issuer.means.passwords, &issuer.means.throttle);
    let mut place = passwords.place().await?;
    let attempt =
        throttle.change_password(&user.subject, principal.token(), &mut place, issuer.until).await?;
    let verdict = passwords.verify(&user.password, old).await;
    if !attempt.looked_at(verdict, issuer.until).await?.is_right() {
        return Err(wrong());
    }
    attempt.succeed(issuer.until).await;
    if let Some(same) = change.same.as_ref().filter(|_| old == new) {
        return Err(Failure::Written(Arc::clone(same)));
    }
    refuse_breached(issuer, new, Purpose::NewPassword, change.breached.as_ref()).await?;
    // It may be a column that means something else as well, such as a name: it stays as it is.
    let hash = passwords.hash(new, user.password.companion.as_deref()).await?;
    drop(place);
    let written = (hash.hash.as_str(), hash.companion.as_deref());
    let present = user.password.hash.as_deref();
    let new = users(issuer)?.new_password(present, written, issuer.until).await?;
    let gives_tokens = change.has_tokens();
    let kept = principal.token().session.filter(|_| !gives_tokens);
    let fingerprint = password_fingerprint(&hash.hash);
    let kept = kept.map(|session| Kept { session, password: Some(fingerprint) });
    let key = user.subject.to_string();
    let ending =
        Ending { user_key: &key, reason: RevokeReason::PasswordChange, kind: AuditKind::PasswordChange };
    let sessions = &issuer.means.sessions;
    let Some(ended) = sessions.change_password(&new, ending, kept, Some(client), issuer.until).await? else {
        // Somebody else was first: the old password is not the present one any more.
        return Err(wrong());
    };
    user.password = StoredPassword { hash: Some(hash.hash), companion: hash.companion, side: None };
    if kept.is_none() && !gives_tokens {
        ended.settle(issuer.until).await;
    }
    let tokens = match gives_tokens {
        true => Some(admit(issuer, client, &user, AuditKind::Login).await?.ok_or_else(wrong)?),
        false => None,
    };
    Ok(Admitted { user, tokens })
}

/// The row of whoever asks, as the legacy's `get_current_user` finds it.
pub(super) async fn caller(issuer: &Issuer, principal: &Principal) -> Result<FoundUser, Failure> {
    let user = users(issuer)?.by_subject(principal.subject(), issuer.until).await?;
    let user = user.ok_or(Failure::UnknownUser)?;
    if user.is_active { Ok(user) } else { Err(Failure::InactiveUser) }
}

/// These routes have a handler only where the profile says where users are.
fn users(issuer: &Issuer) -> Result<&Users, Failure> {
    issuer.means.users.as_ref().ok_or(Failure::Internal)
}
