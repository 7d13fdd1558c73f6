//! A form: fields of text, and files where the client sends them.
//!
//! Source: `starlette/requests.py` (`Request._get_form`), `starlette/formparsers.py`.

mod multipart;
mod options;

use std::borrow::Cow;

use bytes::Bytes;
use http::{Extensions, HeaderValue};

use super::{
    Argument, Asked, BodyKind, Parameters, Place, Received, RequestRules, Section,
    header::latin1,
    parameters,
    query::pairs,
    slot::{self, extracted},
    source::{Kind, Source},
};
use crate::contract::{Failure, python::Value, validation::Errors};

/// Starlette's limits, where nobody gave others.
const MOST_FIELDS: usize = 1000;
const MOST_FILES: usize = 1000;
const LARGEST_FIELD: usize = 1024 * 1024;

/// Fields by the names of a form's: of texts, of [`UploadFile`](super::UploadFile) and of `Bytes`, which are what is in
/// a file.
#[derive(Debug)]
pub struct Form<T>(pub T);

/// Why there is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoForm {
    /// A `MultiPartException`, whose words FastAPI passes on.
    Told(&'static str),
    /// What the parser itself complains of.
    Malformed,
    /// A boundary that the parser does not begin with.
    BadBoundary,
}

/// A form as Starlette reads it: of a body that is none of either kind, an empty one.
pub(super) fn read_form(
    bytes: &Bytes,
    content_type: Option<&HeaderValue>,
    rules: RequestRules,
) -> Result<Vec<(String, Value)>, Failure> {
    let content_type = content_type.map(|value| latin1(value.as_bytes())).unwrap_or_default();
    let (kind, options) = options::read(&content_type);
    let form = match kind.as_str() {
        "multipart/form-data" => multipart::read(bytes, &options, rules),
        "application/x-www-form-urlencoded" => urlencoded(bytes, rules),
        _ => Ok(Vec::new()),
    };
    form.map_err(|no_form| match no_form {
        NoForm::Told(words) => Failure::bad_request(words),
        NoForm::Malformed | NoForm::BadBoundary if rules.judges_forms() => {
            Failure::bad_request("Invalid multipart data.")
        }
        NoForm::Malformed | NoForm::BadBoundary => Failure::UnreadableBody,
    })
}

/// Whether a body says that it is one of either kind.
pub(super) fn is_form(content_type: &HeaderValue) -> bool {
    let (kind, _) = options::read(&latin1(content_type.as_bytes()));
    matches!(kind.as_str(), "multipart/form-data" | "application/x-www-form-urlencoded")
}

fn urlencoded(bytes: &[u8], rules: RequestRules) -> Result<Vec<(String, Value)>, NoForm> {
    if rules.judges_forms() {
        let fields = || bytes.split(|byte| *byte == b'&').filter(|field| !field.is_empty());
        for (number, field) in fields().enumerate() {
            // The sign between name and value counts for neither.
            if field.len() - usize::from(field.contains(&b'=')) > LARGEST_FIELD {
                return Err(NoForm::Told("Field exceeded maximum size of 1024KB."));
            }
            if number == MOST_FIELDS {
                return Err(NoForm::Told("Too many fields. Maximum number of fields is 1000."));
            }
        }
    }
    Ok(pairs(bytes).map(|(name, text)| (name, Value::text(&text))).collect())
}

impl<T: Parameters> Argument for Form<T> {
    const PLACE: Place = Place::Input(Section::Body);
    const BODY: Option<BodyKind> = Some(BodyKind::Form);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        let Received::Form(fields) = &asked.body else { return None };
        let source = Source::new(Kind::Form, fields.clone(), asked.rules);
        Some(Cow::Owned(Value::dict(T::pick(&source))))
    }

    fn read<'a>(
        given: Option<&'a Value>,
        rules: RequestRules,
        errors: &mut Errors<'a>,
        values: &mut Extensions,
    ) {
        slot::fill(parameters::read(Section::Body, given, rules, errors).map(Self), values);
    }
}

extracted!(Form);
