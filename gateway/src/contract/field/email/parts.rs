//! Takes an address apart: a name in front of it, what stands before the @-sign, and behind it.
//!
//! Source: email-validator `syntax.py` (`split_email`).

use super::{
    NFC, Refused,
    characters::{displayed, is_atom, judge_safety, listed},
    refuse,
};
use crate::contract::field::space::is_space;

pub(super) struct Parts<'a> {
    /// As it was given, with its quotes.
    pub(super) local: &'a str,
    pub(super) unquoted: String,
    pub(super) is_quoted: bool,
    pub(super) domain: &'a str,
    pub(super) has_name: bool,
}

pub(super) fn split(text: &str) -> Result<Parts<'_>, Refused> {
    let (left, right) = split_unquoted(text, &['@', '<'])?;
    let has_name = right.starts_with('<');
    let (local, domain) = if has_name {
        judge_name(left.trim_end_matches(is_space))?;
        split_unquoted(bracketed(right)?, &['@'])?
    } else {
        (left, right)
    };
    let domain = domain.strip_prefix('@').unwrap_or(domain);
    let (unquoted, is_quoted) = unquote(local)?;
    Ok(Parts { local, unquoted, is_quoted, domain, has_name })
}

fn judge_name(text: &str) -> Result<(), Refused> {
    let (name, is_quoted) = unquote(text)?;
    if !is_quoted {
        let bad =
            name.chars().filter(|character| !is_atom(*character) && *character != ' ' || *character == '.');
        if let Some(bad) = listed(bad) {
            return refuse(format!("The display name contains invalid characters when not quoted: {bad}."));
        }
    }
    judge_safety(&name, true)
}

fn bracketed(right: &str) -> Result<&str, Refused> {
    if !right.contains('>') {
        let reason = "An open angle bracket at the start of the email address has to be followed by a close angle bracket at the end.";
        return refuse(reason);
    }
    match right.trim_end_matches(' ').strip_suffix('>') {
        Some(inner) => Ok(inner.strip_prefix('<').unwrap_or(inner)),
        None => refuse("There can't be anything after the email address."),
    }
}

/// At the first of `specials` outside of quotes, unless it joins what follows it.
fn split_unquoted<'a>(text: &'a str, specials: &[char]) -> Result<(&'a str, &'a str), Refused> {
    let (mut inside, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        if joins_the_next(&text[at..], character) {
            continue;
        }
        if inside {
            match character {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => inside = false,
                _ => escaped = false,
            }
        } else if character == '"' {
            inside = true;
        } else if specials.contains(&character) {
            return Ok(text.split_at(at));
        }
    }
    if text.contains('\u{ff20}') {
        let reason =
            "The email address has the \"full-width\" at-sign (@) character instead of a regular at-sign.";
        return refuse(reason);
    }
    if text.contains('\u{fe6b}') {
        return refuse(
            "The email address has the \"small commercial at\" character instead of a regular at-sign.",
        );
    }
    refuse("An email address must have an @-sign.")
}

fn joins_the_next(rest: &str, character: char) -> bool {
    let mut following = rest.chars();
    following.next();
    if character.is_ascii() && following.next().is_none_or(|next| next.is_ascii()) {
        return false;
    }
    let window: String = rest.chars().take(32).collect();
    !NFC.normalize(&window).starts_with(character)
}

fn unquote(text: &str) -> Result<(String, bool), Refused> {
    let Some(quoted) = text.strip_prefix('"') else { return Ok((text.to_owned(), false)) };
    let (mut value, mut escaped) = (String::new(), false);
    for (at, character) in quoted.char_indices() {
        match character {
            _ if escaped => {
                value.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' if at + 1 == quoted.len() => break,
            '"' => {
                let extra: Vec<_> = quoted[at + 1..].chars().map(displayed).collect();
                return refuse(format!("Extra character(s) found after close quote: {}", extra.join(", ")));
            }
            plain => value.push(plain),
        }
    }
    Ok((value, true))
}
