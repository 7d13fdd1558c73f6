//! A JSON document with its secrets replaced, and everything else as it was spelled.

use super::super::{
    Redactor, harmless,
    names::{self, Says},
    policy::Mode,
    text::{How, Replaced},
};
use crate::parity::{
    json::{self, Node, Shape},
    path::{Path, Step},
};

/// Where the framework tells what was wrong.
const TOLD: &[&str] =
    &["detail", "details", "msg", "message", "error", "errors", "error_description", "title", "reason"];

/// What was replaced in a document, where, and the document after it.
pub(in crate::parity::redaction) struct Document {
    pub(in crate::parity::redaction) text: String,
    pub(in crate::parity::redaction) places: Vec<(Path, String)>,
}

struct Writing<'a> {
    document: &'a str,
    copied: usize,
    text: String,
    path: Path,
    places: Vec<(Path, String)>,
    /// What is kept is named by its place in a body, not by one in a text inside of it.
    is_body: bool,
}

/// A value below a secret name, which is secret unless it is known to be harmless.
#[derive(Clone, Copy)]
struct Inside<'a> {
    how: How,
    inherited: bool,
    name: &'a str,
}

impl Redactor {
    /// `None` if it is no JSON.
    pub(in crate::parity::redaction) fn json(
        &mut self,
        document: &str,
        how: How,
        is_body: bool,
    ) -> Option<Document> {
        let node = json::read(document)?;
        if matches!(node.shape, Shape::Word) && !is_known_word(node.text) {
            return None;
        }
        let text = String::with_capacity(document.len());
        let mut writing =
            Writing { document, copied: 0, text, path: Path::default(), places: Vec::new(), is_body };
        self.node(&node, Inside { how, inherited: false, name: "" }, &mut writing);
        writing.text.push_str(&document[writing.copied..]);
        Some(Document { text: writing.text, places: writing.places })
    }

    /// A document that stands in a text.
    pub(in crate::parity::redaction) fn json_inside(&mut self, text: &str, how: How) -> Option<Replaced> {
        let document = self.json(text, how, false)?;
        let (_, class) = document.places.into_iter().next()?;
        Some(Replaced { text: document.text, class })
    }

