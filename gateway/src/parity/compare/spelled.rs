//! Whether two different texts are spelled by one habit: escapes where the other would have them, space around or none.

/// Of two values of a document, as they stand there.
pub(in crate::parity) fn is_alike(one: &str, other: &str) -> bool {
    match (read(one), read(other)) {
        (Some(said), Some(also)) => {
            padding(&said) == padding(&also) && (!is_plain(one, &said) || is_plain(other, &also))
        }
        (_, _) => true,
    }
}

fn read(text: &str) -> Option<String> {
    text.starts_with('"').then(|| serde_json::from_str(text).ok()).flatten()
}

/// As JSON is written with no more escapes than it must have (RFC 8259 section 7), or with all that is not ASCII escaped.
fn is_plain(text: &str, said: &str) -> bool {
    let plain = serde_json::Value::from(said).to_string();
    let mut ascii = String::with_capacity(plain.len());
    for character in plain.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            let units = character
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<String>();
            ascii.push_str(&units);
        }
    }
    text == plain || text == ascii
}

fn padding(said: &str) -> (usize, usize) {
    (said.len() - said.trim_start().len(), said.len() - said.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_differ_and_habits_may_not() {
        for (one, other, expected) in [
            (r#""2026""#, r#""2027""#, true),
            (r#""2026""#, r#""\u0032027""#, false),
            (r#""\u0032026""#, r#""2027""#, true),
            (r#""T\u00fcr""#, r#""Tor""#, true),
            (r#""Tor""#, r#""T\u00fcr""#, true),
            (r#""Tor""#, r#""Tür""#, true),
            (r#""a\"b""#, r#""c\nd""#, true),
            (r#""a""#, r#""b ""#, false),
            (r#"" a""#, r#"" b""#, true),
            ("1", "2", true),
            ("1", r#""2""#, true),
        ] {
            assert_eq!(is_alike(one, other), expected, "{one} {other}");
        }
    }
}
