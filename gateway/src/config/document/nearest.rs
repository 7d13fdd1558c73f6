//! Which valid name somebody meant, and how a list of valid names is put into words.

/// The candidate that `word` is a slip of, if there is one.
pub fn among<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = word.to_lowercase();
    let slips = (folded.chars().count() / 3).max(1);
    let scored = candidates.into_iter().filter_map(|candidate| {
        let other = candidate.to_lowercase();
        let shortened = folded.len() >= 3 && other.starts_with(&folded);
        let distance =
            strsim::damerau_levenshtein(&folded, &other).min(if shortened { 1 } else { usize::MAX });
        (distance <= slips).then_some((distance, candidate))
    });
    scored.min().map(|(_, candidate)| candidate)
}

/// Values as they are typed: `` `"a"`, `"b"` or `"c"` ``
pub fn either<'c>(names: impl IntoIterator<Item = &'c str>) -> String {
    let mut quoted: Vec<String> = names.into_iter().map(|name| format!("`\"{name}\"`")).collect();
    match quoted.pop() {
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} or {last}", quoted.join(", ")),
        None => String::new(),
    }
}

/// Most lists are short; one that is not would bury the rest of a report.
const LONGEST: usize = 8;

/// Names: `` `a`, `b`, `c` ``, and how many were left out
pub fn list<'c>(names: impl IntoIterator<Item = &'c str>) -> String {
    let mut quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let left_out = quoted.len().saturating_sub(LONGEST);
    quoted.truncate(LONGEST);
    let named = quoted.join(", ");
    if left_out == 0 { named } else { format!("{named} and {left_out} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_finds_nothing() {
        let words = ["legacy", "native", "deny", "algorithm"];
        for (written, meant) in [
            ("natve", Some("native")),
            ("Native", Some("native")),
            ("NATIVE", Some("native")),
            ("dney", Some("deny")),
            ("alg", Some("algorithm")),
            ("legasy", Some("legacy")),
            ("rust", None),
            ("", None),
            ("no", None),
        ] {
            assert_eq!(among(written, words), meant, "{written}");
        }
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(either(["a"]), "`\"a\"`");
        assert_eq!(either(["a", "b", "c"]), "`\"a\"`, `\"b\"` or `\"c\"`");
        assert_eq!(list(["a", "b"]), "`a`, `b`");
        assert_eq!(list(["a"; 11]), "`a`, `a`, `a`, `a`, `a`, `a`, `a`, `a` and 3 more");
    }
}
