//! Refuses what two readers of the same bytes could understand differently.
//!
//! uvicorn's two parsers disagree on these inputs, so nobody can say which request the legacy would see. What came as
//! bytes was judged before anything tidied it up (`edge/judge.rs`); here it is answered, and what only a route decides
//! is decided.

pub mod door;
mod parsed;

use http::{Request, Version, header::UPGRADE};

use super::{Parts, request_body::RequestBody, visit::Visit};
use crate::{
    contract::Failure,
    edge::{Class, Told},
    legacy::tunnel::is_websocket,
    routes::{
        matching::{Kind, Outcome, Verb},
        target::Target,
    },
};

/// `judged` is what was found before, of a request that this one stands in for.
pub(super) fn refuse(
    parts: &Parts,
    visit: &mut Visit,
    request: &Request<RequestBody>,
    target: &Target<'_>,
    judged: Option<Class>,
) -> Result<(), Failure> {
    let class = match judged {
        Some(class) => class,
        None => {
            let is_parsed = request.version() >= Version::HTTP_2;
            let parsed = is_parsed.then(|| parsed::objections(request, &visit.snapshot));
            let mut found = parsed.into_iter().flatten().chain(other_upgrade(visit, request, target));
            let refused = found.find(|class| {
                let is_reported = visit.snapshot.reported.contains(*class);
                if is_reported {
                    parts.metrics.refuse_reported(*class);
                }
                !is_reported
            });
            let Some(class) = refused else { return Ok(()) };
            class
        }
    };
    // Behind it may be what its client takes for its body, or for other requests.
    visit.client.met().leave_unread();
    match class.limit() {
        Some(limit) => visit.meet(limit),
        None => {
            parts.metrics.refused(class);
            visit.reason = Some(class.name());
        }
    }
    Err(match class.told() {
        Told::TargetTooLong => Failure::TargetTooLong,
        Told::HeadTooLarge => Failure::HeadTooLarge,
        Told::BadRequest | Told::Nothing => Failure::Refused,
    })
}

/// A path that leads to a WebSocket and nowhere else, asked to become something else. Who asks for a WebSocket beside it
/// was judged with the head.
fn other_upgrade(visit: &Visit, request: &Request<RequestBody>, target: &Target<'_>) -> Option<Class> {
    let mut upgrades = request.headers().get_all(UPGRADE).iter();
    let is_plain = upgrades.all(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    if is_plain || is_websocket(request) {
        return None;
    }
    let matcher = &visit.snapshot.matcher;
    let kind = |verb| match matcher.locate(verb, target).outcome {
        Outcome::Match { route, .. } => Some(matcher.route(route).kind),
        Outcome::Partial { .. } | Outcome::Redirect { .. } | Outcome::Unlisted | Outcome::Error => None,
    };
    let is_socket = kind(Verb::WebSocket) == Some(Kind::WebSocket)
        && kind(Verb::Http(request.method().as_str())).is_none();
    is_socket.then_some(Class::Upgrade)
}
