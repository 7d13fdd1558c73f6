//! How a text or bytes are written so that a POSIX shell passes on exactly these.

use std::fmt::Write;

/// In quotes unless nobody could take it for something else.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/:.-_=%+,@".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A command that prints the bytes: in a format, with octal numbers, which is all that POSIX promises.
pub(super) fn printf(bytes: &[u8]) -> String {
    let mut format = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'%' => format.push_str("%%"),
            b'\\' => format.push_str(r"\\"),
            b'\'' => format.push_str(r"\047"),
            b' '..=b'~' => format.push(char::from(*byte)),
            // Writing to a string cannot fail. Always three digits, or a digit behind it would belong to it.
            _ => drop(write!(format, "\\{byte:03o}")),
        }
    }
    // A format that begins with a dash would be taken for an option.
    let format = format.strip_prefix('-').map_or(format.clone(), |rest| format!(r"\055{rest}"));
    format!("printf '{format}'")
}
