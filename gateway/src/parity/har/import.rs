//! Reads HAR: each entry that says what was asked and what came of it is an exchange, the others are told.

mod answer;
mod asked;

use std::fmt::{self, Display, Formatter};

use super::{
    document::{Document, Entry},
    moment, order,
};
use crate::parity::exchange::{Exchange, Headers};

pub struct Imported {
    /// Not redacted, of no session and no route yet; in their order.
    pub exchanges: Vec<Exchange>,
    pub unusable: Vec<Unusable>,
    /// The program that wrote the file.
    pub creator: String,
}

/// An entry that is no exchange.
#[derive(Debug, PartialEq, Eq)]
pub struct Unusable {
    /// From 0, as it stands in `log.entries`.
    pub index: usize,
    pub why: String,
}

impl Display for Unusable {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "log.entries[{}]: {}", self.index, self.why)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("is no HAR file: {0}")]
pub struct BadHar(#[from] serde_json::Error);

pub fn import(text: &str) -> Result<Imported, BadHar> {
    // Some programs on Windows begin a file so.
    let document: Document = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let mut exchanges = Vec::new();
    let mut unusable = Vec::new();
    for (index, entry) in document.log.entries.into_iter().enumerate() {
        match serde_json::from_value::<Entry>(entry).map_err(|error| error.to_string()).and_then(exchange) {
            Ok(exchange) => exchanges.push(exchange),
            Err(why) => unusable.push(Unusable { index, why }),
        }
    }
    order::put_in_order(&mut exchanges);
    let creator = document.log.creator;
    Ok(Imported {
        exchanges,
        unusable,
        creator: format!("{} {}", creator.name, creator.version).trim().to_owned(),
    })
}

fn exchange(entry: Entry) -> Result<Exchange, String> {
    if let Some(cache) = entry.from_cache {
        return Err(format!("was answered by the browser's {cache} cache: no server was asked"));
    }
    let began = moment::read(&entry.started_date_time)
        .ok_or_else(|| format!("`startedDateTime` is no time: `{}`", entry.started_date_time))?;
    let is_head = entry.request.method == "HEAD";
    let request = asked::request(entry.request)?;
    let wait = [
        entry.timings.blocked,
        entry.timings.dns,
        entry.timings.connect,
        entry.timings.send,
        entry.timings.wait,
    ];
    let first_byte = entry.timings.wait.is_some_and(|wait| wait >= 0.0);
    let first_byte = first_byte.then(|| wait.iter().flatten().copied().map(moment::micros).sum());
    Ok(Exchange {
        id: 0,
        session: String::new(),
        after: Vec::new(),
        began,
        first_byte,
        took: moment::micros(entry.time),
        route: String::new(),
        owner: String::new(),
        request,
        outcome: answer::outcome(entry.response, is_head, &entry.messages, began)?,
        redacted: Vec::new(),
    })
}

/// Each byte as the character of its number: what is more than a byte was UTF-8.
fn as_bytes(text: &str) -> String {
    if text.chars().all(|character| u32::from(character) < 0x100) {
        return text.to_owned();
    }
    text.bytes().map(char::from).collect()
}

/// Without those that HTTP/2 adds for itself; Firefox joins those of one name by line breaks.
fn headers(pairs: &[super::document::Pair]) -> Headers {
    let fields = pairs.iter().filter(|pair| !pair.name.starts_with(':') && !pair.name.is_empty());
    let each = fields.flat_map(|pair| {
        pair.value.split('\n').map(|value| (as_bytes(&pair.name), as_bytes(value.trim_ascii())))
    });
    each.collect()
}
