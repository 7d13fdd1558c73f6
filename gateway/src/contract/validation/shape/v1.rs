//! One mistake as Pydantic 1 shows it: `loc`, `msg`, `type`, `ctx`.
//!
//! What is a mistake is decided as Pydantic 2 does; only the words are the older ones.

mod permitted;

use super::{Entry, Told};
use crate::contract::{
    python::{Value, dumps, string},
    validation::{
        Problem,
        detail::{Document, context, place},
    },
};

/// `msg`, `type` and `ctx`.
struct Words {
    message: String,
    kind: &'static str,
    context: Vec<(&'static str, Value)>,
}

pub(super) fn entry(told: &Told) -> Entry {
    let Words { message, kind, context: members } = match &told.document {
        Some(document) => no_json(&told.problem, document),
        None => words(&told.problem, &told.input),
    };
    let place = place(&told.place);
    let mut whole = format!("{{\"loc\":{place},\"msg\":");
    string(&message, &mut whole);
    whole.push_str(",\"type\":");
    string(kind, &mut whole);
    let mut shown = (!members.is_empty()).then(|| context(&members));
    if kind == "value_error.const" {
        shown = Some(given(&told.input, &members));
    }
    if let Some(context) = &shown {
        whole.push_str(",\"ctx\":");
        whole.push_str(context);
    }
    whole.push('}');
    Entry { kind: format!("\"{kind}\""), place, message, input: told.input.clone(), context: shown, whole }
}

/// The context of a literal begins with what was given, which is JSON already.
fn given(input: &str, members: &[(&'static str, Value)]) -> String {
    let mut out = format!("{{\"given\":{input}");
    for (name, value) in members {
        out.push_str(&format!(",\"{name}\":"));
        dumps(value, &mut out);
    }
    out.push('}');
    out
}

fn words(problem: &Problem, input: &str) -> Words {
    // Whatever the type, it looks for that first.
    if input == "null" && problem.kind != "missing" {
        return plain("none is not an allowed value", "type_error.none.not_allowed");
    }
    typed(problem).or_else(|| bounded(problem)).unwrap_or_else(|| spoken(problem))
}

fn plain(message: &str, kind: &'static str) -> Words {
    Words { message: message.to_owned(), kind, context: Vec::new() }
}

/// A value is none of its type.
fn typed(problem: &Problem) -> Option<Words> {
    let (message, kind) = match problem.kind {
        "missing" => ("field required", "value_error.missing"),
        "extra_forbidden" => ("extra fields not permitted", "value_error.extra"),
        "string_type" | "string_sub_type" => ("str type expected", "type_error.str"),
        "bytes_type" => ("byte type expected", "type_error.bytes"),
        "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float" => {
            ("value is not a valid integer", "type_error.integer")
        }
        "float_type" | "float_parsing" => ("value is not a valid float", "type_error.float"),
        "bool_type" | "bool_parsing" => ("value could not be parsed to a boolean", "type_error.bool"),
        "decimal_type" | "decimal_parsing" => ("value is not a valid decimal", "type_error.decimal"),
        "list_type" => ("value is not a valid list", "type_error.list"),
        "set_type" => ("value is not a valid set", "type_error.set"),
        "tuple_type" => ("value is not a valid tuple", "type_error.tuple"),
        "dict_type" | "model_type" | "model_attributes_type" | "mapping_type" => {
            ("value is not a valid dict", "type_error.dict")
        }
        "uuid_type" | "uuid_parsing" => ("value is not a valid uuid", "type_error.uuid"),
        "date_past" => ("date is not in the past", "value_error.date.not_in_the_past"),
        "date_future" => ("date is not in the future", "value_error.date.not_in_the_future"),
        "url_parsing" | "url_type" | "url_syntax_violation" => {
            ("invalid or missing URL scheme", "value_error.url.scheme")
        }
        kind if kind.starts_with("datetime_") => ("invalid datetime format", "value_error.datetime"),
        kind if kind.starts_with("date_") => ("invalid date format", "value_error.date"),
        kind if kind.starts_with("time_delta_") => ("invalid duration format", "value_error.duration"),
        kind if kind.starts_with("time_") => ("invalid time format", "value_error.time"),
        _ => return None,
    };
    Some(plain(message, kind))
}

/// A value breaks a rule, which the context names.
fn bounded(problem: &Problem) -> Option<Words> {
    let (before, kind, after, limit) = match problem.kind {
        "greater_than" => ("is greater than ", "value_error.number.not_gt", "", "gt"),
        "greater_than_equal" => ("is greater than or equal to ", "value_error.number.not_ge", "", "ge"),
        "less_than" => ("is less than ", "value_error.number.not_lt", "", "lt"),
        "less_than_equal" => ("is less than or equal to ", "value_error.number.not_le", "", "le"),
        "string_too_short" => {
            ("has at least ", "value_error.any_str.min_length", " characters", "min_length")
        }
        "string_too_long" | "url_too_long" => {
            ("has at most ", "value_error.any_str.max_length", " characters", "max_length")
        }
        "too_short" => ("has at least ", items(problem, "min_items")?, " items", "min_length"),
        "too_long" => ("has at most ", items(problem, "max_items")?, " items", "max_length"),
        _ => return counted(problem),
    };
    let value = named(problem, limit)?;
    let message = format!("ensure this value {before}{}{after}", shown(value));
    Some(Words { message, kind, context: vec![("limit_value", value.clone())] })
}

/// The type of a list's or a set's bound.
fn items(problem: &Problem, bound: &str) -> Option<&'static str> {
    let set = matches!(named(problem, "field_type"), Some(Value::Text(name)) if name.as_str() == Some("Set"));
    match (set, bound) {
        (false, "min_items") => Some("value_error.list.min_items"),
        (false, "max_items") => Some("value_error.list.max_items"),
        (true, "min_items") => Some("value_error.set.min_items"),
        (true, "max_items") => Some("value_error.set.max_items"),
        _ => None,
    }
}

/// The rules whose context keeps its name, and what is chosen from a list.
fn counted(problem: &Problem) -> Option<Words> {
    let digits = "ensure that there are no more than ";
    let (before, kind, after, name) = match problem.kind {
        "multiple_of" => {
            ("ensure this value is a multiple of ", "value_error.number.not_multiple", "", "multiple_of")
        }
        "decimal_max_digits" => (digits, "value_error.decimal.max_digits", " digits in total", "max_digits"),
        "decimal_max_places" => {
            (digits, "value_error.decimal.max_places", " decimal places", "decimal_places")
        }
        "decimal_whole_digits" => {
            (digits, "value_error.decimal.whole_digits", " digits before the decimal point", "whole_digits")
        }
        "string_pattern_mismatch" => {
            ("string does not match regex \"", "value_error.str.regex", "\"", "pattern")
        }
        "enum" | "literal_error" => return chosen(problem),
        _ => return None,
    };
    let value = named(problem, name)?;
    let message = format!("{before}{}{after}", shown(value));
    Some(Words { message, kind, context: vec![(name, value.clone())] })
}

fn chosen(problem: &Problem) -> Option<Words> {
    let Some(Value::Text(expected)) = named(problem, "expected") else { return None };
    let (shown, values) = permitted::read(expected.as_str()?);
    let (before, kind, name) = match problem.kind {
        "enum" => ("value is not a valid enumeration member; permitted: ", "type_error.enum", "enum_values"),
        _ => ("unexpected value; permitted: ", "value_error.const", "permitted"),
    };
    let message = format!("{before}{}", shown.join(", "));
    Some(Words { message, kind, context: vec![(name, Value::List(values))] })
}

/// What is said in words of its own.
fn spoken(problem: &Problem) -> Words {
    let message = problem.message.as_ref();
    match problem.kind {
        "finite_number" => {
            plain("ensure this value is a finite number", "value_error.number.not_finite_number")
        }
        "value_error" if message.starts_with("value is not a valid email address") => {
            plain("value is not a valid email address", "value_error.email")
        }
        "assertion_error" => {
            plain(message.strip_prefix("Assertion failed, ").unwrap_or(message), "assertion_error")
        }
        _ => plain(message.strip_prefix("Value error, ").unwrap_or(message), "value_error"),
    }
}

fn named<'a>(problem: &'a Problem, name: &str) -> Option<&'a Value> {
    problem.context.iter().find(|(given, _)| *given == name).map(|(_, value)| value)
}

/// As `str.format` has it.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.as_str().unwrap_or_default().to_owned(),
        other => {
            let mut out = String::new();
            dumps(other, &mut out);
            out
        }
    }
}

/// A `JSONDecodeError`, all of whose members are told.
fn no_json(problem: &Problem, document: &Document) -> Words {
    let Document { text, position } = document;
    let message = named(problem, "error").map(shown).unwrap_or_default();
    let before: Vec<char> = text.chars().take(*position).collect();
    let line = before.iter().filter(|character| **character == '\n').count() + 1;
    let column = before.iter().rev().take_while(|character| **character != '\n').count() + 1;
    let number = |number: usize| Value::digits(&number.to_string());
    Words {
        message: format!("{message}: line {line} column {column} (char {position})"),
        kind: "value_error.jsondecode",
        context: vec![
            ("msg", Value::text(&message)),
            ("doc", Value::text(text)),
            ("pos", number(*position)),
            ("lineno", number(line)),
            ("colno", number(column)),
        ],
    }
}
