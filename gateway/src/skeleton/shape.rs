//! What a schema is in Rust, as far as one place of it goes: the type, what is said about it, and what is not known.

use serde_json::Value;

use super::document::{Document, Kinds, Schema};

/// What stands at a place once references and `null` are taken off it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'d> {
    Bool,
    Integer,
    Float,
    Text,
    Bytes,
    Decimal,
    Uuid,
    DateTime,
    Date,
    Time,
    TimeDelta,
    Email,
    Url,
    /// A component that lists texts: an `Enum` of the original.
    Choice(&'d str),
    /// Texts that are listed on the spot: a `Literal`.
    Literal,
    Model(&'d str),
    List(&'d Schema),
    Dict(&'d Schema),
    /// What cannot be told from the document, and why.
    Anything(&'static str),
}

#[derive(Clone, Debug)]
pub(super) struct Shape<'d> {
    pub(super) kind: Kind<'d>,
    pub(super) nullable: bool,
    /// Where its constraints stand.
    pub(super) said: &'d Schema,
}

pub(super) const UNION: &str = "a union: the document does not say which member is tried first";
const VALUES: &str = "a list of values that are not texts";

/// A reference may lead to a reference; one that leads round in a circle says nothing.
const DEEPEST: usize = 16;

pub(super) fn shape<'d>(document: &'d Document, schema: &'d Schema) -> Shape<'d> {
    shape_within(document, schema, 0)
}

fn shape_within<'d>(document: &'d Document, schema: &'d Schema, depth: usize) -> Shape<'d> {
    let plain = |kind| Shape { kind, nullable: false, said: schema };
    if depth > DEEPEST {
        return plain(Kind::Anything("it refers to itself"));
    }
    if let Some(reference) = &schema.reference {
        return match document.component(reference) {
            Some((name, component)) => named(document, name, component, depth),
            None => plain(Kind::Anything("it refers to something outside of the document")),
        };
    }
    // Before 3.1 a reference with a default stood in a list of one.
    if let [only] = schema.all_of.as_slice() {
        return shape_within(document, only, depth + 1);
    }
    let alternatives = if schema.any_of.is_empty() { &schema.one_of } else { &schema.any_of };
    if !alternatives.is_empty() {
        return union(document, schema, alternatives, depth);
    }
    let nullable = matches!(&schema.kind, Some(Kinds::Many(_))) && schema.is("null");
    Shape { kind: direct(schema), nullable, said: schema }
}

fn named<'d>(document: &'d Document, name: &'d str, component: &'d Schema, depth: usize) -> Shape<'d> {
    let plain = |kind| Shape { kind, nullable: false, said: component };
    if !component.values.is_empty() {
        let texts = component.values.iter().all(Value::is_string);
        return plain(if texts { Kind::Choice(name) } else { Kind::Anything(VALUES) });
    }
    if !component.properties.is_empty() || component.is("object") && component.additional_properties.is_none()
    {
        return plain(Kind::Model(name));
    }
    if leads_to(document, component, name, depth + 1) {
        return plain(Kind::Anything("it refers to itself"));
    }
    shape_within(document, component, depth + 1)
}

/// Whether a type holds itself without a model between: `type Tree = list[Tree]` has no end in Rust.
fn leads_to(document: &Document, schema: &Schema, name: &str, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    if let Some((other, component)) = schema.reference.as_deref().and_then(|one| document.component(one)) {
        return other == name
            || component.properties.is_empty() && leads_to(document, component, name, depth + 1);
    }
    let values = match &schema.additional_properties {
        Some(super::document::Additional::Of(values)) => Some(&**values),
        _ => None,
    };
    // Of a union only a member that is alone beside `null` is followed.
    let unions = [&schema.all_of, &schema.any_of, &schema.one_of].into_iter().filter_map(|members| {
        let mut some = members.iter().filter(|one| !one.is_null());
        some.next().filter(|_| some.next().is_none())
    });
    let mut inside = schema.items.as_deref().into_iter().chain(values).chain(unions);
    inside.any(|one| leads_to(document, one, name, depth + 1))
}

fn union<'d>(
    document: &'d Document,
    schema: &'d Schema,
    alternatives: &'d [Schema],
    depth: usize,
) -> Shape<'d> {
    let some: Vec<_> = alternatives.iter().filter(|one| !one.is_null()).collect();
    let nullable = some.len() < alternatives.len();
    match some.as_slice() {
        [only] => Shape { nullable, ..shape_within(document, only, depth + 1) },
        // What Pydantic says of a Decimal that comes in.
        [number, text] if number.is("number") && text.is("string") => {
            Shape { kind: Kind::Decimal, nullable, said: number }
        }
        _ => Shape { kind: Kind::Anything(UNION), nullable, said: schema },
    }
}

fn direct(schema: &Schema) -> Kind<'_> {
    if schema.only.is_some() || !schema.values.is_empty() {
        let texts = schema.only.iter().chain(&schema.values).all(Value::is_string);
        return if texts { Kind::Literal } else { Kind::Anything(VALUES) };
    }
    if schema.is("string") {
        return match schema.format.as_deref() {
            Some("date-time") => Kind::DateTime,
            Some("date") => Kind::Date,
            Some("time") => Kind::Time,
            Some("duration") => Kind::TimeDelta,
            Some("uuid" | "uuid1" | "uuid3" | "uuid4" | "uuid5") => Kind::Uuid,
            Some("email") => Kind::Email,
            Some("uri") => Kind::Url,
            Some("binary") => Kind::Bytes,
            _ if schema.content_media_type.is_some() => Kind::Bytes,
            _ if is_decimal(schema.pattern.as_deref()) => Kind::Decimal,
            _ => Kind::Text,
        };
    }
    if schema.is("boolean") {
        return Kind::Bool;
    }
    if schema.is("integer") {
        return Kind::Integer;
    }
    if schema.is("number") {
        return Kind::Float;
    }
    if schema.is("array") {
        return schema.items.as_deref().map_or(Kind::Anything("a list of anything"), Kind::List);
    }
    match &schema.additional_properties {
        Some(super::document::Additional::Of(values)) => Kind::Dict(values),
        _ if schema.is("object") => Kind::Anything("an object without declared members"),
        _ => Kind::Anything("the document does not say what it is"),
    }
}

/// The pattern that Pydantic puts on a Decimal that goes out.
fn is_decimal(pattern: Option<&str>) -> bool {
    pattern.is_some_and(|pattern| pattern.contains(r"\d*\.?\d*"))
}
