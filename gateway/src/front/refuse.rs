//! Refuses what two readers of the same bytes could understand differently.
//!
//! uvicorn's two parsers disagree on these inputs, so nobody can say which request the legacy would see. What HTTP
//! itself forbids hyper has refused before: differing lengths, obs-fold, bare CR, NUL.

use http::{
    HeaderMap, Method, Request, Version,
    header::{AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST},
};

use super::{Parts, request_body::RequestBody};
use crate::{contract::Failure, legacy::headers::nominated, routes::target::Target};

/// Why a request was refused; the name is a metric label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    HostMissing,
    HostTwice,
    OtherAuthority,
    ControlCharacter,
    NominatedHeader,
    TargetForm,
}

impl Reason {
    pub const ALL: [Self; 6] = [
        Self::HostMissing,
        Self::HostTwice,
        Self::OtherAuthority,
        Self::ControlCharacter,
        Self::NominatedHeader,
        Self::TargetForm,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::HostMissing => "host_missing",
            Self::HostTwice => "host_twice",
            Self::OtherAuthority => "other_authority",
            Self::ControlCharacter => "control_character",
            Self::NominatedHeader => "nominated_header",
            Self::TargetForm => "target_form",
        }
    }
}

pub(super) fn refuse(
    parts: &Parts,
    request: &Request<RequestBody>,
    target: &Target<'_>,
) -> Result<(), Failure> {
    match head(request).or_else(|| refusal(target)) {
        None => Ok(()),
        Some(reason) => {
            parts.metrics.refused.with_label_values(&[reason.name()]).inc();
            tracing::debug!(reason = reason.name(), "request refused");
            Err(Failure::Refused)
        }
    }
}

/// What can be wrong with a target by itself; `routes explain` asks the same.
pub fn refusal(target: &Target<'_>) -> Option<Reason> {
    if !target.path.starts_with('/') {
        Some(Reason::TargetForm)
    } else if target.path.contains(|character: char| character.is_ascii_control()) {
        Some(Reason::ControlCharacter)
    } else {
        None
    }
}

fn head(request: &Request<RequestBody>) -> Option<Reason> {
    if request.uri().path_and_query().is_none() || request.method() == Method::CONNECT {
        return Some(Reason::TargetForm);
    }
    let headers = request.headers();
    let mut hosts = headers.get_all(HOST).into_iter();
    match (hosts.next(), hosts.next()) {
        // HTTP/1.0 knows no Host (RFC 9112 section 3.2), and health checks of load balancers speak it.
        (None, _) if request.version() == Version::HTTP_10 => {}
        (None, _) => return Some(Reason::HostMissing),
        (Some(_), Some(_)) => return Some(Reason::HostTwice),
        (Some(host), None) => {
            if let Some(authority) = request.uri().authority()
                && !authority.as_str().as_bytes().eq_ignore_ascii_case(host.as_bytes())
            {
                return Some(Reason::OtherAuthority);
            }
        }
    }
    nominates_end_to_end(headers).then_some(Reason::NominatedHeader)
}

/// `Connection: authorization` would make the gateway drop a header that the legacy decides by.
fn nominates_end_to_end(headers: &HeaderMap) -> bool {
    nominated(headers).any(|name| {
        [AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST].contains(&name) || name.as_str().starts_with("x-")
    })
}
