//! What Python's `repr` shows of a value, as some messages quote it.

use super::Value;
use crate::contract::json::Floats;

pub(in crate::contract) fn repr(value: &Value) -> String {
    match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Huge(digits) => digits.clone(),
        Value::Float(number) if number.is_nan() => "nan".to_owned(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 {
                "inf".to_owned()
            } else {
                "-inf".to_owned()
            }
        }
        Value::Float(number) => Floats::JsonDumps.write(*number),
        Value::Text(text) => quoted(text.as_str().unwrap_or_default()),
        Value::List(items) => format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", ")),
        Value::File(file) => format!("UploadFile(filename={})", quoted(file.name())),
        Value::Dict(members) => {
            let shown = members.iter().map(|(name, member)| {
                format!("{}: {}", quoted(name.as_str().unwrap_or_default()), repr(member))
            });
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text in single quotes, unless there are such in it and no double ones.
pub(in crate::contract) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            same if same == quote => out.extend(['\\', same]),
            hidden if is_hidden(hidden) => out.push_str(&escaped(u32::from(hidden))),
            shown => out.push(shown),
        }
    }
    out.push(quote);
    out
}

/// Controls, separators, and marks that only steer the layout.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || character.is_whitespace() && character != ' '
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..)
}

fn escaped(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}
