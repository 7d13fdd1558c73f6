//! In what body the legacy words an error: `{"detail": ...}`, `{"errors": [...]}`, or an envelope of its own.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use super::envelope::Envelope;
use crate::{config::document::item::Item, contract::python::string};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorShape {
    /// `{"detail":"..."}`
    Detail,
    /// `{"errors":["..."]}`
    Errors,
    /// The bare text, as an application that is Starlette's and not FastAPI's has it.
    Text,
    Envelope(Envelope),
}

/// Those that have a name.
#[derive(Clone, Copy)]
enum Named {
    Detail,
    Errors,
    Text,
}

const NAMED: [Named; 3] = [Named::Detail, Named::Errors, Named::Text];

impl ErrorShape {
    pub(super) fn read(item: &Item<'_>) -> Option<Self> {
        if item.is_text() && item.text()?.trim_start().starts_with('{') {
            return item.parsed::<Envelope>(|error| error.remedy().to_owned()).map(Self::Envelope);
        }
        Some(match item.choice("a shape of errors", &NAMED)? {
            Named::Detail => Self::Detail,
            Named::Errors => Self::Errors,
            Named::Text => Self::Text,
        })
    }

    /// The bytes that the legacy would send.
    pub fn render(&self, status: StatusCode, message: &str) -> Bytes {
        let mut json = String::new();
        string(message, &mut json);
        self.around(status, &json)
    }

    /// The same with a detail that is JSON already.
    pub fn around(&self, status: StatusCode, detail: &str) -> Bytes {
        Bytes::from(match self {
            Self::Detail => format!("{{\"detail\":{detail}}}"),
            Self::Errors => format!("{{\"errors\":[{detail}]}}"),
            // A detail that is no text raises there; it is shown rather than that.
            Self::Text => serde_json::from_str(detail).unwrap_or_else(|_| detail.to_owned()),
            Self::Envelope(envelope) => envelope.fill(status, detail),
        })
    }

    pub fn media_type(&self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Detail | Self::Errors | Self::Envelope(_) => "application/json",
            Self::Text => "text/plain; charset=utf-8",
        })
    }
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Detail => "detail",
            Self::Errors => "errors",
            Self::Text => "text",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: Python's `json.dumps({"detail": message}, separators=(",", ":"), ensure_ascii=False)`.
    #[test]
    fn a_message_is_rendered_as_python_does() {
        let not_found = StatusCode::NOT_FOUND;
        for (message, body) in [
            ("Not authenticated", r#"{"detail":"Not authenticated"}"#),
            ("a \"b\" \\ /", r#"{"detail":"a \"b\" \\ /"}"#),
            ("\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}", "{\"detail\":\"\\n\\r\\t\\b\\f\\u0000\\u001f\u{7f}\"}"),
            ("ü 中 🙂 \u{2028}</script>", "{\"detail\":\"ü 中 🙂 \u{2028}</script>\"}"),
        ] {
            assert_eq!(ErrorShape::Detail.render(not_found, message), body);
            assert_eq!(ErrorShape::Text.render(not_found, message), message);
        }
        assert_eq!(ErrorShape::Errors.render(not_found, "no"), r#"{"errors":["no"]}"#);
        let envelope = ErrorShape::Envelope(r#"{"e":{status},"m":{message}}"#.parse().expect("an envelope"));
        assert_eq!(envelope.render(not_found, "n\"o"), r#"{"e":404,"m":"n\"o"}"#);
        assert_eq!(envelope.around(not_found, "[1]"), r#"{"e":404,"m":[1]}"#);
    }
}
