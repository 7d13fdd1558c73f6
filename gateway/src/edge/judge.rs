//! Judges the head of a request as it came, before anything has tidied it up.
//!
//! Pure, and without a copy of anything: bytes in, verdict out. What passes means the same to hyper, to both parsers of
//! uvicorn and to us; the rules are in RFC 9112, stricter where the two parsers differ.

mod connection;
mod framing;
mod header;
mod host;
mod lines;
mod method;
mod request_line;
mod target;
#[cfg(test)]
mod tests;

use super::{Class, class::Classes};
use crate::{
    auth::trust::TrustedHeaders,
    edge::look::{limits::HeadLimits, too_large},
};

use connection::Connection;
use framing::Framing;
use header::Header;
use host::Hosts;
use lines::Lines;
use request_line::{RequestLine, Version};

pub use framing::Body;
pub(crate) use host::is_host;
pub(crate) use lines::head_length;
pub(crate) use method::is_known;
pub(crate) use request_line::is_token;

/// What decides beside the bytes themselves.
#[derive(Clone, Copy)]
pub struct Rules<'r> {
    pub limits: HeadLimits,
    /// What is only counted.
    pub reported: Classes,
    pub trusted: &'r TrustedHeaders,
    /// Whether some route of the legacy has this method, one that not everybody knows.
    pub declares: &'r dyn Fn(&[u8]) -> bool,
}

/// A head that may pass: what follows it, and what was found that is only counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    pub body: Body,
    /// It asks for a WebSocket: what follows it is no request if it gets one.
    pub websocket: bool,
    pub reported: Classes,
}

/// Objections, unless they are only counted.
struct Objections {
    reported: Classes,
    seen: Classes,
}

impl Objections {
    fn raise(&mut self, class: Class) -> Result<(), Class> {
        if !self.reported.contains(class) {
            return Err(class);
        }
        self.seen.add(class);
        Ok(())
    }

    fn raise_if(&mut self, is_so: bool, class: Class) -> Result<(), Class> {
        if is_so { self.raise(class) } else { Ok(()) }
    }
}

/// What can be wrong with a method and a target by themselves; `routes explain` asks the same.
pub fn refusal(method: &str, target: &str, reported: Classes) -> Option<Class> {
    self::target(method, target, reported).1
}

/// The same, with what is wrong too and only counted.
pub fn target(method: &str, target: &str, reported: Classes) -> (Classes, Option<Class>) {
    let mut objections = Objections { reported, seen: Classes::default() };
    let refused = target::judge(method.as_bytes(), target.as_bytes(), &mut objections).err();
    (objections.seen, refused)
}

/// A whole head, from its first byte to the end of its empty line.
pub fn judge(head: &[u8], rules: &Rules<'_>) -> Result<Passed, Class> {
    if let Some(class) = too_large(head, rules.limits) {
        return Err(class);
    }
    let mut objections = Objections { reported: rules.reported, seen: Classes::default() };
    let mut lines = Lines::of(head);
    let line = lines.first(&mut objections)?;
    let RequestLine { method, target, version } = RequestLine::read(line)?;
    if target.len() > rules.limits.target {
        return Err(Class::TargetTooLong);
    }
    objections.raise_if(!is_known(method) && !(rules.declares)(method), Class::MethodUnknown)?;
    let authority = target::judge(method, target, &mut objections)?;
    let (mut framing, mut hosts) = (Framing::default(), Hosts::default());
    let mut connection = Connection::default();
    let mut count = 0;
    while let Some(line) = lines.next(&mut objections)? {
        let header = Header::read(line)?;
        count += 1;
        if count > rules.limits.headers {
            return Err(Class::HeadersTooMany);
        }
        framing.look_at(&header)?;
        hosts.look_at(&header);
        connection.look_at(&header, rules.trusted, &mut objections)?;
    }
    hosts.judge(version, authority, &mut objections)?;
    let body = framing.judge(version)?;
    let websocket = connection.judge(method, version, body, &mut objections)?;
    Ok(Passed { body, websocket, reported: objections.seen })
}
