//! One line of `[routes]`: an owner, or a table with an owner and settings.

use std::{fmt, time::Duration};

use http::StatusCode;

use crate::{
    config::document::{
        item::Item,
        section::{Entry, Section},
    },
    contract::profile::auth::OnStale,
    limits::Rate,
    routes::key::RouteKey,
};

use super::{Demands, Known, Owner, defaults::DEADLINES, demands, kind::Kind, limits};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteEntry {
    pub owner: Option<Owner>,
    /// What a denied route answers.
    pub status: StatusCode,
    pub body_max: Option<u64>,
    pub deadline: Option<Duration>,
    /// How long the legacy may take to begin its answer.
    pub first_byte: Option<Duration>,
    pub auth: Option<AuthRule>,
    pub demands: Demands,
    pub on_stale: Option<OnStale>,
    /// Within, nothing where it is off here whatever `[limits]` says.
    pub rate: Option<Option<Rate>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthRule {
    Required,
    /// Look at the token, count what is wrong with it, and forward.
    Report,
    /// Not looked at; on a protected route only with a written reason.
    None,
}

const AUTH_RULES: [AuthRule; 3] = [AuthRule::Required, AuthRule::Report, AuthRule::None];
const LATER: [&str; 2] = ["shadow", "canary"];
const LATER_OWNERS: [&str; 2] = ["shadow", "canary"];

impl RouteEntry {
    pub(super) fn read(
        key: &RouteKey,
        written: &Entry<'_>,
        default_owner: Owner,
        known: &Known<'_>,
    ) -> Option<Self> {
        if !written.value.is_table() {
            if !written.value.is_text() {
                return written
                    .value
                    .wrong_type("an owner or a table", &format!("write `\"{key}\" = \"legacy\"`"));
            }
            let owner = owner(key, &written.value, known)?;
            refuse_unverified(key, &written.value, owner, None, known);
            return Some(Self { owner: Some(owner), ..Self::bare() });
        }
        let mut section = written.value.section("{ owner = \"legacy\" }")?;
        section.later(&LATER);
        let owner_item = section.optional("owner");
        let owner = owner_item.as_ref().and_then(|item| owner(key, item, known));
        let mut entry = Self {
            owner,
            // Of an owner that is itself a mistake nobody knows whether it denies.
            status: status(&mut section, owner.or(owner_item.is_none().then_some(default_owner)))
                .unwrap_or(StatusCode::NOT_FOUND),
            body_max: section.optional("body_max").and_then(|item| body_max(key, &item)),
            deadline: section.optional("deadline").and_then(|item| deadline(key, &item)),
            first_byte: section
                .optional("timeout")
                .and_then(|item| first_byte(item.section("timeout = { first_byte = \"5m\" }")?)),
            auth: auth(key, &mut section, known),
            ..Self::bare()
        };
        entry.demands = Demands::read(key, &mut section, entry.auth, known);
        entry.on_stale = demands::on_stale(key, &mut section, entry.auth, known);
        entry.rate = section.optional("rate").and_then(|item| limits::rate(&item));
        section.close();
        if let (Some(item), Some(owner)) = (&owner_item, owner) {
            refuse_unverified(key, item, owner, entry.auth, known);
        }
        Some(entry)
    }

    pub(super) fn bare() -> Self {
        Self {
            owner: None,
            status: StatusCode::NOT_FOUND,
            body_max: None,
            deadline: None,
            first_byte: None,
            auth: None,
            demands: Demands::default(),
            on_stale: None,
            rate: None,
        }
    }
}

fn owner(key: &RouteKey, item: &Item<'_>, known: &Known<'_>) -> Option<Owner> {
    let is_later = |text| LATER_OWNERS.contains(&text);
    if item.is_table() || (item.is_text() && item.text().is_some_and(is_later)) {
        let what = "an owner that shares its route is not available yet";
        item.reject(what, "write `\"legacy\"`, `\"native\"` or `\"deny\"`");
        return None;
    }
    let owner = item.choice("an owner", &Owner::ALL)?;
    if owner == Owner::Native && !known.has_handler(key) {
        let (what, remedy) = match Kind::of(key) {
            Kind::Http => (format!("`{key}` has no handler in this binary"), known.handlers()),
            Kind::WebSocket => (
                "a WebSocket route cannot be native yet".to_owned(),
                "write `\"legacy\"` or `\"deny\"`".to_owned(),
            ),
            Kind::Below => (
                format!("`{key}` is an application of the legacy's own and cannot be native"),
                "write `\"legacy\"` or `\"deny\"`".to_owned(),
            ),
        };
        item.reject(what, remedy);
        return None;
    }
    Some(owner)
}

/// Nobody would look at the token of such a route: the legacy does not see it, and the gateway was not told how.
pub(super) fn refuse_unverified(
    key: &RouteKey,
    item: &Item<'_>,
    owner: Owner,
    auth: Option<AuthRule>,
    known: &Known<'_>,
) {
    if owner == Owner::Native && auth.is_none() && known.is_documented(key) {
        item.reject(
            format!("`{key}` is protected in a way that the lock, made from an OpenAPI document, does not tell"),
            format!("write `\"{key}\" = {{ owner = \"native\", auth = \"required\" }}`, or import the application itself"),
        );
    }
}

fn status(section: &mut Section<'_>, owner: Option<Owner>) -> Option<StatusCode> {
    let item = section.optional("status")?;
    let number = item.integer(400..=599)?;
    if owner.is_some_and(|owner| owner != Owner::Deny) {
        item.reject(
            "`status` is what a denied route answers, and this one is not denied",
            "remove it, or write `owner = \"deny\"`",
        );
    }
    u16::try_from(number).ok().and_then(|number| StatusCode::from_u16(number).ok())
}

fn body_max(key: &RouteKey, item: &Item<'_>) -> Option<u64> {
    refuse_on_web_socket(key, item, "body_max", "has no body");
    item.size("10MiB")
}

fn deadline(key: &RouteKey, item: &Item<'_>) -> Option<Duration> {
    refuse_on_web_socket(key, item, "deadline", "has no end");
    item.duration(DEADLINES, "30s")
}

fn refuse_on_web_socket(key: &RouteKey, item: &Item<'_>, setting: &str, because: &str) {
    if Kind::of(key) == Kind::WebSocket {
        item.reject(format!("`{setting}` means nothing here: a WebSocket {because}"), "remove it");
    }
}

fn first_byte(mut section: Section<'_>) -> Option<Duration> {
    let item = section.required("first_byte", "first_byte = \"5m\"");
    section.close();
    item?.duration(DEADLINES, "5m")
}

fn auth(key: &RouteKey, section: &mut Section<'_>, known: &Known<'_>) -> Option<AuthRule> {
    let item = section.optional("auth");
    let reason = section.optional("auth_override");
    let Some(item) = item else {
        if let Some(reason) = reason {
            reason.reject("`auth_override` stands without `auth = \"none\"`", "remove it");
        }
        return None;
    };
    if Kind::of(key) == Kind::WebSocket {
        item.reject(
            "`auth` on a WebSocket route is not available yet",
            "remove it: the legacy judges the token",
        );
        return None;
    }
    let rule = item.choice("a rule for `auth`", &AUTH_RULES)?;
    match (rule, reason) {
        (AuthRule::Required | AuthRule::Report, Some(reason)) => {
            reason.reject("`auth_override` stands without `auth = \"none\"`", "remove it");
        }
        (AuthRule::None, Some(reason)) if reason.text()?.trim().is_empty() => reason.reject(
            "`auth_override` gives no reason",
            "write why this route may be open, as in `auth_override = \"health check of the load balancer\"`",
        ),
        (AuthRule::None, None) if known.is_protected(key) => item.reject(
            format!("the legacy protects `{key}` and `auth = \"none\"` would open it"),
            "remove `auth`, or write the reason beside it, as in `auth_override = \"health check\"`",
        ),
        (AuthRule::Required | AuthRule::Report | AuthRule::None, _) => {}
    }
    Some(rule)
}

impl fmt::Display for AuthRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            AuthRule::Required => "required",
            AuthRule::Report => "report",
            AuthRule::None => "none",
        })
    }
}
