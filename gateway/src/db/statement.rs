//! Whether a text may be sent as a statement of a handler's: what begins, ends or alters a transaction may not.
//!
//! The extended protocol carries one statement, so its first word says what it is; a WITH may still hold another.

/// Statements that leave the session and the transaction as they are.
const STATEMENTS: [&str; 8] = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE"];
const READING: [&str; 4] = ["SELECT", "VALUES", "TABLE", "WITH"];
/// Anywhere in a statement, one of these writes, or locks what others write.
const WRITING: [&str; 8] = ["INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "nextval", "setval", "pg_notify"];
/// Functions whose work outlives the transaction, or is done in another one: no rollback takes it back.
const LASTING: [&str; 18] = [
    "set_config",
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
    "pg_advisory_unlock",
    "pg_advisory_unlock_shared",
    "pg_advisory_unlock_all",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "dblink",
    "dblink_exec",
    "dblink_connect",
    "dblink_connect_u",
    "dblink_disconnect",
    "dblink_open",
    "dblink_fetch",
    "dblink_send_query",
];

pub(super) fn is_statement(sql: &str) -> bool {
    begins_with(sql, &STATEMENTS) && !names(sql, &LASTING)
}

/// What PostgreSQL would do in a READ ONLY transaction as well, as far as a text tells. A column of such a name
/// has to stand in quotes.
pub(super) fn only_reads(sql: &str) -> bool {
    if !begins_with(sql, &READING) || names(sql, &LASTING) {
        return false;
    }
    let locks = Words(sql)
        .zip(Words(sql).skip(1))
        .any(|(word, next)| word.eq_ignore_ascii_case("FOR") && is_one_of(next, &["SHARE", "KEY", "NO"]));
    !locks && !names(sql, &WRITING)
}

fn begins_with(sql: &str, words: &[&str]) -> bool {
    Words(sql).next().is_some_and(|first| is_one_of(first, words))
}

fn names(sql: &str, words: &[&str]) -> bool {
    Words(sql).any(|word| is_one_of(word, words))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// The bare words of a statement: nothing of what stands in quotes or comments.
struct Words<'a>(&'a str);

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let first = self.0.chars().next()?;
            let rest = &self.0[first.len_utf8()..];
            match first {
                '-' if rest.starts_with('-') => self.0 = behind_line(rest),
                '/' if rest.starts_with('*') => self.0 = behind_comment(&rest[1..]),
                '\'' => self.0 = after(rest, "'"),
                '"' => self.0 = after(rest, "\""),
                '$' => self.0 = behind_dollars(rest),
                _ if is_word(first) => {
                    let end = self.0.find(|next| !is_word(next) && next != '$').unwrap_or(self.0.len());
                    let (word, rest) = self.0.split_at(end);
                    // Of the strings only E'...' has a backslash that hides a quote.
                    if word.eq_ignore_ascii_case("E") && rest.starts_with('\'') {
                        self.0 = behind_escapes(&rest[1..]);
                    } else {
                        self.0 = rest;
                        return Some(word);
                    }
                }
                _ => self.0 = rest,
            }
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

fn behind_line(text: &str) -> &str {
    text.split_once(['\n', '\r']).map_or("", |(_, rest)| rest)
}

/// Comments nest.
fn behind_comment(mut text: &str) -> &str {
    let mut depth = 1;
    while depth > 0 {
        let Some(at) = text.find(['*', '/']) else { return "" };
        text = &text[at..];
        let step = match text.get(..2) {
            Some("*/") => {
                depth -= 1;
                2
            }
            Some("/*") => {
                depth += 1;
                2
            }
            _ => 1,
        };
        text = &text[step..];
    }
    text
}

/// Behind `$tag$ ... $tag$`; a parameter such as `$1` is no quote.
fn behind_dollars(text: &str) -> &str {
    let Some(end) = text.find(|next| !is_word(next)) else { return "" };
    let (tag, rest) = text.split_at(end);
    if !rest.starts_with('$') || tag.starts_with(|first: char| first.is_ascii_digit()) {
        return rest;
    }
    after(&rest[1..], &format!("${tag}$"))
}

fn behind_escapes(mut text: &str) -> &str {
    loop {
        let Some(at) = text.find(['\\', '\'']) else { return "" };
        if text[at..].starts_with('\'') {
            return &text[at + 1..];
        }
        let mut hidden = text[at + 1..].chars();
        hidden.next();
        text = hidden.as_str();
    }
}

#[cfg(test)]
mod tests;
