//! How the lock is laid out: a value that fits on a line stands on one, so that a diff shows whole routes.

use std::fmt::Write as _;

use serde_json::Value;

const WIDTH: usize = 160;
const INDENT: usize = 2;

pub(super) fn render(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value, 0);
    text.push('\n');
    text
}

fn write_value(text: &mut String, value: &Value, depth: usize) {
    let line = one_line(value);
    let fits = depth * INDENT + line.chars().count() <= WIDTH;
    match value {
        // The whole always stands open, however small: its keys are what a reader looks for.
        Value::Object(fields) if !fields.is_empty() && (depth == 0 || !fits) => {
            write_block(text, depth, '{', '}', fields.len(), |text, index| {
                let (key, field) = fields.iter().nth(index).expect("the index is below the length");
                let _ = write!(text, "{}: ", Value::from(key.as_str()));
                write_value(text, field, depth + 1);
            });
        }
        Value::Array(items) if !items.is_empty() && (!fits || items.iter().any(Value::is_object)) => {
            write_block(text, depth, '[', ']', items.len(), |text, index| {
                write_value(text, &items[index], depth + 1);
            });
        }
        _ => text.push_str(&line),
    }
}

fn write_block(
    text: &mut String,
    depth: usize,
    open: char,
    close: char,
    length: usize,
    write_item: impl Fn(&mut String, usize),
) {
    text.push(open);
    for index in 0..length {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n{:width$}", "", width = (depth + 1) * INDENT);
        write_item(text, index);
    }
    let _ = write!(text, "\n{:width$}{close}", "", width = depth * INDENT);
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, field)| format!("{}: {}", Value::from(key.as_str()), one_line(field)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
