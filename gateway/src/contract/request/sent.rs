//! A body as it came, for a handler whose model stands in `legacy.toml`.

use http::{Extensions, request::Parts};

use super::{
    Argument, Asked, BodyKind, Place, Received, RequestRules, Section,
    slot::{self, fill},
};
use crate::contract::Failure;

/// What was sent, and by which rules it is to be read.
pub struct Sent {
    pub body: Received,
    pub rules: RequestRules,
}

pub struct SentJson(pub Sent);

pub struct SentForm(pub Sent);

macro_rules! sent {
    ($name:ident, $kind:ident) => {
        impl Argument for $name {
            const PLACE: Place = Place::Input(Section::Body);
            const BODY: Option<BodyKind> = Some(BodyKind::$kind);

            fn keep(asked: &Asked, values: &mut Extensions) {
                fill(Some(Self(Sent { body: asked.body.clone(), rules: asked.rules })), values);
            }
        }

        impl<S: Sync> axum::extract::FromRequestParts<S> for $name {
            type Rejection = Failure;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
                slot::take(parts)
            }
        }
    };
}

sent!(SentJson, Json);
sent!(SentForm, Form);
