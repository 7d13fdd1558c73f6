//! Takes a request or an answer apart into what may be a value of its own, and puts a request together again around
//! other values.
//!
//! One walk serves both: whoever visits is shown each spot with what stands there, and may say what shall stand there
//! instead. The same text gives the same spots in the same order, so that a spot found once is found again.

mod body;
mod form;
mod html;
mod json;
mod kind;
mod url;
mod views;

use crate::parity::exchange::{Answered, Headers, Request};

/// Where a value stands, and by what it can be told what kind of thing it is.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// `target /1`, `header cookie session`, `body $.items[0].id`, with the ways further in behind it.
    pub(super) place: String,
    /// The member, parameter, cookie or header that the value is of.
    pub(super) name: String,
    /// What encloses it: the member around it, the literal before it in a path, else the resource of the route.
    pub(super) within: String,
    pub(super) way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By its name alone: a member, a parameter, a field, a header.
    Named,
    /// A segment of a path where the route has a parameter.
    Slot,
    /// A segment of a path that the route spells out.
    Literal,
    Cookie,
    /// The text of an `ETag`, `If-Match` or `If-None-Match` without its quotes.
    Etag,
    /// A word inside of a longer text.
    Word,
}

/// Says what shall stand at a spot, or nothing to leave it and to look further in.
pub(super) trait Visit: FnMut(&Spot, &str) -> Option<String> {}

impl<F: FnMut(&Spot, &str) -> Option<String>> Visit for F {}

/// How many views may stand in one another: a link in a text in a document in base64.
pub(super) const DEEPEST: usize = 5;

impl Spot {
    fn new(place: String, name: &str, within: &str, way: Way) -> Self {
        Self { place, name: name.to_owned(), within: within.to_owned(), way }
    }

    /// A spot further in that is called the same.
    fn inner(&self, step: &str) -> Self {
        Self { place: format!("{} {step}", self.place), ..self.clone() }
    }

    /// What kind of thing a bare number here is the number of: `task` for `task_id`; nothing where nothing tells.
    pub(super) fn kind(&self) -> Option<String> {
        kind::of(self)
    }
}

/// The request with what the visitor says.
pub(super) fn request(route: &str, request: &Request, visit: &mut dyn Visit) -> Request {
    let target = url::target(route, &request.target, visit);
    let mut changed = request.clone();
    if let Some(target) = target {
        changed.target = target;
    }
    for (name, value) in &mut changed.headers {
        if let Some(new) = header(&name.to_ascii_lowercase(), value, visit) {
            *value = new;
        }
    }
    let media = media(&request.headers);
    if let Some(content) = body::content(&kind::resource(route), &media, &request.body.content, visit) {
        changed.body.content = content;
    }
    changed
}

/// Shows all that an answer gives.
pub(super) fn answer(route: &str, answered: &Answered, visit: &mut dyn Visit) {
    let mut named = Vec::new();
    for (name, value) in answered.headers.iter().chain(&answered.trailers) {
        let name = name.to_ascii_lowercase();
        // A header that comes again has places of its own; cookies are told apart by their names.
        let again = named.iter().filter(|earlier| **earlier == name).count();
        let shown = if again == 0 || name == "set-cookie" { name.clone() } else { format!("{name}#{again}") };
        named.push(name);
        let _ = header(&shown, value, visit);
    }
    let resource = kind::resource(route);
    let _ = body::content(&resource, &media(&answered.headers), &answered.body.content, visit);
    for (number, frame) in answered.frames.iter().enumerate() {
        let spot = Spot::new(format!("frame {number}"), "", &resource, Way::Named);
        if let crate::parity::exchange::content::Content::Text(text) = &frame.content {
            let _ = views::text(&spot, text, 0, visit);
        }
    }
}

/// What a client said in a frame, with what the visitor says.
pub(super) fn frame(route: &str, number: usize, text: &str, visit: &mut dyn Visit) -> Option<String> {
    views::text(&Spot::new(format!("frame {number}"), "", &kind::resource(route), Way::Named), text, 0, visit)
}

fn header(name: &str, value: &str, visit: &mut dyn Visit) -> Option<String> {
    match name {
        // These say how a message is sent, not what.
        "host" | "content-length" | "transfer-encoding" | "connection" | "date" | "accept"
        | "content-type" | "accept-encoding" | "user-agent" | "server" | "vary" | "allow" | "keep-alive"
        | "upgrade" => None,
        _ if name.starts_with("access-control-") || name.starts_with("sec-websocket") => None,
        "cookie" => form::cookies(value, visit),
        "set-cookie" => form::set_cookie(value, visit),
        "etag" | "if-match" | "if-none-match" => views::etags(name, value, visit),
        _ => views::text(&Spot::new(format!("header {name}"), name, "", Way::Named), value, 0, visit),
    }
}

fn media(headers: &Headers) -> String {
    let named = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    named.map(|(_, value)| value.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
