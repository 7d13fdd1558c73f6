//! Writes HAR, for the browsers and tools that show it.

use base64::{Engine, prelude::BASE64_STANDARD};
use url::form_urlencoded;

use super::{
    document::{Asked, Creator, Document, Empty, Entry, Log, Message, Pair, PostData, Said, Timings, Told},
    moment::{self, milliseconds},
};
use crate::parity::exchange::{
    Answered, Exchange, Headers, Outcome,
    content::{Body, Content},
    frame::{Frame, Side},
};

pub fn export(exchanges: &[Exchange]) -> String {
    let entries = exchanges.iter().map(|exchange| serde_json::to_value(entry(exchange)));
    let entries = entries.collect::<Result<_, _>>().expect("names are strings and numbers are finite");
    let creator = Creator { name: "gateway".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let document = Document { log: Log { version: "1.2".to_owned(), creator, entries } };
    let mut text = serde_json::to_string_pretty(&document).expect("it is made of values");
    text.push('\n');
    text
}

fn entry(exchange: &Exchange) -> Entry {
    let first_byte = exchange.first_byte.unwrap_or(exchange.took).min(exchange.took);
    let answered = match &exchange.outcome {
        Outcome::Answered(answered) => Some(answered),
        Outcome::Broken(broken) => broken.begun.as_deref(),
        Outcome::Blocked(_) => None,
    };
    let frames = answered.map(|answered| &*answered.frames).unwrap_or_default();
    Entry {
        started_date_time: moment::write(exchange.began),
        time: milliseconds(exchange.took),
        request: asked(exchange),
        response: told(exchange),
        cache: Empty {},
        timings: Timings {
            send: Some(0.0),
            wait: Some(milliseconds(first_byte)),
            receive: Some(milliseconds(exchange.took - first_byte)),
            blocked: Some(-1.0),
            dns: Some(-1.0),
            connect: Some(-1.0),
        },
        comment: format!(
            "exchange {} of session {}, route {}",
            exchange.id, exchange.session, exchange.route
        ),
        from_cache: None,
        messages: frames.iter().filter_map(|frame| message(frame, exchange.began)).collect(),
    }
}

fn asked(exchange: &Exchange) -> Asked {
    let request = &exchange.request;
    let scheme = if answers_socket(exchange) { "ws" } else { "http" };
    let host = request.header("host").unwrap_or("localhost");
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let has_body = !request.body.is_nothing();
    Asked {
        method: request.method.clone(),
        url: format!("{scheme}://{host}{}", request.target),
        http_version: version(&request.version),
        cookies: Vec::new(),
        headers: pairs(&request.headers),
        query_string: form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| Pair { name: name.into_owned(), value: value.into_owned() })
            .collect(),
        post_data: has_body.then(|| {
            let (text, encoding, _) = content(&request.body);
            let mime_type = request.header("content-type").unwrap_or_default().to_owned();
            PostData { mime_type, text, encoding, params: Vec::new() }
        }),
        headers_size: -1.0,
        body_size: size(&request.body),
    }
}

fn answers_socket(exchange: &Exchange) -> bool {
    exchange.answered().is_some_and(|answered| answered.status == 101)
}

fn told(exchange: &Exchange) -> Told {
    let nothing = Answered::default();
    let (answered, error) = match &exchange.outcome {
        Outcome::Answered(answered) => (answered, None),
        // Half of an answer is none to whoever reads the status.
        Outcome::Broken(broken) => (&nothing, Some(broken.reason.clone())),
        Outcome::Blocked(blocked) => {
            (&nothing, Some(format!("needs {} of exchange {}", blocked.needs, blocked.by)))
        }
    };
    let (text, encoding, comment) = content(&answered.body);
    let reason =
        http::StatusCode::from_u16(answered.status).ok().and_then(|status| status.canonical_reason());
    Told {
        status: answered.status,
        status_text: reason.unwrap_or_default().to_owned(),
        http_version: version(&exchange.request.version),
        cookies: Vec::new(),
        headers: pairs(&answered.headers),
        content: Said {
            size: answered.body.bytes().map_or_else(|| size(&answered.body), |bytes| bytes.len() as f64),
            mime_type: answered.header("content-type").unwrap_or_default().to_owned(),
            text,
            encoding,
            comment,
        },
        redirect_url: answered.header("location").unwrap_or_default().to_owned(),
        headers_size: -1.0,
        body_size: size(&answered.body),
        error,
    }
}

/// Text, how it is written, and what there is to say if it is not there.
fn content(body: &Body) -> (Option<String>, Option<String>, String) {
    match &body.content {
        Content::Nothing => (None, None, String::new()),
        Content::Text(text) => (Some(text.clone()), None, String::new()),
        Content::Bytes(bytes) => {
            (Some(BASE64_STANDARD.encode(bytes)), Some("base64".to_owned()), String::new())
        }
        Content::Blob(name) => (None, None, format!("stands beside the recording: {name}")),
        Content::Omitted(why) => (None, None, format!("was not kept: {why}")),
    }
}

fn message(frame: &Frame, began: u64) -> Option<Message> {
    let data = match &frame.content {
        Content::Nothing => String::new(),
        Content::Text(text) if frame.opcode == 1 => text.clone(),
        Content::Text(text) => BASE64_STANDARD.encode(text),
        Content::Bytes(bytes) => BASE64_STANDARD.encode(bytes),
        Content::Blob(_) | Content::Omitted(_) => return None,
    };
    let kind = match frame.from {
        Side::Client => "send",
        Side::Server => "receive",
    };
    let time = milliseconds(began.saturating_add(frame.at)) / 1000.0;
    Some(Message { kind: kind.to_owned(), time, opcode: frame.opcode, data })
}

fn pairs(headers: &Headers) -> Vec<Pair> {
    headers.iter().map(|(name, value)| Pair { name: name.clone(), value: value.clone() }).collect()
}

fn version(version: &str) -> String {
    format!("HTTP/{}", if version == "2" { "2.0" } else { version })
}

fn size(body: &Body) -> f64 {
    body.length as f64
}
