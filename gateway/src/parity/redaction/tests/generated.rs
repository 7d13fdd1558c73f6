//! Whatever an exchange holds: after its redaction a scan finds nothing, and what is left has the same form.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{
    super::{Key, Mode, scan::Scanner},
    samples::{answered, exchange, redactor},
};
use crate::parity::exchange::content::Content;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_-]{0,48}",
        "[A-Za-z0-9+/]{20,60}={0,2}",
        "[0-9a-f]{32}",
        "[a-z]{1,8}@[a-z]{2,8}\\.(com|de|example)",
        "[0-9]{3}-[0-9]{2}-[0-9]{4}",
        "\\+[0-9]{2} [0-9]{3} [0-9]{7}",
        "[0-9]{13,19}",
        "[1-9]{1,3}\\.[0-9]{1,2}\\.[0-9]{1,2}\\.[1-9]",
        "https?://[a-z]{3,9}(:[a-z0-9]{9})?@?[a-z]{0,5}\\.com/[a-zA-Z0-9/]{0,30}(\\?[a-z]{1,9}=[A-Za-z0-9%]{0,30})?",
        "\\PC{0,40}",
        "[ -~]{0,60}",
        "Bearer [A-Za-z0-9._-]{10,40}",
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{1,12}",
        Just("password".to_owned()),
        Just("access_token".to_owned()),
        Just("detail".to_owned()),
        text()
    ]
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        text().prop_map(|text| Value::from(serde_json::json!({ "in": text }).to_string())),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..5)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Kinds of values and how many, without names and texts.
fn skeleton(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::from(members.values().map(skeleton).collect::<Vec<_>>()),
        Value::Array(items) => Value::from(items.iter().map(skeleton).collect::<Vec<_>>()),
        Value::String(_) => Value::from("text"),
        Value::Number(_) => Value::from(1),
        Value::Bool(_) | Value::Null => value.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn a_scan_finds_nothing_in_what_was_redacted(document in document(), header in "[ -~]{0,60}", query in "[a-z]{1,9}=[a-zA-Z0-9%._-]{0,40}") {
        let mut exchange = exchange("GET", &format!("/things/x?{query}"));
        exchange.request.headers = vec![("x-some".to_owned(), header.clone()), ("cookie".to_owned(), format!("id={}", header.replace(';', "")))];
        exchange.outcome = answered("application/json", &document.to_string());
        redactor(Mode::Strict).redact(&mut exchange);
        let line = serde_json::to_string(&exchange).unwrap();
        let hits = Scanner::new(Key::from_bytes(&[1; 32]).unwrap(), &[]).scan(line.as_bytes());
        prop_assert!(hits.is_empty(), "{:?}\n{}\n{}", hits, line, document);
        let Some(Content::Text(text)) = exchange.answered().map(|answer| &answer.body.content) else { return Ok(()) };
        let after: Value = serde_json::from_str(text).unwrap();
        if document.is_object() || document.is_array() {
            prop_assert_eq!(skeleton(&after), skeleton(&document));
        }
    }
}
