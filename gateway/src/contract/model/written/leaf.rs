//! One field of a written model: what Pydantic makes of a value there.

use std::borrow::Cow;

use crate::{
    config::document::scalar::Scalar,
    contract::{
        field::{Constraints, Email, EmailRules, Field, TextRules, Unconstrained, Whole},
        model::Refusal,
        profile::auth::{AskedField, BodyForm, FieldKind, Pattern, Presence, Purpose, TextLimits},
        python::Value,
        request::RequestRules,
        validation::{Errors, Problem},
    },
};

#[derive(Clone, Debug)]
pub(super) struct Leaf {
    field: AskedField,
}

impl Leaf {
    pub(super) fn new(field: &AskedField) -> Self {
        Self { field: field.clone() }
    }

    pub(super) fn purpose(&self) -> &Purpose {
        &self.field.purpose
    }

    pub(super) fn is_defaulted(&self) -> bool {
        matches!(self.field.presence, Presence::Default(_))
    }

    /// A default is not judged.
    pub(super) fn absent(&self) -> Option<Value> {
        match &self.field.presence {
            Presence::Required => None,
            Presence::Optional => Some(Value::None),
            Presence::Default(Scalar::Bool(value)) => Some(Value::Bool(*value)),
            Presence::Default(Scalar::Integer(value)) => Some(Value::Integer(*value)),
            Presence::Default(Scalar::Text(value)) => Some(Value::text(value)),
        }
    }

    pub(super) fn read<'a>(
        &self,
        given: &'a Value,
        rules: RequestRules,
        form: BodyForm,
        errors: &mut Errors<'a>,
    ) -> Option<Value> {
        if self.field.nullable && *given == Value::None {
            return Some(Value::None);
        }
        let value = match &self.field.kind {
            FieldKind::Text(limits) => {
                let text = String::read(given, &text_rules(limits), errors)?;
                let own = limits.pattern.as_ref().map(Pattern::text).zip(limits.pattern.as_ref());
                let is_grant = form == BodyForm::OAuth2 && self.field.path == ["grant_type"];
                let known = is_grant.then(|| rules.grant_type());
                let broken = match (own, known) {
                    (Some((pattern, compiled)), _) => (!compiled.is_in(&text)).then_some(pattern),
                    (None, Some(grant)) => (!grant.takes(&text)).then(|| grant.pattern()),
                    (None, None) => None,
                };
                if let Some(pattern) = broken {
                    errors.push(mismatch(pattern), Cow::Borrowed(given));
                    return None;
                }
                Value::text(&text)
            }
            FieldKind::Email { max_length } => {
                let rules = max_length.map_or(EmailRules::NONE, |most| EmailRules::NONE.max_length(most));
                Value::text(&Email::read(given, &rules, errors)?)
            }
            FieldKind::Bool => Value::Bool(bool::read(given, &Unconstrained, errors)?),
            FieldKind::Int => {
                Value::digits(&Whole::read(given, &<Whole as Field>::Rules::NONE, errors)?.to_string())
            }
        };
        match self.judge_bytes(&value) {
            Ok(()) => Some(value),
            Err(refusal) => {
                errors.push(refusal.into_problem(), Cow::Borrowed(given));
                None
            }
        }
    }

    fn judge_bytes(&self, value: &Value) -> Result<(), Refusal> {
        let (Some(limit), Value::Text(text)) = (&self.field.max_bytes, value) else { return Ok(()) };
        let length = text.as_str().map_or(0, str::len);
        if length > limit.most { Err(Refusal::value_error(&limit.message)) } else { Ok(()) }
    }
}

fn text_rules(limits: &TextLimits) -> TextRules {
    let mut rules = TextRules::NONE.strip_whitespace(limits.strip);
    if let Some(least) = limits.min_length {
        rules = rules.min_length(least);
    }
    if let Some(most) = limits.max_length {
        rules = rules.max_length(most);
    }
    rules
}

fn mismatch(pattern: &str) -> Problem {
    let message = format!("String should match pattern '{pattern}'");
    Problem::new("string_pattern_mismatch", message).with("pattern", Value::text(pattern))
}
