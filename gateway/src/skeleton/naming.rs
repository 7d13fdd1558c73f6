//! What things are called in Rust that have a name in the legacy already.

/// Words that a name cannot be.
const KEYWORDS: [&str; 39] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "priv", "pub", "ref", "return", "static", "struct", "trait", "true",
    "type", "use",
];

/// `firstName` and `first-name` are `first_name`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for character in name.chars() {
        let begins =
            character.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        if begins && !snake.ends_with('_') {
            snake.push('_');
        }
        match character.to_ascii_lowercase() {
            lower if lower.is_ascii_alphanumeric() => snake.push(lower),
            _ if snake.is_empty() || snake.ends_with('_') => {}
            _ => snake.push('_'),
        }
        before = character;
    }
    let snake = snake.trim_end_matches('_');
    if snake.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{snake}")
    } else {
        snake.to_owned()
    }
}

/// `list_tasks` is `ListTasks`.
pub(super) fn pascal(name: &str) -> String {
    let words = snake(name);
    let words = words.split('_').filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

/// A field or an argument; a keyword is written raw.
pub(super) fn identifier(name: &str) -> String {
    let name = snake(name);
    match name.as_str() {
        "" => "value".to_owned(),
        "self" | "super" | "crate" => name + "_",
        _ if is_keyword(&name) => format!("r#{name}"),
        _ => name,
    }
}

pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// A variant: a `-` before a name is how sorting downwards is spelled.
pub(super) fn variant(value: &str) -> String {
    let (value, tail) = value.strip_prefix('-').map_or((value, ""), |rest| (rest, "Descending"));
    let name = pascal(value) + tail;
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("Value{name}") }
}

/// One of what `plural` names.
pub(super) fn singular(plural: &str) -> String {
    let hissing = plural
        .strip_suffix("es")
        .filter(|stem| ["x", "ch", "sh", "ss"].iter().any(|end| stem.ends_with(end)));
    if let Some(stem) = hissing {
        return stem.to_owned();
    }
    match (plural.strip_suffix("ies"), plural.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) if !stem.ends_with('s') => stem.to_owned(),
        _ => plural.to_owned(),
    }
}

/// FastAPI's `generate_unique_id` appends path and method to the name of the function.
pub(super) fn function(operation_id: &str, path: &str, method: &str) -> String {
    let tail: String =
        path.chars().map(|one| if one.is_alphanumeric() || one == '_' { one } else { '_' }).collect();
    let tail = format!("{tail}_{}", method.to_ascii_lowercase());
    let name = operation_id.strip_suffix(tail.as_str()).unwrap_or(operation_id);
    let name = snake(name.trim_end_matches('_'));
    if name.is_empty() { "answer".to_owned() } else { identifier(&name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_like_rust() {
        for (given, expected) in [
            ("task_id", "task_id"),
            ("taskId", "task_id"),
            ("if-none-match", "if_none_match"),
            ("HTTPServer2Go", "httpserver2_go"),
            ("2fast", "_2fast"),
        ] {
            assert_eq!(snake(given), expected, "{given}");
        }
        assert_eq!(pascal("list_tasks"), "ListTasks");
        assert_eq!((identifier("type"), identifier("self")), ("r#type".to_owned(), "self_".to_owned()));
        for (value, expected) in
            [("todo", "Todo"), ("-due_at", "DueAtDescending"), ("1st", "Value1st"), ("", "Value")]
        {
            assert_eq!(variant(value), expected, "{value}");
        }
        for (plural, one) in [
            ("tasks", "task"),
            ("categories", "category"),
            ("address", "address"),
            ("addresses", "address"),
            ("boxes", "box"),
            ("me", "me"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn the_function_is_found_in_the_operation_id() {
        let path = "/api/tasks/{task_id}/attachments";
        let id = "list_attachments_api_tasks__task_id__attachments_get";
        assert_eq!(function(id, path, "GET"), "list_attachments");
        assert_eq!(function("readTask", "/api/tasks", "GET"), "read_task");
        assert_eq!(function("", "/", "GET"), "answer");
    }
}
