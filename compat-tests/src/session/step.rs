//! One step of a script: what is asked, what has to come of it, and what later steps need from the answer.

use bytes::Bytes;
use std::time::Duration;

use crate::client::websocket::Frame;

/// The same at both base URLs: what an answer says about its own address must not differ.
pub const HOST: &str = "api.example.test";

#[derive(Debug, Clone)]
pub struct Step {
    pub method: &'static str,
    /// As it is sent; `{name}` stands for what an earlier step kept under that name.
    pub target: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
    pub expected: Expected,
    /// Names under which values of the answer are kept, and where those stand.
    pub kept: Vec<(&'static str, Source)>,
    /// The gateway answers this itself and does not ask the legacy.
    pub at_the_door: bool,
    /// Counts as a stream or an upload.
    pub streams: bool,
    /// How long before the end of the answer its first piece arrives at least.
    pub arrives_over: Option<Duration>,
    /// What is said and heard after the 101; nothing for a request that asks for no WebSocket.
    pub conversation: Option<Vec<Turn>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    None,
    Whole(Bytes),
    /// Each part is a chunk of its own.
    Chunked(Vec<Bytes>),
    /// Announced with `Expect: 100-continue` and sent when that is granted.
    Awaited(Bytes),
}

/// Which status the legacy gives, or the script is not what it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    Status(u16),
    /// The framework's versions differ.
    Either([u16; 2]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A JSON pointer into the body.
    Json(&'static str),
    Header(&'static str),
}

#[derive(Debug, Clone)]
pub enum Turn {
    Say(Frame),
    Hear,
}

pub fn ask(method: &'static str, target: &str) -> Step {
    Step {
        method,
        target: target.to_owned(),
        headers: Vec::new(),
        body: Body::None,
        expected: Expected::Status(200),
        kept: Vec::new(),
        at_the_door: false,
        streams: false,
        arrives_over: None,
        conversation: None,
    }
}

pub fn get(target: &str) -> Step {
    ask("GET", target)
}

pub fn head(target: &str) -> Step {
    ask("HEAD", target)
}

pub fn options(target: &str) -> Step {
    ask("OPTIONS", target)
}

pub fn post(target: &str) -> Step {
    ask("POST", target)
}

pub fn put(target: &str) -> Step {
    ask("PUT", target)
}

pub fn patch(target: &str) -> Step {
    ask("PATCH", target)
}

pub fn delete(target: &str) -> Step {
    ask("DELETE", target)
}

/// A WebSocket: the turns, then all frames until the connection ends. A close frame that is heard is answered.
pub fn websocket(target: &str, conversation: impl IntoIterator<Item = Turn>) -> Step {
    let conversation = Some(conversation.into_iter().collect());
    Step { conversation, expected: Expected::Status(101), streams: true, ..get(target) }
}

impl Step {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With the token that a log-in kept under this name.
    pub fn by(self, name: &str) -> Self {
        self.header("authorization", &format!("Bearer {{{name}}}"))
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = Body::Whole(body.into());
        self.header("content-type", content_type)
    }

    pub fn json(self, body: &str) -> Self {
        self.body("application/json", body.to_owned())
    }

    pub fn form(self, body: &str) -> Self {
        self.body("application/x-www-form-urlencoded", body.to_owned())
    }

    /// A multipart form with the boundary `frontier`; the parts are written out, without delimiters.
    pub fn multipart(mut self, parts: &[&[u8]]) -> Self {
        let mut body = Vec::new();
        for part in parts {
            body.extend([b"--frontier\r\n", *part, b"\r\n"].concat());
        }
        body.extend(b"--frontier--\r\n");
        self.streams = true;
        self.body("multipart/form-data; boundary=frontier", body)
    }

    pub fn without_type(mut self, body: &str) -> Self {
        self.body = Body::Whole(body.to_owned().into());
        self
    }

    pub fn chunked(mut self, content_type: &str, parts: &[&'static [u8]]) -> Self {
        self.body = Body::Chunked(parts.iter().map(|part| Bytes::from_static(part)).collect());
        self.streams = true;
        self.header("content-type", content_type).header("transfer-encoding", "chunked")
    }

    pub fn awaited(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let length = body.len().to_string();
        self.body = Body::Awaited(body);
        self.streams = true;
        self.header("content-type", content_type)
            .header("content-length", &length)
            .header("expect", "100-continue")
    }

    pub fn gives(mut self, status: u16) -> Self {
        self.expected = Expected::Status(status);
        self
    }

    pub fn gives_either(mut self, statuses: [u16; 2]) -> Self {
        self.expected = Expected::Either(statuses);
        self
    }

    pub fn keeps(mut self, name: &'static str, pointer: &'static str) -> Self {
        self.kept.push((name, Source::Json(pointer)));
        self
    }

    pub fn keeps_header(mut self, name: &'static str, header: &'static str) -> Self {
        self.kept.push((name, Source::Header(header)));
        self
    }

    pub fn at_the_door(mut self) -> Self {
        self.at_the_door = true;
        self
    }

    pub fn streams(mut self) -> Self {
        self.streams = true;
        self
    }

    pub fn arrives_over(mut self, least: Duration) -> Self {
        self.arrives_over = Some(least);
        self.streams()
    }

    /// How a reader finds it in the script.
    pub fn name(&self) -> String {
        let kind = if self.conversation.is_some() { "WS" } else { self.method };
        format!("{kind} {}", self.target)
    }

    /// It may change something, and it reaches the legacy.
    pub fn writes(&self) -> bool {
        ["POST", "PUT", "PATCH", "DELETE"].contains(&self.method) && !self.at_the_door
    }

    /// What a client sent under this name.
    pub fn sent(&self, name: &str) -> Option<&str> {
        let fits = |(candidate, _): &&(&str, String)| candidate.eq_ignore_ascii_case(name);
        self.headers.iter().find(fits).map(|(_, value)| value.as_str())
    }
}

impl Expected {
    pub fn fits(&self, status: u16) -> bool {
        match self {
            Self::Status(expected) => *expected == status,
            Self::Either(statuses) => statuses.contains(&status),
        }
    }
}
