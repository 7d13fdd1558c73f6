//! A JSON body whose values can be cut out and replaced where they stand, everything around them as it was.

use std::ops::Range;

use crate::parity::{
    exchange::{Answered, content::Content},
    json::{self, Node, Shape},
    path::{Path, Step},
};

pub(super) struct Document<'a> {
    live: &'a Answered,
    text: &'a str,
    /// In the order of the document, each value before what is in it.
    pub(super) sites: Vec<Site<'a>>,
}

/// A value, where it stands.
pub(super) struct Site<'a> {
    pub(super) path: Path,
    pub(super) value: Value<'a>,
    /// As it is spelled.
    pub(super) text: &'a str,
    span: Range<usize>,
    /// Of a member: where its name stands, and all of it with one of the commas around it.
    name: Option<Range<usize>>,
    extent: Range<usize>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// The members with their names and values, as they are spelled.
    Object(Vec<&'a str>),
    /// The items as they are spelled.
    Array(Vec<&'a str>),
    Text(String),
    Number,
    Word,
}

impl<'a> Document<'a> {
    /// Of an answer whose body is JSON.
    pub(super) fn of(live: &'a Answered) -> Option<Self> {
        let Content::Text(text) = &live.body.content else { return None };
        let is_json = live.header("content-type").is_some_and(|kind| kind.contains("json"));
        let root = is_json.then(|| json::read(text)).flatten()?;
        let mut document = Self { live, text, sites: Vec::new() };
        let span = document.span(root.text);
        document.collect(&root, &Path::default(), None, span);
        Some(document)
    }

    /// The answer with these parts of its body replaced.
    pub(super) fn replacing(&self, mut edits: Vec<(Range<usize>, String)>) -> Answered {
        edits.sort_by_key(|(range, _)| range.start);
        let mut text = String::with_capacity(self.text.len());
        let mut end = 0;
        for (range, replacement) in edits {
            text.push_str(&self.text[end..range.start]);
            text.push_str(&replacement);
            end = range.end;
        }
        text.push_str(&self.text[end..]);
        // What was packed would state another length.
        if text == self.text { self.live.clone() } else { with_body(self.live, &text) }
    }

    pub(super) fn with(&self, site: &Site<'_>, replacement: &str) -> Answered {
        self.replacing(vec![(site.span.clone(), replacement.to_owned())])
    }

    pub(super) fn without(&self, site: &Site<'_>) -> Answered {
        self.replacing(vec![(site.extent.clone(), String::new())])
    }

    /// With another name; as it was where it has none.
    pub(super) fn renaming(&self, site: &Site<'_>, name: &str) -> Answered {
        let edit = site.name.clone().map(|span| (span, serde_json::Value::from(name).to_string()));
        self.replacing(edit.into_iter().collect())
    }

    pub(super) fn swapping(&self, one: &Site<'_>, other: &Site<'_>) -> Answered {
        self.replacing(vec![
            (one.span.clone(), other.text.to_owned()),
            (other.span.clone(), one.text.to_owned()),
        ])
    }

    fn span(&self, part: &str) -> Range<usize> {
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        start..start + part.len()
    }

    fn collect(&mut self, node: &Node<'a>, path: &Path, name: Option<Range<usize>>, extent: Range<usize>) {
        let span = self.span(node.text);
        let value = match &node.shape {
            Shape::Object(members) => {
                let whole = members.iter().map(|member| {
                    &self.text[self.span(member.spelled).start..self.span(member.value.text).end]
                });
                Value::Object(whole.collect())
            }
            Shape::Array(items) => Value::Array(items.iter().map(|item| item.text).collect()),
            Shape::Text(said) => Value::Text(said.clone().unwrap_or_default()),
            Shape::Number => Value::Number,
            Shape::Word => Value::Word,
        };
        self.sites.push(Site { path: path.clone(), value, text: node.text, span, name, extent });
        match &node.shape {
            Shape::Object(members) => {
                let spans: Vec<_> = members
                    .iter()
                    .map(|member| self.span(member.spelled).start..self.span(member.value.text).end)
                    .collect();
                for (at, member) in members.iter().enumerate() {
                    let name = Some(self.span(member.spelled));
                    let step = Step::Member(member.name.clone());
                    self.collect(&member.value, &path.below(step), name, extent_of(&spans, at));
                }
            }
            Shape::Array(items) => {
                let spans: Vec<_> = items.iter().map(|item| self.span(item.text)).collect();
                for (at, item) in items.iter().enumerate() {
                    self.collect(item, &path.below(Step::Item(at)), None, extent_of(&spans, at));
                }
            }
            Shape::Text(_) | Shape::Number | Shape::Word => {}
        }
    }
}

impl Site<'_> {
    /// The name of a member.
    pub(super) fn name(&self) -> Option<&str> {
        match self.path.steps().last() {
            Some(Step::Member(name)) => Some(name),
            Some(Step::Item(_)) | None => None,
        }
    }
}

/// With the comma after it, or before it where it is the last.
fn extent_of(spans: &[Range<usize>], at: usize) -> Range<usize> {
    match (at.checked_sub(1), spans.get(at + 1)) {
        (_, Some(next)) => spans[at].start..next.start,
        (Some(before), None) => spans[before].end..spans[at].end,
        (None, None) => spans[at].clone(),
    }
}

/// The answer with another body, whose length it states if it stated one.
pub(super) fn with_body(live: &Answered, text: &str) -> Answered {
    let mut answered = live.clone();
    // Its length is that of the packed body: only another text makes another answer.
    if matches!(&live.body.content, Content::Text(said) if said == text) {
        return answered;
    }
    let length = answered.body.length.to_string();
    for (name, value) in &mut answered.headers {
        if name.eq_ignore_ascii_case("content-length") && *value == length {
            *value = text.len().to_string();
        }
    }
    let body = &mut answered.body;
    body.length = text.len() as u64;
    body.content = if text.is_empty() { Content::Nothing } else { Content::Text(text.to_owned()) };
    // What came in pieces still does: the last one ends where the body does now.
    body.pieces.retain(|piece| piece.end < body.length);
    if let Some(last) = live.body.pieces.last() {
        body.pieces.push(super::super::exchange::content::Piece { end: body.length, at: last.at });
    }
    answered
}
