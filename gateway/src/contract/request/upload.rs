//! Files among the fields of a form. One of `Bytes` is `bytes` with `File()`.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;

use crate::contract::{
    field::{Field, Unconstrained},
    python::{Dict, Upload, Value},
    validation::{Errors, Problem},
};

/// A file with what the client says of it. All of it is in memory: the route's `body_max` bounds it.
#[derive(Clone, Debug)]
pub struct UploadFile(Arc<Upload>);

impl UploadFile {
    /// As the client calls it, without a path.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// As the client says; nothing proves it.
    pub fn content_type(&self) -> Option<&str> {
        self.0.content_type()
    }

    pub fn content(&self) -> &Bytes {
        self.0.content()
    }
}

impl Field for UploadFile {
    type Rules = Unconstrained;

    fn read<'a>(given: &'a Value, _: &Unconstrained, errors: &mut Errors<'a>) -> Option<Self> {
        if let Value::File(file) = given {
            return Some(Self(Arc::clone(file)));
        }
        let message = "Value error, Expected UploadFile, received: <class 'str'>";
        let problem = Problem::new("value_error", message).with("error", Value::dict(Dict::new()));
        errors.push(problem, Cow::Borrowed(given));
        None
    }
}
