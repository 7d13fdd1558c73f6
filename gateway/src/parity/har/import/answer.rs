//! The answer of an entry, as it must have come.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;

use super::{
    super::{
        document::{Message, Said, Told},
        moment,
    },
    headers,
};
use crate::parity::exchange::{
    Answered, Broken, Outcome,
    content::{Body, Content, Omitted},
    frame::{Frame, Side},
};

pub(super) fn outcome(
    told: Told,
    is_head: bool,
    messages: &[Message],
    began: u64,
) -> Result<Outcome, String> {
    // A browser that got nothing, or was told to stop, writes a status of 0.
    if told.status == 0 {
        let reason = told.error.filter(|reason| !reason.is_empty()).unwrap_or_else(|| "no answer".to_owned());
        return Ok(Outcome::Broken(Broken { reason, begun: None }));
    }
    let headers = headers(&told.headers);
    let has_body = !is_head && !matches!(told.status, 100..200 | 204 | 304);
    let mut body = if has_body { body(told.content)? } else { Body::default() };
    let coding = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    body.coding = coding.filter(|_| !body.is_nothing()).map(|(_, coding)| coding.clone());
    if body.coding.is_some() && told.body_size > 0.0 {
        body.length = told.body_size as u64;
    }
    let frames = messages.iter().map(|message| frame(message, began)).collect::<Result<_, _>>()?;
    let (trailers, interim) = (Vec::new(), Vec::new());
    Ok(Outcome::Answered(Answered { status: told.status, headers, body, trailers, interim, frames }))
}

fn body(said: Said) -> Result<Body, String> {
    match (said.text, said.encoding.as_deref()) {
        (Some(text), Some("base64")) => {
            let bytes = BASE64_STANDARD
                .decode(text)
                .map_err(|error| format!("`content.text` is no base64: {error}"))?;
            Ok(Body::of_bytes(Bytes::from(bytes)))
        }
        (Some(_), Some(other)) if !other.is_empty() => {
            Err(format!("nobody knows the `content.encoding` `{other}`"))
        }
        (Some(text), _) => Ok(Body::of_bytes(Bytes::from(text))),
        // A browser forgets the bodies of pages that were left.
        (None, _) if said.size > 0.0 => Ok(Body {
            content: Content::Omitted(Omitted::Unreadable),
            length: said.size as u64,
            ..Body::default()
        }),
        (None, _) => Ok(Body::default()),
    }
}

fn frame(message: &Message, began: u64) -> Result<Frame, String> {
    let from = match message.kind.as_str() {
        "send" => Side::Client,
        "receive" => Side::Server,
        other => return Err(format!("a WebSocket's message is `send` or `receive`, not `{other}`")),
    };
    let content = if message.opcode == 1 {
        Content::Text(message.data.clone())
    } else {
        let bytes = BASE64_STANDARD.decode(&message.data);
        Content::Bytes(bytes.map_err(|error| format!("a WebSocket's message is no base64: {error}"))?.into())
    };
    let at = moment::micros(message.time * 1000.0).saturating_sub(began);
    Ok(Frame { from, at, opcode: message.opcode, content, code: None })
}
