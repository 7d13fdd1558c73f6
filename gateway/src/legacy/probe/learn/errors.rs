//! How the legacy words an error: from its answer to a path that it does not have.

use serde_json::Value;

use super::super::{
    Finding, Heard, Known, Topic, Verdict, Worth,
    finding::{Content, Learned},
};
use crate::contract::profile::ErrorShape;

const SHAPES: [ErrorShape; 2] = [ErrorShape::Detail, ErrorShape::Errors];

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let Some(exchange) = heard.of(Topic::Nowhere) else { return };
    let (_, answer) = exchange;
    if answer.status != 404 {
        let what =
            format!("a path that it does not have is answered {}: a 404 cannot be learned", answer.status);
        findings.push(Finding::new("error shape", exchange, Verdict::Told(what)));
        return;
    }
    let Some(shape) = shape_of(answer.json().as_ref()) else {
        let what = "its errors are neither `detail` nor `errors`: those of the gateway itself read otherwise";
        findings.push(Finding::new("error shape", exchange, Verdict::Difference(what.to_owned())));
        return;
    };
    let holds = known.profile.map(|profile| profile.errors.shape);
    let worth = Worth::of(&shape, holds.as_ref(), |holds| format!("the profile says `{holds}`"));
    let learned = Learned { key: "shape", value: Content::Shape(shape) };
    findings.push(Finding::new("error shape", exchange, Verdict::Value(learned, worth)));
    if answer.body != shape.render("Not Found") {
        let what = "a 404 that the gateway makes itself says `Not Found`";
        findings.push(Finding::new("unknown path", exchange, Verdict::Difference(what.to_owned())));
    }
}

/// By the only member of the body.
fn shape_of(body: Option<&Value>) -> Option<ErrorShape> {
    let (name, content) = body?.as_object().filter(|members| members.len() == 1)?.iter().next()?;
    let shape = SHAPES.into_iter().find(|shape| shape.to_string() == *name)?;
    let fits = match shape {
        ErrorShape::Detail => content.is_string(),
        ErrorShape::Errors => content.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
    };
    fits.then_some(shape)
}
