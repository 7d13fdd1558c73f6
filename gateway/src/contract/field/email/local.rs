//! What may stand before the @-sign.
//!
//! Source: email-validator `syntax.py` (`validate_email_local_part`).

use super::{
    Refused,
    characters::{Ends, is_atom, judge_dots, judge_safety, listed},
    refuse,
};

/// Mailboxes that every domain has, written in lower case.
const EVERYWHERE: [&str; 15] = [
    "info",
    "marketing",
    "sales",
    "support",
    "abuse",
    "noc",
    "security",
    "postmaster",
    "hostmaster",
    "usenet",
    "news",
    "webmaster",
    "www",
    "uucp",
    "ftp",
];

pub(super) fn judge(local: &str, is_quoted: bool) -> Result<String, Refused> {
    if local.is_empty() {
        return refuse("There must be something before the @-sign.");
    }
    let is_dotted_atom = |local: &str| {
        local.split('.').all(|atom| {
            !atom.is_empty() && atom.chars().all(|character| is_atom(character) || !character.is_ascii())
        })
    };
    if is_dotted_atom(local) {
        if !local.is_ascii() {
            judge_safety(local, false)?;
        }
        let lower = local.to_ascii_lowercase();
        let is_everywhere = local.is_ascii() && EVERYWHERE.contains(&lower.as_str());
        return Ok(if is_everywhere { lower } else { local.to_owned() });
    }
    if is_quoted {
        let bad = local.chars().filter(|character| character.is_ascii_control());
        if let Some(bad) = listed(bad) {
            let reason = "The email address contains invalid characters in quotes before the @-sign";
            return refuse(format!("{reason}: {bad}."));
        }
        judge_safety(local, true)?;
        return Ok(local.to_owned());
    }
    let bad =
        local.chars().filter(|character| character.is_ascii() && !is_atom(*character) && *character != '.');
    if let Some(bad) = listed(bad) {
        return refuse(format!("The email address contains invalid characters before the @-sign: {bad}."));
    }
    judge_dots(
        local,
        &Ends {
            start: |what| format!("An email address cannot start with a {what}."),
            end: |what| format!("An email address cannot have a {what} immediately before the @-sign."),
            is_hostname: false,
        },
    )?;
    refuse("The email address contains invalid characters before the @-sign.")
}
