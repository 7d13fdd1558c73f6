//! `Vary`, as Starlette's middlewares add a name to it.

use http::{HeaderMap, HeaderValue, header::VARY};

/// Starlette joins what stands there with the new name, in one header.
pub(super) fn vary(headers: &mut HeaderMap, name: &str) {
    let mut names: Vec<String> = headers
        .get_all(VARY)
        .into_iter()
        .map(|value| value.as_bytes().iter().map(|byte| char::from(*byte)).collect())
        .collect();
    names.push(name.to_owned());
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        headers.insert(VARY, value);
    }
}
