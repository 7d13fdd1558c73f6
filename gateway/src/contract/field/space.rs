//! What Python takes for space: four separators more than Unicode's property has.

pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// `str.strip()`
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}
