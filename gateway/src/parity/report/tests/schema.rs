//! The schema in `docs/` and the model say the same: what is written fits, and what does not fit is not read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::SAMPLE;
use crate::parity::report::read;

const SCHEMA: &str = include_str!("../../../../../docs/compat-report.schema.json");

/// What the schema uses of JSON Schema 2020-12; anything else it said would be overlooked here, and is refused.
struct Schema {
    root: Value,
    /// Members that a document had, as `definition.member`.
    seen: BTreeSet<String>,
}

impl Schema {
    fn check(&mut self, schema: &Value, name: &str, value: &Value) -> Result<(), String> {
        let words = schema.as_object().unwrap();
        for (word, expected) in words {
            let fits = match word.as_str() {
                "$schema" | "$defs" | "title" | "description" | "required" | "additionalProperties" => true,
                "$ref" => {
                    let definition = expected.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                    let schema = self.root["$defs"][definition].clone();
                    self.check(&schema, definition, value)?;
                    true
                }
                "const" => value == expected,
                "enum" => expected.as_array().unwrap().contains(value),
                "type" => match expected.as_str().unwrap() {
                    "string" => value.is_string(),
                    "integer" => value.is_u64(),
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    other => panic!("no type {other}"),
                },
                "minimum" => value.as_f64() >= expected.as_f64(),
                "minItems" => value.as_array().unwrap().len() as u64 >= expected.as_u64().unwrap(),
                "maxItems" => value.as_array().unwrap().len() as u64 <= expected.as_u64().unwrap(),
                "items" if expected == &json!(false) => words.contains_key("prefixItems"),
                "items" => {
                    value.as_array().unwrap().iter().try_for_each(|item| self.check(expected, name, item))?;
                    true
                }
                "prefixItems" => {
                    let pairs = expected.as_array().unwrap().iter().zip(value.as_array().unwrap());
                    pairs.into_iter().try_for_each(|(schema, item)| self.check(schema, name, item))?;
                    true
                }
                "properties" => {
                    self.members(schema, name, value.as_object().unwrap())?;
                    true
                }
                other => panic!("the schema says `{other}`, which this test does not know"),
            };
            if !fits {
                return Err(format!("{name}: {value} does not fit {word}: {expected}"));
            }
        }
        Ok(())
    }

    fn members(&mut self, schema: &Value, name: &str, members: &Map<String, Value>) -> Result<(), String> {
        assert_eq!(schema["additionalProperties"], json!(false), "{name}");
        for required in schema["required"].as_array().unwrap() {
            if !members.contains_key(required.as_str().unwrap()) {
                return Err(format!("{name} has no {required}"));
            }
        }
        for (member, value) in members {
            let schema = &schema["properties"][member];
            if schema.is_null() {
                return Err(format!("{name} has {member}"));
            }
            self.seen.insert(format!("{name}.{member}"));
            self.check(schema, member, value)?;
        }
        Ok(())
    }
}

fn schema() -> Schema {
    Schema { root: serde_json::from_str(SCHEMA).unwrap(), seen: BTreeSet::new() }
}

fn check(document: &Value) -> Result<BTreeSet<String>, String> {
    let mut schema = schema();
    let root = schema.root.clone();
    schema.check(&root, "report", document).map(|()| schema.seen)
}

#[test]
fn every_field_of_the_model_stands_in_the_schema_and_the_other_way_round() {
    let seen = check(&serde_json::from_str(SAMPLE).unwrap()).unwrap();
    let root = schema().root;
    let mut described = BTreeSet::new();
    let definitions = root["$defs"].as_object().unwrap().iter().map(|(name, schema)| (name.as_str(), schema));
    for (name, schema) in definitions.chain([("report", &root)]) {
        let members = schema["properties"].as_object().into_iter().flatten();
        described.extend(members.map(|(member, _)| format!("{name}.{member}")));
    }
    assert_eq!(seen, described);
}

/// The place of every member and item of a document.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                found.push(format!("{at}/{name}"));
                places(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// To one item of each list.
fn shorten(value: &mut Value) {
    match value {
        Value::Object(members) => members.values_mut().for_each(shorten),
        // A status and how often it came stand in a list of two.
        Value::Array(items) if items.iter().all(Value::is_u64) => {}
        Value::Array(items) => {
            items.truncate(1);
            items.iter_mut().for_each(shorten);
        }
        _ => {}
    }
}

#[test]
fn what_the_schema_refuses_is_not_read_and_what_it_allows_is() {
    let mut sample: Value = serde_json::from_str(SAMPLE).unwrap();
    shorten(&mut sample);
    let mut found = Vec::new();
    places(&sample, "", &mut found);
    let mut refused = 0;
    let mut agree = |changed: &Value, what: &str| {
        let (fits, is_read) = (check(changed), read(&changed.to_string()));
        assert_eq!(
            fits.is_ok(),
            is_read.is_ok(),
            "{what}: {fits:?}, {:?}",
            is_read.err().map(|e| e.to_string())
        );
        refused += usize::from(fits.is_err());
    };
    for place in &found {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let mut without = sample.clone();
        without.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
        agree(&without, &format!("without {place}"));
        for other in
            [json!(null), json!(true), json!("word"), json!(-1), json!(1.5), json!([1]), json!({"a": 1})]
        {
            // What is optional is left out, never null; whoever writes null means the same.
            if place.ends_with("/suggestion") && other.is_null() {
                continue;
            }
            let mut changed = sample.clone();
            changed.pointer_mut(place).unwrap().clone_from(&other);
            agree(&changed, &format!("{place} as {other}"));
        }
        let mut added = sample.clone();
        added.pointer_mut(parent).unwrap()["unknown"] = json!(1);
        agree(&added, &format!("{parent}/unknown"));
    }
    assert!(refused > 300, "{refused}");
}
