//! An `Enum` of texts.

use super::{Lax, Problem};
use crate::contract::python::Value;

/// The values in the order of the legacy's members.
pub struct Choice<T: 'static>(pub &'static [(&'static str, T)]);

impl<T: Copy> Lax for Choice<T> {
    type Output = T;

    fn read(&self, value: &Value) -> Result<T, Problem> {
        let given = match value {
            Value::Text(text) => text.as_str(),
            _ => None,
        };
        let found = self.0.iter().find(|(name, _)| Some(*name) == given);
        found.map(|(_, choice)| *choice).ok_or_else(|| self.refusal())
    }
}

impl<T> Choice<T> {
    fn refusal(&self) -> Problem {
        let names: Vec<_> = self.0.iter().map(|(name, _)| format!("'{name}'")).collect();
        let expected = match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        };
        let context = Value::text(&expected);
        Problem::new("enum", format!("Input should be {expected}")).with("expected", context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_texts_are_members() {
        let size = Choice(&[("s", 1), ("-s", 2), ("l", 3)]);
        assert_eq!(size.read(&Value::text("-s")), Ok(2));
        let message = "Input should be 's', '-s' or 'l'";
        for bad in [Value::text("S"), Value::text("s "), Value::text(""), Value::None, Value::Integer(1)] {
            let problem = size.read(&bad).expect_err("no member");
            assert_eq!((problem.kind, problem.message.as_ref()), ("enum", message), "{bad:?}");
            assert_eq!(problem.context, Some(("expected", Value::text("'s', '-s' or 'l'"))));
        }
        let only = Choice(&[("all", ())]).read(&Value::None).expect_err("no member");
        assert_eq!(only.message, "Input should be 'all'");
    }
}
