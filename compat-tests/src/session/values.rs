//! What a run keeps from its answers, and where it goes into later requests.

use serde_json::Value;

use super::recording::Heard;
use super::step::{Source, Step};

/// Tokens and ids of one run, by name.
#[derive(Debug, Default)]
pub(super) struct Values(Vec<(&'static str, String)>);

impl Values {
    /// Puts the kept values in; braces that name nothing stay.
    pub(super) fn fill(&self, text: &str) -> String {
        let put = |text: String, (name, value): &(&str, String)| text.replace(&format!("{{{name}}}"), value);
        self.0.iter().fold(text.to_owned(), put)
    }

    /// The name of the first value that the step needs and no earlier answer gave.
    pub(super) fn missing(&self, step: &Step) -> Option<String> {
        let texts = step.headers.iter().map(|(_, value)| value).chain([&step.target]);
        texts.map(|text| self.fill(text)).find(|text| text.contains('{'))
    }

    /// Keeps what the step asks for; names what was not there.
    pub(super) fn keep(&mut self, step: &Step, heard: &Heard) -> Result<(), &'static str> {
        for (name, source) in &step.kept {
            let found = match source {
                Source::Json(pointer) => scalar(&heard.body, pointer),
                Source::Header(header) => heard.head.headers.one(header).map(str::to_owned),
            };
            let value = found.ok_or(*name)?;
            self.0.retain(|(kept, _)| kept != name);
            self.0.push((name, value));
        }
        Ok(())
    }
}

fn scalar(body: &[u8], pointer: &str) -> Option<String> {
    match serde_json::from_slice::<Value>(body).ok()?.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::step::get;
    use super::*;
    use crate::client::{Head, Headers};

    #[test]
    fn a_value_goes_where_its_name_stands() {
        let mut values = Values::default();
        let step = get("/tasks/{task}").by("ada").keeps("task", "/id").keeps_header("ada", "x-token");
        assert!(values.missing(&step).is_some());
        let headers = |headers: &[(&str, &str)]| {
            Headers(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        let mut heard =
            Heard::of(Head { status: 200, reason: String::new(), headers: headers(&[]) }, Vec::new());
        heard.body = r#"{"id":1001}"#.into();
        assert_eq!(values.keep(&step, &heard), Err("ada"));
        heard.head.headers = headers(&[("X-Token", "t")]);
        values.keep(&step, &heard).unwrap();
        assert_eq!(values.fill("/tasks/{task}?{other}"), "/tasks/1001?{other}");
        assert_eq!(values.missing(&step), None);
    }
}
