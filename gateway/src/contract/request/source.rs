//! Values that come by name, and which of them a parameter takes.
//!
//! Source: `fastapi/dependencies/utils.py` (`_get_multidict_value`, `_request_param_model_to_args`,
//! `_get_multidict_extras`, `_extract_form_body`).

use indexmap::IndexMap;

use super::RequestRules;
use crate::contract::{
    field::Shape,
    model::Member,
    python::{Dict, Text, Value},
};

/// A query, headers, cookies or a form, in the order in which it came.
pub struct Source {
    pairs: Vec<(String, Value)>,
    kind: Kind,
    rules: RequestRules,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Query,
    /// Names are in lower case.
    Headers,
    /// No name comes twice.
    Cookies,
    Form,
}

impl Source {
    pub(super) fn new(kind: Kind, pairs: Vec<(String, Value)>, rules: RequestRules) -> Self {
        Self { pairs, kind, rules }
    }

    /// What each member takes, as a parameter of its own.
    pub(super) fn each(&self, members: &[Member]) -> Dict {
        members
            .iter()
            .filter_map(|member| self.of(member))
            .map(|(name, value)| (name.into(), value))
            .collect()
    }

    /// What the members take together with all that none of them takes.
    pub(super) fn together(&self, members: &[Member]) -> Dict {
        let by_field = self.rules.groups_by_field() && self.kind != Kind::Form;
        let taken = members.iter().filter_map(|member| {
            let (name, value) = self.of(member)?;
            Some((Text::from(if by_field { member.field } else { name }), value))
        });
        let mut dict: Dict = taken.collect();
        let known: Vec<String> = members.iter().flat_map(|member| self.known(member)).collect();
        // What was left out of a form because it is empty comes back here as one that nobody takes.
        let comes_back = self.kind == Kind::Form && self.rules.empty_field_may_stay();
        for (name, value) in self.others(&known) {
            if !comes_back || dict.get(name.as_bytes()).is_none() {
                dict.insert(Text::from(name), value);
            }
        }
        dict
    }

    /// The name under which a member's value came, and the value.
    fn of(&self, member: &Member) -> Option<(&'static str, Value)> {
        let names = member.names.iter();
        let found = match self.kind {
            // A name whose value is left out counts as not there.
            Kind::Form => names.clone().find(|name| self.value(member, name).is_some()),
            _ => names.clone().find(|name| self.has(&self.asked(member, name))),
        };
        let name = found.or_else(|| member.names.first())?;
        Some((*name, self.value(member, name)?))
    }

    fn value(&self, member: &Member, name: &str) -> Option<Value> {
        let asked = self.asked(member, name);
        let mut values = self.pairs.iter().filter(|(given, _)| *given == asked).map(|(_, value)| value);
        match (member.shape, self.kind) {
            (Shape::Sequence, Kind::Cookies) => {
                values.next().filter(|value| **value != Value::text("")).cloned()
            }
            (Shape::Sequence, _) => {
                let values: Vec<_> = values.filter(|value| !self.is_no_file(value)).cloned().collect();
                (!values.is_empty()).then_some(Value::List(values))
            }
            (Shape::Scalar | Shape::Model(_), Kind::Headers) => values.next().cloned(),
            (Shape::Scalar | Shape::Model(_), _) => {
                let value = values.next_back();
                value
                    .filter(|value| {
                        self.kind != Kind::Form || !self.rules.leaves_out(value, member.defaulted)
                    })
                    .cloned()
            }
        }
    }

    fn is_no_file(&self, value: &Value) -> bool {
        self.kind == Kind::Form && self.rules.is_no_file(value)
    }

    fn has(&self, asked: &str) -> bool {
        self.pairs.iter().any(|(name, _)| name == asked)
    }

    /// The name that is looked for: a header's underscores are hyphens, but for one that was named in so many words.
    fn asked(&self, member: &Member, name: &str) -> String {
        match self.kind {
            Kind::Headers if name == member.field => name.replace('_', "-").to_lowercase(),
            Kind::Headers => name.to_lowercase(),
            Kind::Query | Kind::Cookies | Kind::Form => name.to_owned(),
        }
    }

    /// The names that are not other ones, because a member was looked for under them.
    fn known(&self, member: &Member) -> Vec<String> {
        let found = self.of(member).map(|(name, _)| name).or_else(|| member.names.first().copied());
        let mut known: Vec<_> = found.map(|name| self.asked(member, name)).into_iter().collect();
        match self.kind {
            Kind::Form if self.rules.empty_field_may_stay() => known.clear(),
            Kind::Headers => known.extend(member.names.iter().map(|name| name.to_lowercase())),
            Kind::Query | Kind::Cookies | Kind::Form => {}
        }
        if self.rules.groups_by_field() && self.kind != Kind::Form {
            known.push(member.field.to_owned());
        }
        known
    }

    /// All else, by name.
    fn others(&self, known: &[String]) -> impl Iterator<Item = (&str, Value)> {
        let mut grouped: IndexMap<&str, Vec<&Value>> = IndexMap::new();
        for (name, value) in self.pairs.iter().filter(|(name, _)| !known.contains(name)) {
            grouped.entry(name).or_default().push(value);
        }
        let last_counts = self.rules.groups_by_field();
        grouped.into_iter().map(move |(name, values)| {
            let value = match values.as_slice() {
                [.., last] if last_counts || values.len() == 1 => (*last).clone(),
                all => Value::List(all.iter().map(|value| (*value).clone()).collect()),
            };
            (name, value)
        })
    }
}

impl RequestRules {
    /// What a parameter of its own takes of a form: the last value of its name, unless that counts as none.
    pub(in crate::contract) fn last_of_form(
        self,
        fields: &[(String, Value)],
        name: &str,
        defaulted: bool,
    ) -> Option<Value> {
        let value = fields.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value);
        value.filter(|value| !self.leaves_out(value, defaulted)).cloned()
    }

    fn leaves_out(self, value: &Value, defaulted: bool) -> bool {
        let empty = *value == Value::text("") && (defaulted || !self.empty_field_may_stay());
        empty || self.is_no_file(value)
    }

    /// What a browser sends where no file was chosen.
    fn is_no_file(self, value: &Value) -> bool {
        let empty = |value: &Value| matches!(value, Value::File(file) if file.is_none_chosen());
        !self.empty_field_may_stay() && empty(value)
    }
}