    fn node(&mut self, node: &Node<'_>, inside: Inside<'_>, writing: &mut Writing<'_>) {
        match &node.shape {
            Shape::Object(members) => {
                let repeats_secret = self.repeats_secret(members, inside.how);
                for member in members {
                    let is_repeated = repeats_secret && member.name == "input";
                    self.member(member, is_repeated, inside, writing);
                }
            }
            Shape::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    writing.path.push(Step::Item(index));
                    self.node(item, inside, writing);
                    writing.path.pop();
                }
            }
            Shape::Text(_) | Shape::Number => {
                if !(writing.is_body && self.policy.keeps_leaf(&writing.path))
                    && let Some(replaced) = self.leaf(node, inside)
                {
                    writing.replace(node.text, &replaced.text);
                    writing.places.push((writing.path.clone(), replaced.class));
                }
            }
            // The reader takes what begins like a word for one.
            Shape::Word if !is_known_word(node.text) => {
                let replaced = self.pseudonyms.of(node.text);
                writing.replace(node.text, &replaced);
                writing.places.push((writing.path.clone(), "unreadable".to_owned()));
            }
            Shape::Word => {}
        }
    }

    /// A complaint about a value whose place is named as a secret is: `{"loc": ["body", "password"], "input": "short"}`.
    fn repeats_secret(&mut self, members: &[json::Member<'_>], how: How) -> bool {
        let complained = members.iter().find(|member| member.name == "loc").map(|loc| &loc.value.shape);
        let Some(Shape::Array(steps)) = complained else { return false };
        let mut names = steps.iter().filter_map(|step| match &step.shape {
            Shape::Text(Some(name)) => Some(name.as_str()),
            _ => None,
        });
        names.next_back().is_some_and(|name| is_replaced(self.named(name).says, how))
    }

    fn member(
        &mut self,
        member: &json::Member<'_>,
        is_repeated: bool,
        inside: Inside<'_>,
        writing: &mut Writing<'_>,
    ) {
        let known = self.named(&member.name);
        let name = self.name(&member.name, known.is_identifier, inside.how);
        if let Some(name) = &name {
            writing.replace(member.spelled, &spelled(&name.text, member.spelled));
        }
        let is_named = name.is_some();
        writing
            .path
            .push(Step::Member(name.as_ref().map_or_else(|| member.name.clone(), |name| name.text.clone())));
        if let Some(name) = name {
            writing.places.push((writing.path.clone(), name.class));
        }
        let is_leaf = !matches!(member.value.shape, Shape::Object(_) | Shape::Array(_));
        let is_direct = !is_named && is_replaced(known.says, inside.how) || is_repeated && is_leaf;
        let mut how = inside.how;
        if is_direct {
            how.forced = Some("name");
        }
        how.is_told = (how.is_told || TOLD.contains(&member.name.as_str())) && member.name != "input";
        let inherited = how.forced.is_some() && !is_direct;
        self.node(&member.value, Inside { how, inherited, name: &member.name }, writing);
        writing.path.pop();
    }

    /// A name that is a value: `{"ada@corp.com": 1}`.
    fn name(&mut self, name: &str, is_identifier: bool, how: How) -> Option<Replaced> {
        if is_identifier && !self.pseudonyms.knows(name) {
            return None;
        }
        self.text(name, How { forced: None, is_told: false, ..how })
    }

    fn leaf(&mut self, node: &Node<'_>, inside: Inside<'_>) -> Option<Replaced> {
        let mut how = inside.how;
        let Shape::Text(said) = &node.shape else {
            how.forced = how.forced.filter(|_| !inside.inherited);
            return self.number(node.text, how);
        };
        let Some(said) = said else {
            // Half of a pair of surrogates is no text; what is around it is replaced like one.
            let raw = node.text.trim_matches('"').replace('\\', "");
            let replaced = self.text(&raw, how.forced("unreadable"))?;
            return Some(Replaced { text: spelled(&replaced.text, node.text), ..replaced });
        };
        let is_word = how.is_told && matches!(inside.name, "loc" | "type") && is_plain(said);
        // Of test data: below `securitySchemes.APIKeyHeader` words describe, and would then be secret everywhere.
        let describes = how.mode == Mode::Secrets && is_describing(said);
        if is_word || inside.inherited && (describes || harmless::is_harmless(said)) {
            return None;
        }
        let replaced = self.text(said, how)?;
        Some(Replaced { text: spelled(&replaced.text, node.text), ..replaced })
    }
}

impl Writing<'_> {
    fn replace(&mut self, part: &str, other: &str) {
        let start = part.as_ptr() as usize - self.document.as_ptr() as usize;
        self.text.push_str(&self.document[self.copied..start]);
        self.text.push_str(other);
        self.copied = start + part.len();
    }
}

fn is_replaced(says: Says, how: How) -> bool {
    says == Says::Secret || says == Says::Personal && how.mode == Mode::Strict
}

/// Those of JSON, and those that Python's encoder writes.
fn is_known_word(text: &str) -> bool {
    matches!(text, "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity")
}

/// `apiKey`, `header`: one short word.
fn is_describing(said: &str) -> bool {
    said.len() <= 12 && said.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// `string_too_short`, `body`, `due_date`: names of the schema.
fn is_plain(said: &str) -> bool {
    said.len() <= 40
        && said.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && names::is_identifier(said)
}

/// In ASCII where the original was.
fn spelled(text: &str, original: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    if !original.is_ascii() || quoted.is_ascii() {
        return quoted;
    }
    let mut escaped = String::with_capacity(quoted.len() * 2);
    for character in quoted.chars() {
        if character.is_ascii() {
            escaped.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped
}
