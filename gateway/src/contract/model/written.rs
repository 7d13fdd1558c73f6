//! A request model that stands in `legacy.toml`: read as a derived one is, in the same order and words.

mod leaf;
mod tree;

use std::borrow::Cow;

use super::no_object;
use crate::contract::{
    Failure,
    profile::auth::{AskedBody, BodyForm, Purpose},
    python::{Dict, Text, Value},
    request::{Received, RequestRules, Section, Sent},
    validation::{Errors, Problem, Step},
};
use leaf::Leaf;
use tree::{Node, grow};

#[derive(Clone, Debug)]
pub struct WrittenModel {
    form: BodyForm,
    forbids_others: bool,
    nodes: Vec<Node>,
}

/// What was given for the fields that are for something, each judged good.
#[derive(Debug, Default)]
pub struct Filled {
    values: Vec<(Purpose, Value)>,
}

impl WrittenModel {
    pub fn new(body: &AskedBody) -> Self {
        Self {
            form: body.form,
            forbids_others: body.forbids_others,
            nodes: grow(&body.fields, body.forbids_others),
        }
    }

    /// The values, or everything that is wrong.
    pub fn read(&self, sent: &Sent) -> Result<Filled, Failure> {
        let parameters = self.parameters(sent);
        let mut filled = Filled::default();
        let mut errors = Errors::default();
        let good =
            errors.within(Step::Name(Section::Body.name()), |errors| match (&parameters, &sent.body) {
                (Some(Value::Dict(parameters)), _) => {
                    let mut reading =
                        Reading { rules: sent.rules, form: self.form, filled: &mut filled, errors };
                    reading.members(&self.nodes, parameters, None)
                }
                // A body that is no object has no parameters in it, not even those with a default.
                (Some(_), _) => {
                    self.nodes.iter().map(|node| missing(node.name(), None, errors)).last().flatten()
                }
                (None, Received::Json(given) | Received::Bytes(given)) => {
                    let mut reading =
                        Reading { rules: sent.rules, form: self.form, filled: &mut filled, errors };
                    reading.object(&self.nodes, given, self.forbids_others)
                }
                (None, Received::Nothing | Received::Form(_)) => {
                    errors.push(Problem::new("missing", "Field required"), Cow::Owned(Value::None));
                    None
                }
            });
        errors.finish(good)?;
        Ok(filled)
    }

    /// Where each field outside is a parameter of its own: what was given for them. A model as a whole has none.
    fn parameters(&self, sent: &Sent) -> Option<Value> {
        match (self.form, &sent.body) {
            (BodyForm::Json, _) => None,
            (BodyForm::OAuth2 | BodyForm::Form, Received::Form(fields)) => {
                let taken = self.nodes.iter().filter_map(|node| {
                    let value = sent.rules.last_of_form(fields, node.text(), node.is_defaulted())?;
                    Some((node.name().clone(), value))
                });
                Some(Value::dict(taken.collect()))
            }
            (BodyForm::OAuth2 | BodyForm::Form, _) => Some(Value::dict(Dict::new())),
            (BodyForm::Embedded, given) => Some(given.embedded(sent.rules).into_owned()),
        }
    }
}

struct Reading<'a, 'e> {
    rules: RequestRules,
    form: BodyForm,
    filled: &'e mut Filled,
    errors: &'e mut Errors<'a>,
}

impl<'a> Reading<'a, '_> {
    fn object(&mut self, nodes: &'a [Node], given: &'a Value, forbids_others: bool) -> Option<()> {
        let Value::Dict(members) = given else {
            self.errors.push(no_object(), Cow::Borrowed(given));
            return None;
        };
        let good = self.members(nodes, members, Some(given));
        if !forbids_others {
            return good;
        }
        let mut refused = None;
        for (name, value) in members.iter().filter(|(name, _)| nodes.iter().all(|node| node.name() != *name))
        {
            let problem = Problem::new("extra_forbidden", "Extra inputs are not permitted");
            self.errors.within(Step::Key(name), |errors| errors.push(problem, Cow::Borrowed(value)));
            refused = Some(());
        }
        good.filter(|()| refused.is_none())
    }

    /// All members in their order, so that errors are told in that order; `whole` is what one is missing from.
    fn members(&mut self, nodes: &'a [Node], given: &'a Dict, whole: Option<&'a Value>) -> Option<()> {
        let read: Vec<Option<()>> = nodes.iter().map(|node| self.member(node, given, whole)).collect();
        read.into_iter().collect()
    }

    fn member(&mut self, node: &'a Node, given: &'a Dict, whole: Option<&'a Value>) -> Option<()> {
        match (given.get(node.name().bytes()), node) {
            (Some(value), Node::Leaf { name, leaf }) => {
                let (rules, form) = (self.rules, self.form);
                let read =
                    self.errors.within(Step::Key(name), |errors| leaf.read(value, rules, form, errors))?;
                self.keep(leaf, read);
                Some(())
            }
            (Some(value), Node::Object { name, nodes, forbids_others }) => {
                let Self { rules, form, filled, errors } = self;
                errors.within(Step::Key(name), |errors| {
                    let mut inner = Reading { rules: *rules, form: *form, filled, errors };
                    inner.object(nodes, value, *forbids_others)
                })
            }
            (None, Node::Leaf { name, leaf }) => match leaf.absent() {
                Some(value) => {
                    self.keep(leaf, value);
                    Some(())
                }
                None => missing(name, whole, self.errors),
            },
            (None, Node::Object { name, .. }) => missing(name, whole, self.errors),
        }
    }

    fn keep(&mut self, leaf: &Leaf, value: Value) {
        self.filled.values.push((leaf.purpose().clone(), value));
    }
}

fn missing<'a>(name: &'a Text, whole: Option<&'a Value>, errors: &mut Errors<'a>) -> Option<()> {
    let input = whole.map_or(Cow::Owned(Value::None), Cow::Borrowed);
    let problem = Problem::new("missing", "Field required");
    errors.within(Step::Key(name), |errors| errors.push(problem, input));
    None
}

impl Filled {
    /// The text of the field that is this; an optional one may be none.
    pub fn text(&self, purpose: &Purpose) -> Option<&str> {
        let (_, value) = self.values.iter().find(|(known, _)| known == purpose)?;
        match value {
            Value::Text(text) => text.as_str(),
            _ => None,
        }
    }

    /// What goes into columns, in the order of the fields.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().filter_map(|(purpose, value)| match purpose {
            Purpose::Column(column) => Some((column.as_str(), value)),
            Purpose::Judged | Purpose::Login | Purpose::Password | Purpose::NewPassword => None,
        })
    }
}
