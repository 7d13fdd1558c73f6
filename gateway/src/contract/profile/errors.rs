//! `[errors]`: how the legacy words an error, so that the gateway's own errors read the same.

use std::fmt;

use crate::{config::document::section::Section, contract::python::string};
use bytes::Bytes;

use super::ErrorAnswer;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorProfile {
    pub shape: ErrorShape,
    /// Absent: what the lock recorded for the route's own scheme.
    pub missing_token: Option<ErrorAnswer>,
    pub bad_token: ErrorAnswer,
}

const ANSWER: &str = "{ status = 401, body = '{\"detail\":\"Could not validate credentials\"}' }";

/// The body of an error that only a gateway can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorShape {
    /// `{"detail":"..."}`
    Detail,
    /// `{"errors":["..."]}`
    Errors,
}

impl ErrorShape {
    /// The bytes that Starlette's `JSONResponse` would send.
    pub fn render(&self, message: &str) -> Bytes {
        let mut json = String::new();
        string(message, &mut json);
        self.around(&json)
    }

    /// The same with a detail that is JSON already.
    pub fn around(&self, detail: &str) -> Bytes {
        Bytes::from(match self {
            ErrorShape::Detail => format!("{{\"detail\":{detail}}}"),
            ErrorShape::Errors => format!("{{\"errors\":[{detail}]}}"),
        })
    }
}

impl ErrorProfile {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let shape = section.required("shape", "shape = \"detail\"");
        let shape = shape
            .and_then(|item| item.choice("a shape of errors", &[ErrorShape::Detail, ErrorShape::Errors]));
        let missing_token =
            section.optional("missing_token").map(|item| ErrorAnswer::read(item.section(ANSWER)?));
        let example = format!("bad_token = {ANSWER}");
        let bad_token =
            section.required("bad_token", &example).and_then(|item| ErrorAnswer::read(item.section(ANSWER)?));
        section.close();
        Some(Self { shape: shape?, missing_token: missing_token.flatten(), bad_token: bad_token? })
    }
}

impl fmt::Display for ErrorShape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ErrorShape::Detail => "detail",
            ErrorShape::Errors => "errors",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: Python's `json.dumps({"detail": message}, separators=(",", ":"), ensure_ascii=False)`.
    #[test]
    fn a_message_is_rendered_as_python_does() {
        for (message, body) in [
            ("Not authenticated", r#"{"detail":"Not authenticated"}"#),
            ("a \"b\" \\ /", r#"{"detail":"a \"b\" \\ /"}"#),
            ("\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}", "{\"detail\":\"\\n\\r\\t\\b\\f\\u0000\\u001f\u{7f}\"}"),
            ("ü 中 🙂 \u{2028}</script>", "{\"detail\":\"ü 中 🙂 \u{2028}</script>\"}"),
        ] {
            assert_eq!(ErrorShape::Detail.render(message), body);
        }
        assert_eq!(ErrorShape::Errors.render("no"), r#"{"errors":["no"]}"#);
    }
}
