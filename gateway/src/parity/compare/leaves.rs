//! Every single value of an answer, with its place: what is learned and what is bound.

use super::answers::{document, is_stream, told, told_frames};
use super::events;
use crate::parity::{
    difference::Place,
    exchange::{Answered, content::Content},
    json::{Node, Shape},
    path::{Path, Step},
};

/// As it is spelled, quotes included.
pub(in crate::parity) type Leaf = (Place, String);

pub(in crate::parity) fn of(answered: &Answered) -> Vec<Leaf> {
    let mut leaves: Vec<Leaf> = Vec::new();
    let headers = answered.headers.iter();
    leaves.extend(headers.map(|(name, value)| (Place::Header(name.to_ascii_lowercase()), value.clone())));
    let trailers = answered.trailers.iter();
    leaves.extend(trailers.map(|(name, value)| (Place::Trailer(name.to_ascii_lowercase()), value.clone())));
    match &answered.body.content {
        Content::Text(text) if is_stream(answered) => {
            for (at, event) in events::read(text).into_iter().enumerate() {
                let inside =
                    event.data.as_deref().and_then(|data| inside(data, |path| Place::Event(at, path)));
                match inside {
                    Some(inside) => {
                        leaves.push((Place::Event(at, None), event.head));
                        leaves.extend(inside);
                    }
                    None => leaves.push((Place::Event(at, None), event.raw)),
                }
            }
        }
        Content::Text(text) => match inside(text, |path| path.map_or(Place::Body, Place::Json)) {
            Some(inside) => leaves.extend(inside),
            None => leaves.push((Place::Body, text.clone())),
        },
        Content::Nothing | Content::Bytes(_) | Content::Blob(_) | Content::Omitted(_) => {}
    }
    for (at, frame) in told_frames(answered).into_iter().enumerate() {
        let text = told(&frame.content);
        match inside(&text, |path| Place::Frame(at, path)) {
            Some(inside) => leaves.extend(inside),
            None => leaves.push((Place::Frame(at, None), text)),
        }
    }
    leaves
}

pub(in crate::parity) fn of_json(text: &str) -> Vec<Leaf> {
    inside(text, |path| path.map_or(Place::Body, Place::Json)).unwrap_or_default()
}

fn inside(text: &str, place: impl Fn(Option<Path>) -> Place) -> Option<Vec<Leaf>> {
    let node = document(text)?;
    let mut found = Vec::new();
    walk(&node, &mut Path::default(), &mut |path, text| {
        found.push((place(Some(path.clone())), text.to_owned()))
    });
    Some(found)
}

fn walk(node: &Node<'_>, path: &mut Path, found: &mut dyn FnMut(&Path, &str)) {
    match &node.shape {
        Shape::Object(members) => {
            for member in members {
                path.push(Step::Member(member.name.clone()));
                walk(&member.value, path, found);
                path.pop();
            }
        }
        Shape::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Item(index));
                walk(item, path, found);
                path.pop();
            }
        }
        Shape::Text(_) | Shape::Number | Shape::Word => found(path, node.text),
    }
}
