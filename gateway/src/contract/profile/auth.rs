//! `[auth]`: what the gateway hands out itself, for how long, and which of the legacy's routes about users it may answer.
//!
//! Without the section nothing of it happens: the defaults are those of a gateway that only verifies.

mod answer;
mod body;
mod field;
mod limits;
mod route;
mod settings;
mod throttle;
mod websocket;

use std::{path::PathBuf, time::Duration};

use super::ErrorAnswer;
use crate::{
    auth::{issue::RESERVED, rehash::Rehash},
    config::document::{item::Item, section::Section},
};

pub use answer::{AnswerTemplate, Piece, Place};
pub use body::{AskedBody, BodyForm};
pub use field::{AskedField, FieldKind, Presence, Purpose};
pub use limits::{MaxBytes, Pattern, TextLimits};
pub use route::{LoginRoute, MeRoute, PasswordRoute, RegisterRoute, TakenAnswers};
pub use settings::{BridgeKind, OnStale, RefreshRules, TokenFormat};
pub use throttle::{Networks, ThrottleRules};
pub use websocket::WebSocketRules;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthProfile {
    pub issuer: String,
    pub audience: String,
    /// How long an access token lives; absent, as long as the legacy's own.
    pub access: Option<Duration>,
    pub format: TokenFormat,
    /// Claims beside the standard ones, each with the column that fills it.
    pub extra_claims: Vec<(String, String)>,
    pub refresh: RefreshRules,
    pub bridge: BridgeKind,
    pub websocket: WebSocketRules,
    pub on_stale: OnStale,
    /// For how long after the last authenticated request revocations are followed.
    pub follow_idle: Duration,
    pub rehash: Rehash,
    pub passwords: NewPasswordRules,
    pub throttle: ThrottleRules,
    pub logins: Vec<LoginRoute>,
    pub registers: Vec<RegisterRoute>,
    pub mes: Vec<MeRoute>,
    pub password_changes: Vec<PasswordRoute>,
}

/// `[auth.passwords]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPasswordRules {
    /// A file of passwords that are known to everybody, as hashes in order.
    pub breached: Option<PathBuf>,
    /// What is told of one of them; absent, a 422 as of any other password that cannot be taken.
    pub breached_answer: Option<ErrorAnswer>,
}

impl Default for AuthProfile {
    fn default() -> Self {
        Self {
            issuer: "gateway".to_owned(),
            audience: "api".to_owned(),
            access: None,
            format: TokenFormat::Own,
            extra_claims: Vec::new(),
            refresh: RefreshRules::default(),
            bridge: BridgeKind::Mint,
            websocket: WebSocketRules::default(),
            on_stale: OnStale::Degrade,
            follow_idle: Duration::from_mins(1),
            rehash: Rehash::Side,
            passwords: NewPasswordRules::default(),
            throttle: ThrottleRules::default(),
            logins: Vec::new(),
            registers: Vec::new(),
            mes: Vec::new(),
            password_changes: Vec::new(),
        }
    }
}

const EXTRA_CLAIMS: &str = "extra_claims = { user_id = \"id\" }";
const ANSWER: &str = "{ status = 400, body = '{\"detail\":\"This password is known to everybody\"}' }";
const LONGEST_ACCESS: Duration = Duration::from_hours(24 * 366);
const MINUTE: Duration = Duration::from_mins(1);

impl AuthProfile {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let usual = Self::default();
        let issuer = text(section.optional("issuer"), usual.issuer);
        let audience = text(section.optional("audience"), usual.audience);
        let access = section
            .optional("access")
            .map(|item| item.duration(Duration::from_secs(10)..=LONGEST_ACCESS, "10m"));
        let format = section
            .optional("format")
            .map_or(Some(usual.format), |item| item.choice("a format of tokens", &TokenFormat::ALL));
        let extra_claims = section.optional("extra_claims").map(|item| claims(&item));
        let refresh = section.optional("refresh").map_or(Some(usual.refresh), |item| {
            RefreshRules::read(item.section("refresh = { idle = \"30d\" }")?)
        });
        let bridge = section.optional("bridge").map_or(Some(usual.bridge), |item| {
            item.choice("a way to tell the legacy who asks", &BridgeKind::ALL)
        });
        let websocket = section
            .optional("websocket")
            .map_or(Some(usual.websocket), |item| WebSocketRules::read(item.section("[auth.websocket]")?));
        let on_stale = section
            .optional("on_stale")
            .map_or(Some(usual.on_stale), |item| item.choice("an answer to that", &OnStale::ALL));
        let follow_idle = section.optional("follow_idle").map_or(Some(usual.follow_idle), |item| {
            item.duration(Duration::from_secs(1)..=60 * MINUTE, "60s")
        });
        let rehash = section.optional("rehash").map_or(Some(usual.rehash), |item| {
            item.choice("what becomes of a better hash", &[Rehash::Off, Rehash::Side])
        });
        let passwords = section
            .optional("passwords")
            .map_or(Some(usual.passwords), |item| NewPasswordRules::read(item.section("[auth.passwords]")?));
        let throttle = section
            .optional("throttle")
            .map_or(Some(usual.throttle), |item| ThrottleRules::read(item.section("[auth.throttle]")?));
        let logins = route::read_all(&mut section, "login", LoginRoute::read);
        let registers = route::read_all(&mut section, "register", RegisterRoute::read);
        let mes = route::read_all(&mut section, "me", MeRoute::read);
        let password_changes = route::read_all(&mut section, "password", PasswordRoute::read);
        section.close();
        Some(Self {
            issuer: issuer?,
            audience: audience?,
            access: access.map_or(Some(None), |access| access.map(Some))?,
            format: format?,
            extra_claims: extra_claims.unwrap_or(Some(Vec::new()))?,
            refresh: refresh?,
            bridge: bridge?,
            websocket: websocket?,
            on_stale: on_stale?,
            follow_idle: follow_idle?,
            rehash: rehash?,
            passwords: passwords?,
            throttle: throttle?,
            logins: logins?,
            registers: registers?,
            mes: mes?,
            password_changes: password_changes?,
        })
    }
}

impl NewPasswordRules {
    fn read(mut section: Section<'_>) -> Option<Self> {
        let breached = section.optional("breached").map(|item| item.text().map(PathBuf::from));
        let answer = section.optional("breached_answer").map(|item| ErrorAnswer::read(item.section(ANSWER)?));
        section.close();
        Some(Self {
            breached: breached.map_or(Some(None), |path| path.map(Some))?,
            breached_answer: answer.map_or(Some(None), |answer| answer.map(Some))?,
        })
    }
}

fn text(item: Option<Item<'_>>, usual: String) -> Option<String> {
    let Some(item) = item else { return Some(usual) };
    let text = item.text()?;
    if text.trim().is_empty() {
        item.reject("the text is empty", format!("remove it, or write it as in `\"{usual}\"`"));
        return None;
    }
    Some(text.to_owned())
}

fn claims(item: &Item<'_>) -> Option<Vec<(String, String)>> {
    let read = item.section(EXTRA_CLAIMS)?.entries().into_iter().map(|entry| {
        let (claim, column) = (entry.key.text()?, entry.value.text()?);
        if RESERVED.contains(&claim) {
            entry
                .key
                .reject(format!("`{claim}` is a claim of every token"), "give it another name, or remove it");
            return None;
        }
        Some((claim.to_owned(), column.to_owned()))
    });
    read.collect::<Vec<_>>().into_iter().collect()
}
