//! The leaves of a JSON document, whose spelling stays but for those that change.

use super::{Spot, Visit, Way, views};
use crate::parity::{
    json::{Node, Shape, read},
    path::Step,
};

/// Nothing also where the text is no document.
pub(super) fn document(spot: &Spot, text: &str, depth: usize, visit: &mut dyn Visit) -> Option<String> {
    let node = read(text)?;
    let mut walk = Walk { document: text, depth, changes: Vec::new(), visit };
    walk.node(&node, &Spot { place: format!("{} $", spot.place), ..spot.clone() });
    let changes = walk.changes;
    if changes.is_empty() {
        return None;
    }
    let mut changed = String::with_capacity(text.len());
    let mut end = 0;
    for (start, stop, new) in changes {
        changed.push_str(&text[end..start]);
        changed.push_str(&new);
        end = stop;
    }
    changed.push_str(&text[end..]);
    Some(changed)
}

pub(super) fn is_document(text: &str) -> bool {
    let trimmed = text.trim_start();
    (trimmed.starts_with('{') || trimmed.starts_with('[')) && read(text).is_some()
}

struct Walk<'a> {
    document: &'a str,
    depth: usize,
    changes: Vec<(usize, usize, String)>,
    visit: &'a mut dyn Visit,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node<'_>, spot: &Spot) {
        match &node.shape {
            Shape::Object(members) => {
                for member in members {
                    let place = format!("{}{}", spot.place, Step::Member(member.name.clone()));
                    // Below an array the member around it is the array's; a document's own members are of the resource.
                    let within = if spot.name.is_empty() { &spot.within } else { &spot.name };
                    let way = if spot.way == Way::Etag { Way::Named } else { spot.way };
                    let within = if WRAPPERS.contains(&within.as_str()) { &spot.within } else { within };
                    self.node(&member.value, &Spot::new(place, &member.name, within, way));
                }
            }
            Shape::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.node(item, &Spot { place: format!("{}[{index}]", spot.place), ..spot.clone() });
                }
            }
            Shape::Text(Some(text)) => {
                let changed = views::text(spot, text, self.depth, self.visit);
                if let Some(new) = changed {
                    self.change(node.text, serde_json::Value::from(new).to_string());
                }
            }
            Shape::Number => {
                if let Some(new) = (self.visit)(spot, node.text) {
                    let is_number = read(&new).is_some_and(|node| matches!(node.shape, Shape::Number));
                    self.change(
                        node.text,
                        if is_number { new } else { serde_json::Value::from(new).to_string() },
                    );
                }
            }
            Shape::Text(None) | Shape::Word => {}
        }
    }

    fn change(&mut self, old: &str, new: String) {
        let start = old.as_ptr() as usize - self.document.as_ptr() as usize;
        self.changes.push((start, start + old.len(), new));
    }
}

/// Members that hold what the route is about and name nothing themselves.
const WRAPPERS: [&str; 8] = ["items", "data", "results", "result", "records", "content", "rows", "payload"];
