//! The target: a path with a query, alone or behind an authority, of characters that everybody reads alike.
//!
//! The `#` that httptools cuts off and h11 keeps is objected to, and so is a path that decodes to a control character.

use super::{Class, Objections};

/// The authority of an absolute-form target.
pub(super) fn judge<'h>(
    method: &[u8],
    target: &'h [u8],
    objections: &mut Objections,
) -> Result<Option<&'h [u8]>, Class> {
    let (authority, path) = split(method, target)?;
    look_at(path, objections)?;
    Ok(authority)
}

fn split<'h>(method: &[u8], target: &'h [u8]) -> Result<(Option<&'h [u8]>, &'h [u8]), Class> {
    // The asterisk of OPTIONS is refused too: Starlette has no route for it, and a matcher that knows paths no place.
    if method == b"CONNECT" {
        return Err(Class::TargetForm);
    }
    if target.first() == Some(&b'/') {
        return Ok((None, target));
    }
    let scheme = [&b"http://"[..], b"https://"]
        .into_iter()
        .find(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let rest = &target[scheme.ok_or(Class::TargetForm)?.len()..];
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    // Without a path it is that of `/` (RFC 9112 section 3.2.1); a query alone httptools refuses.
    match path.first() {
        Some(b'/') | None if !authority.is_empty() => Ok((Some(authority), path)),
        Some(_) | None => Err(Class::TargetForm),
    }
}

fn look_at(target: &[u8], objections: &mut Objections) -> Result<(), Class> {
    let (mut in_query, mut in_fragment) = (false, false);
    for (at, byte) in target.iter().enumerate() {
        match byte {
            b'#' if !in_fragment => {
                in_fragment = true;
                objections.raise(Class::Fragment)?;
            }
            b'?' => in_query = true,
            b'%' if !in_query && !in_fragment && escapes_control(&target[at + 1..]) => {
                objections.raise(Class::ControlCharacter)?;
            }
            // The `http` crate takes no path with these; browsers escape them.
            b'<' | b'>' => return Err(Class::TargetCharacter),
            b'`' if !in_query => return Err(Class::TargetCharacter),
            b'"' if in_query => return Err(Class::TargetCharacter),
            0x21..=0x7e => {}
            _ => return Err(Class::TargetCharacter),
        }
    }
    Ok(())
}

/// Whether the two digits behind a `%` are those of C0 or DEL.
fn escapes_control(rest: &[u8]) -> bool {
    matches!(rest, [b'0' | b'1', low, ..] if low.is_ascii_hexdigit())
        || matches!(rest, [b'7', b'f' | b'F', ..])
}
