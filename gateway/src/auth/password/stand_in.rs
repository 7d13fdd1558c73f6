//! The work of a stored hash with nothing of the hash in it: what is computed for a name that nobody has.
//!
//! Whoever has the same form, cost and lengths has the same stand-in, so counting them counts the forms of a table.

use super::{PasswordRules, Salt, StoredPassword, Unusable, judge, scheme::Scheme};

/// # Errors
/// For a hash that costs nothing, because it cannot be computed.
pub(super) fn of(rules: &PasswordRules, stored: &StoredPassword) -> Result<StoredPassword, Unusable> {
    judge::readable(rules, stored)?;
    let hash = stored.counting().ok_or(Unusable::Absent)?;
    let blank = StoredPassword {
        hash: Some(blank(rules, hash)),
        companion: stored.companion.as_deref().map(|text| same_length(text, "x")),
        side: None,
    };
    judge::readable(rules, &blank)?;
    Ok(blank)
}

fn blank(rules: &PasswordRules, hash: &str) -> String {
    let is_scheme = matches!(Scheme::read(hash), Ok(Some(_)));
    match &rules.template {
        // As `judge` has it: with a template, only what begins with `$` says itself how it was made.
        Some(_) if !(hash.starts_with('$') && is_scheme) => of_template(rules.salt.as_ref(), hash),
        Some(_) | None if hash.starts_with('$') => of_crypt(hash),
        Some(_) | None => of_digest(hash),
    }
}

/// `$name$costs$salt$hash`, where bcrypt writes the last two as one. All bits of salt and hash are 0.
fn of_crypt(hash: &str) -> String {
    let name = hash.split('$').nth(1).unwrap_or_default();
    let (fields, zero) = match name {
        "2a" | "2b" | "2x" | "2y" => (1, "."),
        "bcrypt-sha256" | "5" | "6" => (2, "."),
        _ => (2, "A"),
    };
    let keep = hash.split('$').count() - fields;
    let parts = hash.split('$').enumerate();
    let parts: Vec<_> =
        parts.map(|(at, part)| if at < keep { part.to_owned() } else { same_length(part, zero) }).collect();
    parts.join("$")
}

/// `{SSHA256}base64`, or `sha1$salt$hex`.
fn of_digest(hash: &str) -> String {
    match hash.split_once('}') {
        Some((name, encoded)) if hash.starts_with('{') => {
            let zeros = encoded.chars().map(|digit| if digit == '=' { '=' } else { 'A' });
            format!("{name}}}{}", zeros.collect::<String>())
        }
        _ => {
            let (name, rest) = hash.split_once('$').unwrap_or((hash, ""));
            format!("{name}${}", by_segment(rest, '$'))
        }
    }
}

fn of_template(salt: Option<&Salt>, hash: &str) -> String {
    match salt {
        Some(Salt::Before(by) | Salt::After(by)) => by_segment(hash, *by),
        Some(Salt::Column(_)) | None => same_length(hash, "0"),
    }
}

fn by_segment(text: &str, by: char) -> String {
    let zero = if by == '0' { "1" } else { "0" };
    let parts: Vec<_> = text.split(by).map(|part| same_length(part, zero)).collect();
    parts.join(by.encode_utf8(&mut [0; 4]))
}

/// In bytes, which is what is hashed.
fn same_length(text: &str, by: &str) -> String {
    by.repeat(text.len())
}

#[cfg(test)]
mod tests;
