//! One request with what came of it, as it is recorded and as it is compared: a line of a recording.
//!
//! Everything that identifies a person or opens a door has been replaced before an exchange is written. Header values
//! are bytes: each is kept as the character of that number (ISO 8859-1), which loses nothing.

use serde::{Deserialize, Serialize};

use content::{Body, Content};

pub mod content;
pub mod frame;

use frame::Frame;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// From 1, in the order in which they began; a run of a recording keeps the numbers of what it repeats.
    pub id: u64,
    /// Who asked, as far as order matters: one client after its own earlier requests.
    pub session: String,
    /// Those that had ended before this one began, without those that are before one of them anyway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<u64>,
    /// In microseconds since 1970.
    pub began: u64,
    /// In microseconds since `began`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_byte: Option<u64>,
    /// In microseconds.
    pub took: u64,
    /// As `gateway routes list` prints it; empty where no route matched.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub route: String,
    /// Who answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    pub request: Request,
    pub outcome: Outcome,
    /// Where something else stands than what was sent, and what kind of thing that was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<Redacted>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub method: String,
    /// As it came, undecoded.
    pub target: String,
    /// `1.0`, `1.1` or `2`.
    pub version: String,
    pub headers: Headers,
    #[serde(default, skip_serializing_if = "Body::is_nothing")]
    pub body: Body,
}

/// In the order in which they came.
pub type Headers = Vec<(String, String)>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Answered(Answered),
    /// No answer, half an answer, or something that is none: why.
    Broken(Broken),
    /// Of a run only: not asked, because it needs what another exchange did not give.
    Blocked(Blocked),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    pub status: u16,
    pub headers: Headers,
    #[serde(default, skip_serializing_if = "Body::is_nothing")]
    pub body: Body,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trailers: Headers,
    /// Interim answers that came before: 100, 103.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interim: Vec<u16>,
    /// What a WebSocket said, both ways, close frames included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<Frame>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broken {
    pub reason: String,
    /// What had come of it by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<Box<Answered>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocked {
    /// The exchange whose answer should have given it.
    pub by: u64,
    /// What is missing, by its place in that answer: `body $.id`.
    pub needs: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redacted {
    /// `request header authorization`, `request target`, `answer body $.email`.
    pub at: String,
    /// What made it secret: `header`, `name`, `email`, `unlisted`, ...
    pub class: String,
}

/// The reason of an answer that nobody waited for.
pub const CLIENT_LEFT: &str = "client_left";

impl Exchange {
    pub fn answered(&self) -> Option<&Answered> {
        match &self.outcome {
            Outcome::Answered(answered) => Some(answered),
            Outcome::Broken(broken) => broken.stream(),
            Outcome::Blocked(_) => None,
        }
    }
}

impl Broken {
    /// What an event stream said until its client left: nobody hears the end of one.
    pub fn stream(&self) -> Option<&Answered> {
        let begun = self.begun.as_deref().filter(|_| self.reason == CLIENT_LEFT)?;
        begun
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/event-stream"))
            .then_some(begun)
    }
}

impl Answered {
    /// The value of a header that came once.
    pub fn header(&self, name: &str) -> Option<&str> {
        once(&self.headers, name)
    }
}

impl Request {
    /// The value of a header that came once.
    pub fn header(&self, name: &str) -> Option<&str> {
        once(&self.headers, name)
    }

    pub fn text(&self) -> Option<&str> {
        match &self.body.content {
            Content::Text(text) => Some(text),
            Content::Nothing | Content::Bytes(_) | Content::Blob(_) | Content::Omitted(_) => None,
        }
    }
}

fn once<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let mut named = headers.iter().filter(|(candidate, _)| candidate.eq_ignore_ascii_case(name));
    let value = named.next().map(|(_, value)| value.as_str());
    value.filter(|_| named.next().is_none())
}

#[cfg(test)]
pub(in crate::parity) mod sample;
#[cfg(test)]
mod tests;
