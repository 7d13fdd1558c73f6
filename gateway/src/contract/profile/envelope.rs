//! An envelope of the legacy's own around an error: JSON with places for its status, its code and its message.

use std::{fmt, str::FromStr};

use http::StatusCode;

/// Written as its bytes, `{status}`, `{code}` and `{message}` among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Bytes(String),
    Place(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The number.
    Status,
    /// Its name as a word, such as `not_found`, without quotes.
    Code,
    /// The detail as JSON: a text brings its quotes.
    Message,
}

#[derive(Debug, thiserror::Error)]
pub enum BadEnvelope {
    #[error("`{{{0}}}` is no place of an envelope")]
    Unknown(String),
    #[error("the envelope is not JSON once it is filled: {0}")]
    NotJson(serde_json::Error),
}

impl BadEnvelope {
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "places are `{status}`, `{code}` and `{message}`",
            Self::NotJson(_) => {
                "`{message}` brings its own quotes, `{code}` has none, as in \
                 `'{\"error\":{\"code\":\"{code}\",\"status\":{status},\"message\":{message}}}'`"
            }
        }
    }
}

impl Place {
    const ALL: [Self; 3] = [Self::Status, Self::Code, Self::Message];

    fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Code => "code",
            Self::Message => "message",
        }
    }
}

impl Envelope {
    /// `detail` is JSON.
    pub(super) fn fill(&self, status: StatusCode, detail: &str) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Bytes(text) => filled.push_str(text),
                Part::Place(Place::Status) => filled.push_str(status.as_str()),
                Part::Place(Place::Code) => filled.push_str(&code(status)),
                Part::Place(Place::Message) => filled.push_str(detail),
            }
        }
        filled
    }
}

fn code(status: StatusCode) -> String {
    let phrase = status.canonical_reason().unwrap_or("error");
    phrase.to_ascii_lowercase().replace([' ', '-'], "_").replace('\'', "")
}

impl FromStr for Envelope {
    type Err = BadEnvelope;

    fn from_str(text: &str) -> Result<Self, BadEnvelope> {
        let (mut parts, mut bytes, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            bytes.push_str(before);
            match word(&from[1..]) {
                Some(word) => {
                    let place = Place::ALL.into_iter().find(|place| place.name() == word);
                    let place = place.ok_or_else(|| BadEnvelope::Unknown(word.to_owned()))?;
                    parts.extend([Part::Bytes(std::mem::take(&mut bytes)), Part::Place(place)]);
                    rest = &from[word.len() + 2..];
                }
                None => {
                    bytes.push('{');
                    rest = &from[1..];
                }
            }
        }
        parts.push(Part::Bytes(bytes + rest));
        let envelope = Self { parts };
        let sample = envelope.fill(StatusCode::NOT_FOUND, "\"a message\"");
        serde_json::from_str::<serde_json::Value>(&sample).map_err(BadEnvelope::NotJson)?;
        Ok(envelope)
    }
}

/// A bare word up to a `}`: nothing that JSON itself could have there.
fn word(text: &str) -> Option<&str> {
    let (word, _) = text.split_once('}')?;
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    (!word.is_empty() && word.bytes().all(is_word)).then_some(word)
}

impl fmt::Display for Envelope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Bytes(text) => formatter.write_str(text),
            Part::Place(place) => write!(formatter, "{{{}}}", place.name()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_filled_byte_for_byte_and_written_back_as_it_was() {
        for (written, status, detail, expected) in [
            (
                r#"{"error":{"code":"{code}","status":{status},"message":{message}}}"#,
                404,
                r#""Task \"x\"""#,
                r#"{"error":{"code":"not_found","status":404,"message":"Task \"x\""}}"#,
            ),
            (
                r#"{ "ok": false, "e": [{message}, {}] }"#,
                409,
                r#"{"a":1}"#,
                r#"{ "ok": false, "e": [{"a":1}, {}] }"#,
            ),
            (
                r#"{"status":"{status}","title":"{code}"}"#,
                418,
                "null",
                r#"{"status":"418","title":"im_a_teapot"}"#,
            ),
        ] {
            let envelope: Envelope = written.parse().expect(written);
            assert_eq!(envelope.fill(StatusCode::from_u16(status).expect("a status"), detail), expected);
            assert_eq!(envelope.to_string(), written);
        }
    }

    #[test]
    fn an_envelope_that_would_be_no_json_is_refused() {
        for (written, expected) in [
            (r#"{"error":"{message}"}"#, "the envelope is not JSON once it is filled: "),
            (r#"{"error":{code}}"#, "the envelope is not JSON once it is filled: "),
            (r#"{"error":{mesage}}"#, "`{mesage}` is no place of an envelope"),
            (r#"{"error":{message}"#, "the envelope is not JSON once it is filled: "),
        ] {
            let told = written.parse::<Envelope>().expect_err(written).to_string();
            assert!(told.starts_with(expected), "{written}: {told}");
        }
    }
}
