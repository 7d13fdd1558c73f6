//! Reads a JSON document into nodes, each with the text it stands for.

use super::{Member, Node, Shape};

/// Deeper than what either side answers with; the stack of a thread holds it.
const DEEPEST: usize = 1_000;

/// The whole document, or nothing if it has no structure.
pub(in crate::parity) fn read(document: &str) -> Option<Node<'_>> {
    let mut reader = Reader { document, at: 0 };
    let node = reader.value(0)?;
    reader.skip_space();
    (reader.at == document.len()).then_some(node)
}

struct Reader<'a> {
    document: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Node<'a>> {
        self.skip_space();
        let start = self.at;
        let shape = match self.peek()? {
            b'{' if depth < DEEPEST => self.object(depth)?,
            b'[' if depth < DEEPEST => self.array(depth)?,
            b'"' => Shape::Text(serde_json::from_str(self.text()?).ok()),
            b'-' | b'0'..=b'9' => {
                self.skip(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
                let is_number = super::number::is_number(&self.document[start..self.at]);
                if is_number { Shape::Number } else { Shape::Word }
            }
            byte if byte.is_ascii_alphabetic() => {
                self.skip(|byte| byte.is_ascii_alphanumeric());
                Shape::Word
            }
            _ => return None,
        };
        Some(Node { text: &self.document[start..self.at], shape })
    }

    fn object(&mut self, depth: usize) -> Option<Shape<'a>> {
        let mut members = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.takes(b'}') {
            return Some(Shape::Object(members));
        }
        loop {
            self.skip_space();
            let spelled = self.text()?;
            // A name that cannot be said is its own spelling.
            let name = serde_json::from_str(spelled).unwrap_or_else(|_| spelled.to_owned());
            self.skip_space();
            self.takes(b':').then_some(())?;
            let value = self.value(depth + 1)?;
            members.push(Member { spelled, name, value });
            self.skip_space();
            if self.takes(b'}') {
                return Some(Shape::Object(members));
            }
            self.takes(b',').then_some(())?;
        }
    }

    fn array(&mut self, depth: usize) -> Option<Shape<'a>> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.takes(b']') {
            return Some(Shape::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.takes(b']') {
                return Some(Shape::Array(items));
            }
            self.takes(b',').then_some(())?;
        }
    }

    /// A text with its quotes.
    fn text(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.takes(b'"').then_some(())?;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(&self.document[start..self.at]);
                }
                // What is escaped is one byte, or the first of a character whose others mean nothing here.
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.document.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_space(&mut self) {
        self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn skip(&mut self, belongs: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_keeps_its_spelling() {
        let document = r#" {"a": [1.0, 1e-07, "\u00e9", null, NaN, {}, []], "a":"\ud800" } "#;
        let node = read(document).unwrap();
        let Shape::Object(members) = &node.shape else { panic!("{node:?}") };
        let Shape::Array(items) = &members[0].value.shape else { panic!("{members:?}") };
        let texts: Vec<_> = items.iter().map(|item| item.text).collect();
        assert_eq!(texts, ["1.0", "1e-07", "\"\\u00e9\"", "null", "NaN", "{}", "[]"]);
        assert!(matches!(&items[2].shape, Shape::Text(Some(text)) if text == "é"));
        assert!(matches!(members[1].value.shape, Shape::Text(None)));
        assert_eq!(node.layout(document), " {_: [_, _, _, _, _, {}, []], _:_ } ");
    }

    #[test]
    fn what_has_no_structure_is_not_read() {
        for document in
            ["", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"a", "\"\\", "1 2", "é", "[}"]
        {
            assert!(read(document).is_none(), "{document}");
        }
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&deep(DEEPEST)).is_some());
        assert!(read(&deep(DEEPEST + 1)).is_none());
    }
}
