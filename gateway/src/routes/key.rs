//! The key of a route: METHOD + path template, exactly as the legacy declares it.
//!
//! It is the name of a route in every file, log line and metric.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// `GET /api/tasks/{task_id}`; the method may also be `ANY`, `WS`, `MOUNT` or `OPAQUE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RouteKey(Arc<str>);

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not METHOD + path template, as in `GET /api/tasks/{{task_id}}`")]
pub struct BadRouteKey(String);

impl RouteKey {
    pub fn new(method: &str, template: &str) -> Self {
        let template = if template.is_empty() { "/" } else { template };
        Self(format!("{method} {template}").into())
    }

    pub fn method(&self) -> &str {
        self.0.split_once(' ').map_or("", |(method, _)| method)
    }

    pub fn template(&self) -> &str {
        self.0.split_once(' ').map_or("", |(_, template)| template)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RouteKey {
    type Err = BadRouteKey;

    fn from_str(text: &str) -> Result<Self, BadRouteKey> {
        match text.split_once(' ') {
            Some((method, template))
                if !method.is_empty()
                    && method
                        .bytes()
                        .all(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte == b'_')
                    && template.starts_with('/') =>
            {
                Ok(Self(text.into()))
            }
            _ => Err(BadRouteKey(text.to_owned())),
        }
    }
}

impl TryFrom<String> for RouteKey {
    type Error = BadRouteKey;

    fn try_from(text: String) -> Result<Self, BadRouteKey> {
        text.parse()
    }
}

impl From<RouteKey> for String {
    fn from(key: RouteKey) -> Self {
        key.as_str().to_owned()
    }
}

impl fmt::Display for RouteKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_method_and_a_template() {
        for good in ["GET /", "WS /live", "MOUNT /static", "GET /files/{path:path}"] {
            assert_eq!(good.parse::<RouteKey>().expect(good).as_str(), good);
        }
        for bad in ["", "GET", "get /x", "GET x", " /x", "GET  /x"] {
            assert!(bad.parse::<RouteKey>().is_err(), "{bad:?}");
        }
    }
}
