//! The request of an entry, as it must have been sent.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use url::form_urlencoded;

use super::{
    super::document::{Asked, Param, PostData},
    as_bytes, headers,
};
use crate::parity::exchange::{Request, content::Body};

pub(super) fn request(asked: Asked) -> Result<Request, String> {
    let (authority, target) = split(&asked.url)?;
    if asked.method.is_empty() || !asked.method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    {
        return Err(format!("`{}` is no method", asked.method));
    }
    let version = version(&asked.http_version);
    let mut headers = headers(&asked.headers);
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        headers.insert(0, (if version == "2" { "host" } else { "Host" }.to_owned(), as_bytes(authority)));
    }
    let body = asked.post_data.map_or(Ok(Body::default()), |data| body(data, &headers))?;
    Ok(Request {
        method: asked.method,
        target: as_bytes(&target),
        version: version.to_owned(),
        headers,
        body,
    })
}

/// Authority and target of what a browser shows; a fragment is never sent.
fn split(url: &str) -> Result<(&str, String), String> {
    let no_server = || format!("`{}` names no server", url.split([':', ',']).next().unwrap_or(url));
    let (scheme, rest) = url.split_once("://").ok_or_else(no_server)?;
    if !["http", "https", "ws", "wss"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(no_server());
    }
    let rest = rest.split('#').next().unwrap_or(rest);
    let (authority, target) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
    let slash = if target.starts_with('/') { "" } else { "/" };
    if authority.is_empty() { Err(no_server()) } else { Ok((authority, format!("{slash}{target}"))) }
}

/// `HTTP/1.1`, `http/2.0`, `h2`, `h3`, or a name that only a browser knows.
fn version(text: &str) -> &'static str {
    match text.to_ascii_lowercase().as_str() {
        "http/1.0" => "1.0",
        "h2" | "http/2" | "http/2.0" | "h3" | "http/3" | "http/3.0" => "2",
        _ => "1.1",
    }
}

fn body(data: PostData, headers: &[(String, String)]) -> Result<Body, String> {
    let mut body = match (data.text, data.encoding.as_deref()) {
        (Some(text), Some("base64")) => {
            let bytes = BASE64_STANDARD
                .decode(text)
                .map_err(|error| format!("`postData.text` is no base64: {error}"))?;
            Body::of_bytes(Bytes::from(bytes))
        }
        (_, Some(other)) => return Err(format!("nobody knows the `postData.encoding` `{other}`")),
        // What a program could not make text of is left empty beside the parameters.
        (Some(text), None) if !text.is_empty() || data.params.is_empty() => Body::of_bytes(Bytes::from(text)),
        _ => Body::of_bytes(Bytes::from(encoded(&data.params, &data.mime_type, headers)?)),
    };
    let coding = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    body.coding = coding.filter(|_| !body.is_nothing()).map(|(_, coding)| coding.clone());
    Ok(body)
}

fn encoded(params: &[Param], mime: &str, headers: &[(String, String)]) -> Result<String, String> {
    let sent = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let mime = sent.map_or(mime, |(_, value)| value);
    if !mime.to_ascii_lowercase().starts_with("multipart/") {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for param in params {
            form.append_pair(&param.name, param.value.as_deref().unwrap_or_default());
        }
        return Ok(form.finish());
    }
    let boundary = mime.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary = boundary.ok_or("a multipart body without its boundary")?.trim_matches('"');
    let mut text = String::new();
    for Param { name, value, file_name, content_type } in params {
        let value =
            value.as_deref().ok_or_else(|| format!("the file `{name}` that was sent is not in the HAR"))?;
        text += &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        text += &file_name.as_ref().map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        text += &content_type.as_ref().map_or_else(String::new, |kind| format!("\r\nContent-Type: {kind}"));
        text += &format!("\r\n\r\n{value}\r\n");
    }
    Ok(text + &format!("--{boundary}--\r\n"))
}
