//! What a request to the legacy carries of who asks, in each of the places where that may stand.

use std::time::Duration;

use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Uri,
    header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL},
    uri::PathAndQuery,
};
use tokio::time::Instant;

use crate::{
    auth::{
        Principal,
        bridge::{Asked, Carried, Shown},
    },
    contract::{Failure, request::query_pairs},
    front::{Parts, carried, request_body::RequestBody},
    routes::running::Policy,
};

const IDENTITY: HeaderName = HeaderName::from_static("x-gateway-identity");

/// How long the name of a user may take to be looked up.
const PATIENCE: Duration = Duration::from_secs(2);

/// What differs from what the client sent.
#[derive(Default)]
pub(super) struct Carriage {
    authorization: Option<Shown>,
    identity: Option<HeaderValue>,
    target: Option<PathAndQuery>,
    /// Empty: none is left.
    protocols: Option<Vec<u8>>,
    back: Back,
}

/// What must be undone in the answer, or is asked about after it.
#[derive(Default)]
pub(super) struct Back {
    /// What was put in the place of what, among the subprotocols.
    swapped: Option<(String, String)>,
    /// Whose tokens were found good.
    pub(super) users: Vec<Principal>,
}

/// What is needed to decide about one credential.
struct Desk<'r> {
    parts: &'r Parts,
    policy: &'r Policy,
    until: Instant,
    user: Option<Principal>,
}

pub(super) async fn load(
    parts: &Parts,
    policy: &Policy,
    request: &Request<RequestBody>,
    principal: Option<Principal>,
    websocket: bool,
) -> Result<Carriage, Failure> {
    let mut carriage = Carriage::default();
    let (headers, uri) = (request.headers(), request.uri());
    if !websocket && !headers.contains_key(AUTHORIZATION) {
        return Ok(carriage);
    }
    let mut desk = Desk { parts, policy, until: Instant::now() + PATIENCE, user: None };
    let carried = match principal {
        Some(principal) => Carried::User(principal),
        None => Box::pin(carried::by_header(parts, policy, headers)).await?,
    };
    carriage.authorization = Some(desk.show(&carried, &mut carriage.back).await?);
    if websocket {
        let rules = &parts.bridge.websocket;
        if let (Some(name), Some(query)) = (&rules.query, uri.query()) {
            carriage.target = Box::pin(desk.query(uri.path(), query, name, &mut carriage.back)).await?;
        }
        if rules.protocol.is_some() {
            carriage.protocols = Box::pin(desk.protocols(headers, &mut carriage.back)).await?;
        }
    }
    if let Some(user) = desk.user {
        let target = carriage.target.as_ref().or(uri.path_and_query()).map_or("/", PathAndQuery::as_str);
        let asked = Asked { method: request.method().as_str(), target };
        carriage.identity = Some(parts.bridge.identity(&user, asked)?);
    }
    Ok(carriage)
}

impl Desk<'_> {
    async fn show(&mut self, carried: &Carried, back: &mut Back) -> Result<Shown, Failure> {
        let shown = self.parts.bridge.show(carried, &self.parts.lookup, self.until).await?;
        if let Carried::User(user) = carried {
            back.users.push(user.clone());
            if matches!(shown, Shown::Identity) {
                // Of two, the first: the legacy is told of one.
                self.user.get_or_insert_with(|| user.clone());
            }
        }
        Ok(shown)
    }

    /// The target with what is to be read in the place of each token, if that differs.
    async fn query(
        &mut self,
        path: &str,
        query: &str,
        wanted: &str,
        back: &mut Back,
    ) -> Result<Option<PathAndQuery>, Failure> {
        let (mut pieces, mut differs) = (Vec::new(), false);
        for piece in query.split('&') {
            // As Starlette reads it: neither its name nor the token needs to be spelled plainly.
            let token = query_pairs(piece.as_bytes()).find(|(name, _)| name == wanted);
            let Some((_, token)) = token else {
                pieces.push(piece.to_owned());
                continue;
            };
            let carried = carried::alone(self.parts, self.policy, token.as_bytes()).await?;
            match self.show(&carried, back).await? {
                Shown::AsItCame => pieces.push(piece.to_owned()),
                Shown::Nothing | Shown::Identity => differs = true,
                Shown::Token(minted) => {
                    let name = piece.split_once('=').map_or(piece, |(name, _)| name);
                    pieces.push(format!("{name}={minted}"));
                    differs = true;
                }
            }
        }
        if !differs {
            return Ok(None);
        }
        let query = pieces.join("&");
        let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        PathAndQuery::try_from(target).map(Some).map_err(|_| Failure::Refused)
    }

    /// The subprotocols, the same way: wherever one of them is a token, for readers differ in what must stand before it.
    async fn protocols(&mut self, headers: &HeaderMap, back: &mut Back) -> Result<Option<Vec<u8>>, Failure> {
        let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
        let offered = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        let (mut kept, mut differs) = (Vec::new(), false);
        for protocol in offered.map(<[u8]>::trim_ascii) {
            let carried = carried::alone(self.parts, self.policy, protocol).await?;
            match self.show(&carried, back).await? {
                Shown::AsItCame => kept.push(protocol.to_vec()),
                Shown::Nothing | Shown::Identity => differs = true,
                Shown::Token(minted) => {
                    kept.push(minted.clone().into_bytes());
                    // What was verified is ASCII.
                    back.swapped = Some((minted, String::from_utf8_lossy(protocol).into_owned()));
                    differs = true;
                }
            }
        }
        Ok(differs.then(|| kept.join(&b", "[..])))
    }
}

impl Carriage {
    /// After everything of the hop was dropped, so that nothing the client named can take ours away.
    pub(super) fn apply(self, request: &mut Request<RequestBody>, scheme: &str) -> Back {
        if let Some(target) = self.target {
            *request.uri_mut() = Uri::from(target);
        }
        let headers = request.headers_mut();
        match self.authorization {
            None | Some(Shown::AsItCame) => {}
            Some(Shown::Nothing | Shown::Identity) => {
                headers.remove(AUTHORIZATION);
            }
            Some(Shown::Token(minted)) => {
                set(headers, AUTHORIZATION, format!("{scheme} {minted}").as_bytes())
            }
        }
        if let Some(protocols) = self.protocols {
            set(headers, SEC_WEBSOCKET_PROTOCOL, &protocols);
        }
        if let Some(identity) = self.identity {
            headers.insert(IDENTITY, identity);
        }
        self.back
    }
}

/// Never what was there before: what cannot be written is left out.
fn set(headers: &mut HeaderMap, name: HeaderName, text: &[u8]) {
    headers.remove(&name);
    if let Ok(mut value) = HeaderValue::from_bytes(text)
        && !text.is_empty()
    {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}

impl Back {
    /// A client must be told the subprotocol that it offered itself.
    pub(super) fn restore(&self, headers: &mut HeaderMap) {
        if let Some((minted, offered)) = &self.swapped
            && headers.get(SEC_WEBSOCKET_PROTOCOL).is_some_and(|value| value == minted.as_str())
        {
            set(headers, SEC_WEBSOCKET_PROTOCOL, offered.as_bytes());
        }
    }
}
