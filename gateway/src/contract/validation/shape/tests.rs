//! Every form of the same two mistakes, byte for byte.

use std::borrow::Cow;

use super::*;
use crate::contract::{
    python::Value,
    validation::{Errors, Problem, Step},
};

fn told(shape: &ValidationShape) -> String {
    let mut errors = Errors::default();
    errors.within(Step::Name("body"), |errors| {
        errors.within(Step::Name("title"), |errors| {
            let short = Problem::new("string_too_short", "String should have at least 1 character");
            errors.push(short.with("min_length", Value::Integer(1)), Cow::Owned(Value::text("")));
        });
        errors.within(Step::Name("tags"), |errors| {
            errors.within(Step::Index(2), |errors| {
                errors.push(Problem::new("missing", "Field required"), Cow::Owned(Value::None));
            });
        });
    });
    let crate::contract::Failure::Unprocessable(detail) = errors.failure() else { panic!("no detail") };
    String::from_utf8(shape.body(&detail).to_vec()).expect("text")
}

#[test]
fn a_mistake_is_told_in_the_profiles_words() {
    let short = r#""type":"string_too_short","loc":["body","title"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}"#;
    let missing = r#""type":"missing","loc":["body","tags",2],"msg":"Field required","input":null"#;
    let mut shape = ValidationShape::default();
    assert_eq!(told(&shape), format!("{{\"detail\":[{{{short}}},{{{missing}}}]}}"));

    shape.words = Words::with_pages("2.14.3");
    let page = |kind: &str| format!("\"url\":\"https://errors.pydantic.dev/2.14/v/{kind}\"");
    let (short_page, missing_page) = (page("string_too_short"), page("missing"));
    let expected = format!("{{\"detail\":[{{{short},{short_page}}},{{{missing},{missing_page}}}]}}");
    assert_eq!(told(&shape), expected);

    shape.words = Words::PydanticV1;
    let short = r#"{"loc":["body","title"],"msg":"ensure this value has at least 1 characters","type":"value_error.any_str.min_length","ctx":{"limit_value":1}}"#;
    let missing = r#"{"loc":["body","tags",2],"msg":"field required","type":"value_error.missing"}"#;
    assert_eq!(told(&shape), format!("{{\"detail\":[{short},{missing}]}}"));
}

#[test]
fn a_template_has_places_for_everything() {
    let body = |text: &str| ValidationShape {
        body: Template::of_body(text).expect("template"),
        ..ValidationShape::default()
    };
    let message = "String should have at least 1 character";
    assert_eq!(
        told(&body(r#"{"errors":{messages}}"#)),
        format!(r#"{{"errors":["{message}","Field required"]}}"#)
    );
    let mut shape =
        body(r#"{"error":{"code":"INVALID","first":{first},"what":{msg}},"all":{errors},"x":{}}"#);
    shape.each = Some(Template::of_each(r#"{"f":{field},"p":{path},"m":{type}}"#).expect("template"));
    assert_eq!(
        told(&shape),
        format!(
            "{{\"error\":{{\"code\":\"INVALID\",\"first\":{one},\"what\":\"{message}\"}},\"all\":[{one},{two}],\"x\":{{}}}}",
            one = r#"{"f":"title","p":"body.title","m":"string_too_short"}"#,
            two = r#"{"f":"tags.2","p":"body.tags.2","m":"missing"}"#,
        )
    );
    shape.each = Some(Template::of_each("[{loc},{input},{ctx}]").expect("template"));
    shape.body = Template::of_body("{errors}").expect("template");
    assert_eq!(told(&shape), r#"[[["body","title"],"",{"min_length":1}],[["body","tags",2],null,null]]"#);
}

#[test]
fn an_unknown_place_is_told_with_the_known_ones() {
    let told = Template::of_body("{\"a\":{messages},\"b\":{mesages}}").expect_err("a slip").to_string();
    assert!(
        told.starts_with("`{mesages}` stands for nothing here: known are `{errors}`, `{messages}`"),
        "{told}"
    );
    assert!(Template::of_each("{errors}").is_err());
}

#[test]
fn a_template_that_would_be_no_json_is_refused() {
    for text in ["{\"error\":\"{msg}\"}", "{\"error\":{Errors}}", "{\"error\":{errors}", "{msg}: {path}", ""]
    {
        let told = Template::of_body(text).expect_err(text).to_string();
        assert!(told.starts_with("it is not JSON once it is filled: "), "{text}: {told}");
    }
    assert!(Template::of_each("{{field}:{msg}}").is_ok());
}
