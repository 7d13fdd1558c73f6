//! What a comparison found, as people and programs read it: a page, a document, test results, lines of a terminal.
//!
//! Each is a function of the [`Report`](super::finding::Report) and of nothing else, so that the same report is the
//! same text. Everything in it was said by some server, and is shown as text wherever it is shown.

mod document;
mod junit;
mod page;
mod place;
mod sides;
mod summary;

pub use document::{Unreadable, read, write};
pub use junit::junit;
pub use page::page;
pub use summary::summary;

/// As much as fits, with a word of what does not, and with a sign for each character that would be invisible or would
/// turn the text around it.
fn shown(text: &str, characters: usize) -> String {
    let mut shown: String = text.chars().take(characters).map(visible).collect();
    let left = text.chars().skip(characters).count();
    if left > 0 {
        shown += &format!("\u{2026} {left} more characters");
    }
    shown
}

fn visible(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        // Marks, embeddings, overrides and isolates of Unicode Standard Annex 9.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        // The last two are what XML 1.0 has no way to say.
        '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => character,
    }
}

/// Where no route matched, there is no name to show.
fn named(route: &str) -> &str {
    if route.is_empty() { "(no route)" } else { route }
}

/// `1 exchange`, `2 exchanges`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests;
