//! One line of a recording: an exchange, or what is known of those that are not there.

use serde::{Deserialize, Serialize};

use crate::parity::exchange::Exchange;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Exchange(Box<Exchange>),
    Gap(Gap),
    Tally(Tally),
    End(End),
}

/// Requests that are counted and not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    pub count: u64,
    /// `queue`, `sampled`, `route`, `disk`, `full`, ...
    pub reason: String,
    /// When the first and the last of them began, in microseconds since 1970.
    pub from: u64,
    pub to: u64,
}

/// At the end of every frame: what stands in the recording up to here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Always `exchanges` + `gaps`.
    pub requests: u64,
    pub exchanges: u64,
    /// Requests in gaps, not lines.
    pub gaps: u64,
}

/// The last line of a recording that was ended, not cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// In microseconds since 1970.
    pub at: u64,
    pub requests: u64,
    pub exchanges: u64,
    pub gaps: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "kebab-case")]
enum Other {
    Gap(Gap),
    Tally(Tally),
    End(End),
}

const EXCHANGE: &[u8] = br#"{"k":"x","#;

impl Line {
    /// Without a line break.
    pub fn read(line: &mut [u8]) -> Result<Self, serde_json::Error> {
        if line.starts_with(EXCHANGE) {
            // The comma becomes the brace, so that nothing is copied.
            let rest = &mut line[EXCHANGE.len() - 1..];
            rest[0] = b'{';
            return serde_json::from_slice(rest).map(Self::Exchange);
        }
        // By hand, with other spaces or members in another order.
        let mut value: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line)?;
        if value.get("k").is_some_and(|kind| kind == "x") {
            value.shift_remove("k");
            return serde_json::from_value(value.into()).map(Self::Exchange);
        }
        Ok(match serde_json::from_value(value.into())? {
            Other::Gap(gap) => Self::Gap(gap),
            Other::Tally(tally) => Self::Tally(tally),
            Other::End(end) => Self::End(end),
        })
    }

    /// With a line break.
    pub fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Exchange(exchange) => write_exchange(exchange, to),
            Self::Gap(gap) => write_other(&Other::Gap(gap.clone()), to),
            Self::Tally(tally) => write_other(&Other::Tally(*tally), to),
            Self::End(end) => write_other(&Other::End(*end), to),
        }
    }
}

pub(super) fn write_exchange(exchange: &Exchange, to: &mut Vec<u8>) {
    to.extend_from_slice(&EXCHANGE[..EXCHANGE.len() - 1]);
    let brace = to.len();
    append(exchange, to);
    // One object, of which the kind is the first member.
    to[brace] = b',';
    to.push(b'\n');
}

fn write_other(other: &Other, to: &mut Vec<u8>) {
    append(other, to);
    to.push(b'\n');
}

fn append(value: &impl Serialize, to: &mut Vec<u8>) {
    serde_json::to_writer(to, value).expect("only strings are keys, and a vector takes everything");
}
