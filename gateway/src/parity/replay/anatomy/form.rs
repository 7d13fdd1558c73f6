//! Cookies, and the parts of a multipart body.

use super::{Spot, Visit, Way, views};

/// `a=1; b=2`.
pub(super) fn cookies(value: &str, visit: &mut dyn Visit) -> Option<String> {
    let mut is_changed = false;
    let new: Vec<_> =
        value.split(';').map(|part| cookie("header cookie", part, &mut is_changed, visit)).collect();
    is_changed.then(|| new.join(";"))
}

/// `a=1; Path=/`: the value, not what is said about it.
pub(super) fn set_cookie(value: &str, visit: &mut dyn Visit) -> Option<String> {
    let (part, attributes) = value.split_at(value.find(';').unwrap_or(value.len()));
    let mut is_changed = false;
    let new = cookie("header set-cookie", part, &mut is_changed, visit);
    is_changed.then(|| format!("{new}{attributes}"))
}

fn cookie(header: &str, part: &str, is_changed: &mut bool, visit: &mut dyn Visit) -> String {
    let Some((name, value)) = part.split_once('=') else { return part.to_owned() };
    let spot = Spot::new(format!("{header} {}", name.trim()), name.trim(), "", Way::Cookie);
    let trimmed = value.trim();
    let Some(new) = views::text(&spot, trimmed, 0, visit) else { return part.to_owned() };
    *is_changed = true;
    format!("{name}={}", value.replace(trimmed, &new))
}

/// The fields of `multipart/form-data` that are no files (RFC 7578).
pub(super) fn multipart(within: &str, boundary: &str, text: &str, visit: &mut dyn Visit) -> Option<String> {
    let delimiter = format!("--{boundary}");
    let mut is_changed = false;
    let new: Vec<_> = text
        .split(delimiter.as_str())
        .map(|part| {
            let changed = field(within, part, visit);
            is_changed |= changed.is_some();
            changed.unwrap_or_else(|| part.to_owned())
        })
        .collect();
    is_changed.then(|| new.join(&delimiter))
}

fn field(within: &str, part: &str, visit: &mut dyn Visit) -> Option<String> {
    let (head, value) = part.split_once("\r\n\r\n")?;
    let value = value.strip_suffix("\r\n")?;
    let disposition =
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    if disposition.contains("filename") {
        return None;
    }
    let name = disposition.split_once("name=\"")?.1.split('"').next()?;
    let spot = Spot::new(format!("body field {name}"), name, within, Way::Named);
    let new = views::text(&spot, value, 0, visit)?;
    Some(format!("{head}\r\n\r\n{new}\r\n"))
}
