//! The body of a 422: FastAPI's list of everything that is wrong with a request, in its order.
//!
//! Source: `fastapi/exception_handlers.py` (`request_validation_exception_handler`), pydantic v2's error dictionaries.

use std::borrow::Cow;

use bytes::Bytes;

use super::{
    Failure,
    lax::Problem,
    python::{NotPrintable, Value, dumps, string},
};

/// What was found wrong while a request was read. The inputs stay where they were read: each may be a whole body.
#[derive(Debug, Default)]
pub struct Errors<'a>(Vec<Invalid<'a>>);

/// One entry of `detail`.
#[derive(Debug)]
struct Invalid<'a> {
    section: &'static str,
    place: Place,
    problem: Problem,
    input: Cow<'a, Value>,
}

/// Where in its section a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Whole,
    Name(&'static str),
    Position(usize),
}

/// The rendered `detail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail(Bytes);

impl Detail {
    pub(super) fn body(&self) -> Bytes {
        self.0.clone()
    }
}

impl<'a> Errors<'a> {
    pub(super) fn push(
        &mut self,
        section: &'static str,
        place: Place,
        problem: Problem,
        input: Cow<'a, Value>,
    ) {
        self.0.push(Invalid { section, place, problem, input });
    }

    pub(super) fn missing(&mut self, section: &'static str, place: Place, input: Cow<'a, Value>) {
        self.push(section, place, Problem::new("missing", "Field required"), input);
    }

    /// The value that was read, which is there unless something was wrong. The legacy cannot send every input back:
    /// where its JSON encoder raises, the answer is a 500.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.failure()),
        }
    }

    pub(super) fn failure(&self) -> Failure {
        match self.detail() {
            Ok(detail) => Failure::Unprocessable(detail),
            Err(NotPrintable) => Failure::LegacyRaises,
        }
    }

    fn detail(&self) -> Result<Detail, NotPrintable> {
        let mut body = String::from("{\"detail\":[");
        for (index, invalid) in self.0.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            invalid.write(&mut body)?;
        }
        body.push_str("]}");
        Ok(Detail(body.into()))
    }
}

impl Invalid<'_> {
    /// Members in pydantic's order.
    fn write(&self, out: &mut String) -> Result<(), NotPrintable> {
        out.push_str("{\"type\":");
        string(self.problem.kind, out);
        out.push_str(",\"loc\":[");
        string(self.section, out);
        match self.place {
            Place::Whole => {}
            Place::Name(name) => {
                out.push(',');
                string(name, out);
            }
            Place::Position(position) => out.push_str(&format!(",{position}")),
        }
        out.push_str("],\"msg\":");
        string(&self.problem.message, out);
        out.push_str(",\"input\":");
        dumps(&self.input, out)?;
        if let Some((name, value)) = &self.problem.context {
            out.push_str(",\"ctx\":{");
            string(name, out);
            out.push(':');
            dumps(value, out)?;
            out.push('}');
        }
        out.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_in_the_order_in_which_they_were_found() {
        let mut errors = Errors::default();
        errors.missing("body", Place::Whole, Cow::Owned(Value::None));
        let problem =
            Problem::new("json_invalid", "JSON decode error").with("error", Value::text("Expecting value"));
        errors.push("body", Place::Position(3), problem, Cow::Owned(Value::dict(Default::default())));
        errors.missing("query", Place::Name("q"), Cow::Owned(Value::None));
        let Err(Failure::Unprocessable(detail)) = errors.finish(Some(())) else { panic!("no 422") };
        let expected = concat!(
            r#"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null},"#,
            r#"{"type":"json_invalid","loc":["body",3],"msg":"JSON decode error","input":{},"#,
            r#""ctx":{"error":"Expecting value"}},"#,
            r#"{"type":"missing","loc":["query","q"],"msg":"Field required","input":null}]}"#,
        );
        assert_eq!(detail.body(), expected);
    }

    #[test]
    fn an_input_that_cannot_be_sent_back_is_a_500() {
        for input in [Value::Float(f64::NAN), Value::bytes(b"\xed\xa0\x80")] {
            let mut errors = Errors::default();
            errors.missing("body", Place::Whole, Cow::Owned(input));
            assert!(matches!(errors.finish(Some(())), Err(Failure::LegacyRaises)));
        }
    }
}
