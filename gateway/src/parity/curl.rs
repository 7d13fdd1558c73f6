//! A request as a command that sends the same bytes, for whoever wants to see an answer with their own eyes.
//!
//! Written for a POSIX shell. What was replaced in a header that opens doors stands there as a variable, and the shell
//! says so when it is not set.

use super::exchange::{Exchange, Request, content::Content};

mod quoting;

use quoting::{printf, quoted};

/// Longer ones may not be passed to a program as one argument (Linux: 128 KiB).
const ARGUMENT: usize = 64 << 10;

/// Without an address, the variable `TARGET` stands for it.
pub fn curl(exchange: &Exchange, address: &str) -> String {
    let request = &exchange.request;
    let mut words = vec!["curl -sS -i".to_owned()];
    match request.version.as_str() {
        "1.0" => words.push("--http1.0".to_owned()),
        "1.1" => words.push("--http1.1".to_owned()),
        _ => {}
    }
    if has(request, "accept-encoding") {
        words.push("--compressed".to_owned());
    }
    words.extend(method(request));
    words.push(url(&request.target, address));
    words.extend(headers(exchange));
    let (before, body) = body(request);
    words.extend(body);
    before + &words.join(" \\\n  ")
}

fn has(request: &Request, name: &str) -> bool {
    request.headers.iter().any(|(sent, _)| sent.eq_ignore_ascii_case(name))
}

/// An empty one may have been sent with its length.
fn sends_body(request: &Request) -> bool {
    !request.body.is_nothing() || has(request, "content-length")
}

/// A `HEAD` that is only called so waits for a body that never comes.
fn method(request: &Request) -> Option<String> {
    match (&*request.method, sends_body(request)) {
        ("GET", false) => None,
        ("HEAD", false) => Some("--head".to_owned()),
        (method, _) => Some(format!("-X {}", quoted(method))),
    }
}

/// As it is: no dots resolved, no brackets taken for a range.
fn url(target: &str, address: &str) -> String {
    let address = address.trim_end_matches('/');
    let base = |path: &str| match address {
        "" => format!("\"${{TARGET:?}}\"{}", quoted(path)),
        address => quoted(&format!("{address}{path}")),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/?&=%+-._~,:;@!$*()'[]{}".contains(&byte);
    if target.starts_with('/') && target.bytes().all(is_plain) {
        format!("--globoff --path-as-is {}", base(target))
    } else {
        format!("--request-target {} {}", bytes(target), base("/"))
    }
}

fn headers(exchange: &Exchange) -> Vec<String> {
    let request = &exchange.request;
    let mut words = Vec::new();
    for (name, value) in &request.headers {
        // Said anew of the body that follows.
        if name.eq_ignore_ascii_case("content-length") {
            continue;
        }
        words.push(format!("-H {}", header(exchange, name, value)));
    }
    // What curl would add of its own.
    let own = ["Host", "User-Agent", "Accept"].iter();
    let of_bodies: &[&str] = if sends_body(request) { &["Content-Type", "Expect"] } else { &[] };
    words.extend(own.chain(of_bodies).filter(|name| !has(request, name)).map(|name| format!("-H '{name}:'")));
    words
}

fn header(exchange: &Exchange, name: &str, value: &str) -> String {
    if value.is_empty() {
        return quoted(&format!("{name};"));
    }
    let Some(variable) = variable(exchange, name) else { return bytes(&format!("{name}: {value}")) };
    // `Bearer` is no secret, and who is to paste a token knows what it is without.
    let scheme = value.split_once(' ').map(|(scheme, _)| scheme).filter(|_| variable == "TOKEN");
    let scheme = scheme.map_or_else(String::new, |scheme| format!("{scheme} "));
    format!("{}\"${{{variable}:?}}\"", quoted(&format!("{name}: {scheme}")))
}

/// For a header that opens doors and of which the true value is not known here.
fn variable(exchange: &Exchange, name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let opens = ["authorization", "cookie", "token", "secret", "key", "csrf", "session", "password"];
    let replaced = |at: &str| match lower.as_str() {
        "cookie" => at == "request header cookie" || at.starts_with("request cookie "),
        _ => at.strip_prefix("request header ").is_some_and(|header| header.eq_ignore_ascii_case(&lower)),
    };
    let is_secret = opens.iter().any(|word| lower.contains(word));
    if !is_secret || !exchange.redacted.iter().any(|redacted| replaced(&redacted.at)) {
        return None;
    }
    Some(match lower.as_str() {
        "authorization" => "TOKEN".to_owned(),
        lower => lower
            .to_ascii_uppercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect(),
    })
}

/// What stands before the command, and what is added to it.
fn body(request: &Request) -> (String, Option<String>) {
    let body = &request.body;
    match &body.content {
        Content::Nothing => (String::new(), sends_body(request).then(|| "--data-raw ''".to_owned())),
        Content::Text(text) if body.coding.is_none() && text.len() <= ARGUMENT && !text.contains('\0') => {
            (String::new(), Some(format!("--data-raw {}", quoted(text))))
        }
        Content::Text(text) => piped(text.as_bytes(), body.coding.as_deref()),
        Content::Bytes(bytes) => piped(bytes, body.coding.as_deref()),
        Content::Blob(name) => (format!("# the body stands beside the recording: {name}\n"), None),
        Content::Omitted(why) => (format!("# the body of {} bytes was not kept: {why}\n", body.length), None),
    }
}

fn piped(bytes: &[u8], coding: Option<&str>) -> (String, Option<String>) {
    // It was unpacked when it was recorded, and the header that says how it is packed is sent.
    let (told, packed) = match coding {
        None => (String::new(), ""),
        Some("gzip" | "x-gzip") => (String::new(), "gzip -c | "),
        Some(other) => (format!("# the body was packed as {other}, and is not here\n"), ""),
    };
    (format!("{told}{} | {packed}", printf(bytes)), Some("--data-binary @-".to_owned()))
}

/// A text of which each character is a byte.
fn bytes(text: &str) -> String {
    if text.is_ascii() {
        return quoted(text);
    }
    let bytes: Vec<u8> = text.chars().map(|character| u8::try_from(character).unwrap_or(b'?')).collect();
    format!("\"$({})\"", printf(&bytes))
}

#[cfg(test)]
mod tests;
