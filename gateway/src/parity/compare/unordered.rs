//! Puts the items of an array that has no order of its own into the order of another.

use crate::parity::{
    json::{self, Node, Shape},
    path::{Path, Pattern, Step},
};

/// An array whose order means nothing, and the member that tells its items apart.
#[derive(Clone, Debug)]
pub(in crate::parity) struct Unordered {
    pub(in crate::parity) at: Pattern,
    pub(in crate::parity) key: Option<String>,
}

/// The live document with the items of such arrays where the reference has them; nothing if there are none.
pub(in crate::parity) fn arranged(reference: &str, live: &str, arrays: &[Unordered]) -> Option<String> {
    if arrays.is_empty() {
        return None;
    }
    let (one, other) = (json::read(reference)?, json::read(live)?);
    let mut text = String::with_capacity(live.len());
    Arranging { arrays, path: Path::default() }.write(Some(&one), &other, &mut text);
    // What stands around the document stays.
    let start = other.text.as_ptr() as usize - live.as_ptr() as usize;
    let end = start + other.text.len();
    Some([&live[..start], &text, &live[end..]].concat())
}

struct Arranging<'a> {
    arrays: &'a [Unordered],
    path: Path,
}

impl Arranging<'_> {
    fn write(&mut self, reference: Option<&Node<'_>>, live: &Node<'_>, text: &mut String) {
        match &live.shape {
            Shape::Object(members) => {
                let mut end = 0;
                for member in members {
                    let start = offset(live.text, member.value.text);
                    text.push_str(&live.text[end..start]);
                    self.path.push(Step::Member(member.name.clone()));
                    let twin = reference.and_then(|node| find(node, &member.name));
                    self.write(twin, &member.value, text);
                    self.path.pop();
                    end = start + member.value.text.len();
                }
                text.push_str(&live.text[end..]);
            }
            Shape::Array(items) => {
                let recorded = match reference.map(|node| &node.shape) {
                    Some(Shape::Array(recorded)) => recorded.as_slice(),
                    _ => &[],
                };
                let rule = self.arrays.iter().find(|array| array.at.matches(&self.path));
                let order = match rule {
                    Some(rule) => order(recorded, items, rule.key.as_deref()),
                    None => (0..items.len()).collect(),
                };
                let mut end = 0;
                for (at, item) in items.iter().enumerate() {
                    let start = offset(live.text, item.text);
                    text.push_str(&live.text[end..start]);
                    self.path.push(Step::Item(at));
                    self.write(recorded.get(at), &items[order[at]], text);
                    self.path.pop();
                    end = start + item.text.len();
                }
                text.push_str(&live.text[end..]);
            }
            Shape::Text(_) | Shape::Number | Shape::Word => text.push_str(live.text),
        }
    }
}

/// For each place, which live item stands there: the one with the key of the recorded item, else those left, in order.
fn order(recorded: &[Node<'_>], live: &[Node<'_>], key: Option<&str>) -> Vec<usize> {
    let keyed = |node: &Node<'_>| match key {
        Some(key) => find(node, key).map(|value| value.text.to_owned()),
        None => Some(node.text.to_owned()),
    };
    let keys: Vec<Option<String>> = live.iter().map(keyed).collect();
    let mut left: Vec<usize> = (0..live.len()).collect();
    let mut order: Vec<Option<usize>> = vec![None; live.len()];
    for (at, item) in recorded.iter().enumerate().take(live.len()) {
        let wanted = keyed(item);
        if let Some(found) = left.iter().position(|candidate| wanted.is_some() && keys[*candidate] == wanted)
        {
            order[at] = Some(left.remove(found));
        }
    }
    let mut left = left.into_iter();
    order.into_iter().map(|at| at.or_else(|| left.next()).unwrap_or_default()).collect()
}

pub(in crate::parity) fn find<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    let Shape::Object(members) = &node.shape else { return None };
    members.iter().find(|member| member.name == name).map(|member| &member.value)
}

fn offset(whole: &str, part: &str) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}
