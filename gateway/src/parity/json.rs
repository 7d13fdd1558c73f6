//! A JSON document with every value as it was spelled: what a parser for programs would make equal stays apart.
//!
//! The reader is lenient within words and numbers, because all that differs is told anyway; it refuses what has no
//! structure to compare, and the caller compares bytes then.

pub(super) mod number;
mod reader;

pub(super) use reader::read;

/// A value and the text that it was read from.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) text: &'a str,
    pub(super) shape: Shape<'a>,
}

#[derive(Debug)]
pub(super) enum Shape<'a> {
    /// In order, names that come twice included.
    Object(Vec<Member<'a>>),
    Array(Vec<Node<'a>>),
    /// What it says, if that can be said in Unicode.
    Text(Option<String>),
    Number,
    /// `true`, `false`, `null`, and what JSON has no word for, like `NaN`.
    Word,
}

#[derive(Debug)]
pub(super) struct Member<'a> {
    /// As it was spelled, with its quotes.
    pub(super) spelled: &'a str,
    pub(super) name: String,
    pub(super) value: Node<'a>,
}

impl Node<'_> {
    /// The document without its names and values: brackets and the white space between them.
    pub(super) fn layout(&self, document: &str) -> String {
        let mut leaves = Vec::new();
        self.leaves(document, &mut leaves);
        let mut layout = String::new();
        let mut end = 0;
        for (start, stop) in leaves {
            layout.push_str(&document[end..start]);
            layout.push('_');
            end = stop;
        }
        layout.push_str(&document[end..]);
        layout
    }

    fn leaves(&self, document: &str, found: &mut Vec<(usize, usize)>) {
        match &self.shape {
            Shape::Object(members) => {
                for member in members {
                    found.push(place(member.spelled, document));
                    member.value.leaves(document, found);
                }
            }
            Shape::Array(items) => items.iter().for_each(|item| item.leaves(document, found)),
            Shape::Text(_) | Shape::Number | Shape::Word => {
                found.push(place(self.text, document));
            }
        }
    }
}

/// Where a part of the document stands in it.
fn place(part: &str, document: &str) -> (usize, usize) {
    let start = part.as_ptr() as usize - document.as_ptr() as usize;
    (start, start + part.len())
}
