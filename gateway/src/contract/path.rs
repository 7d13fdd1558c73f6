//! Path parameters of a native route, converted as FastAPI converts them.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{
    Failure,
    integer::{NotAnInteger, integer},
    validation::Invalid,
};

/// The matched texts of a request's path, before conversion. What is wrong with one is told only when it is asked
/// for: FastAPI answers a dependency's failure before it complains about a parameter.
#[derive(Clone, Debug, Default)]
pub struct PathParams(Vec<(String, String)>);

impl PathParams {
    pub fn new(params: Vec<(String, String)>) -> Self {
        Self(params)
    }

    /// A parameter declared as `int` that is compared with an `integer` column. One that the column cannot hold
    /// makes the legacy's driver raise, which is its 500.
    pub fn integer(&self, name: &'static str) -> Result<i32, Failure> {
        let text = self.text(name);
        match integer(text) {
            Ok(digits) => digits.parse().map_err(|_| Failure::Internal),
            Err(problem) => Err(Failure::Unprocessable(vec![invalid(name, text, problem)])),
        }
    }

    fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, text)| text)
    }
}

fn invalid(name: &str, text: &str, problem: NotAnInteger) -> Invalid {
    let (kind, msg) = match problem {
        NotAnInteger::Unparsable => {
            ("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
        }
        NotAnInteger::TooLong => {
            ("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
        }
    };
    Invalid { kind, loc: ["path".to_owned(), name.to_owned()], msg, input: text.to_owned() }
}

impl<S: Sync> FromRequestParts<S> for PathParams {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove().unwrap_or_default())
    }
}
