//! Where a statement stands in its file, and what stands directly under a node.

use std::ops::Range;

use squawk_syntax::{SyntaxKind, SyntaxNode};

/// From its first word to its last, without comments around it and without the semicolon.
pub(super) fn span(file: &str, node: &SyntaxNode) -> Range<usize> {
    let words = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let mut words = words.filter(|token| !token.kind().is_trivia() && token.kind() != SyntaxKind::SEMICOLON);
    let whole = usize::from(node.text_range().start())..usize::from(node.text_range().end());
    let Some(first) = words.next() else { return whole };
    let last = words.last().unwrap_or_else(|| first.clone());
    let end = usize::from(last.text_range().end()).min(file.len());
    usize::from(first.text_range().start())..end
}

/// Whether a keyword or a clause stands directly under it.
pub(super) fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().any(|element| element.kind() == kind)
}

/// Whether a keyword or a clause stands anywhere in it.
pub(super) fn holds(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.descendants_with_tokens().any(|element| element.kind() == kind)
}

pub(super) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}
