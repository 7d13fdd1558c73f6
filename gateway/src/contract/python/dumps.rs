//! JSON text of a value, as a `JSONResponse` writes it.
//!
//! Source: `starlette/responses.py` (`json.dumps` with `ensure_ascii=False, allow_nan=False`) after
//! `fastapi/encoders.py` (`jsonable_encoder`).

use super::{Text, Value, plain::plain};
use crate::contract::json::Floats;

/// What JSON does not have is told all the same: a number that is not finite as `null`, as pydantic-core does, and a
/// surrogate alone by its escape. The legacy raises over both.
pub(in crate::contract) fn dumps(value: &Value, out: &mut String) {
    match value {
        Value::None => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Huge(digits) => out.push_str(digits),
        Value::Float(number) if number.is_finite() => out.push_str(&Floats::JsonDumps.write(*number)),
        Value::Float(_) => out.push_str("null"),
        Value::Text(text) => any_string(text, out),
        Value::File(file) => file.dumps(out),
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                dumps(item, out);
            }
            out.push(']');
        }
        Value::Dict(members) => {
            out.push('{');
            // `jsonable_encoder` takes such a name for one of SQLAlchemy's own.
            let shown = members.iter().filter(|(name, _)| !name.starts_with("_sa"));
            for (place, (name, member)) in shown.enumerate() {
                if place > 0 {
                    out.push(',');
                }
                any_string(name, out);
                out.push(':');
                dumps(member, out);
            }
            out.push('}');
        }
    }
}

fn any_string(text: &Text, out: &mut String) {
    match text.as_str() {
        Some(text) => string(text, out),
        None => {
            out.push('"');
            for part in text.parts() {
                match part {
                    Ok(text) => escaped(text, out),
                    Err(surrogate) => out.push_str(&format!("\\u{surrogate:04x}")),
                }
            }
            out.push('"');
        }
    }
}

pub(in crate::contract) fn string(text: &str, out: &mut String) {
    out.push('"');
    escaped(text, out);
    out.push('"');
}

/// What needs no escape is copied as it stands: nearly all of nearly every text.
fn escaped(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let at = plain(rest.as_bytes());
        out.push_str(&rest[..at]);
        if at == rest.len() {
            return;
        }
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            8 => out.push_str("\\b"),
            12 => out.push_str("\\f"),
            control => out.push_str(&format!("\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::python::loads;

    fn printed(json: &[u8]) -> String {
        let mut out = String::new();
        dumps(&loads(json).expect("json"), &mut out);
        out
    }

    #[test]
    fn what_was_read_is_written_as_python_writes_it() {
        let table = [
            ("[1, 1.0, -0, -0.0, 1e-7, 1E5, 1e16]", "[1,1.0,0,-0.0,1e-07,100000.0,1e+16]"),
            ("[null, true, false]", "[null,true,false]"),
            (
                r#""\u0000\u001f\b\f\n\r\t\"\\\/\u007f\u00fc\u2028""#,
                "\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\u{7f}ü\u{2028}\"",
            ),
            (r#"{"a": 1, "b": {}, "a": [ ]}"#, r#"{"a":[],"b":{}}"#),
            (r#"{"_sa": 1, "_sabc": 2, "c": {"_sa_x": 3}, "_s": 4}"#, r#"{"c":{},"_s":4}"#),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ];
        for (json, expected) in table {
            assert_eq!(printed(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn what_python_cannot_send_is_sent_all_the_same() {
        let table = [
            ("[NaN, -Infinity, 1e400]", "[null,null,null]"),
            (r#"{"a\ud800b": "\udfff"}"#, r#"{"a\ud800b":"\udfff"}"#),
        ];
        for (json, expected) in table {
            assert_eq!(printed(json.as_bytes()), expected, "{json}");
        }
    }
}
