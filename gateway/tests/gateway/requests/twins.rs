//! Handlers of this gateway with the arguments of `app.py`'s functions, called as the gateway calls its own.

mod handlers;

use axum::{body::Body as AxumBody, handler::Handler};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use gateway::contract::{
    Failure,
    answer::Reply,
    field::Whole,
    json::Framework,
    request::{
        Arguments, Asked, Body, Cookie, Embedded, Form, Grouped, Header, Path, PathParams, Query, Received,
        UploadFile,
    },
};
use gateway_macros::{Answer, Model};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header::CONTENT_TYPE};

use super::{Answered, Ask};
use crate::house::rendered;
pub(super) use handlers::answer;

#[derive(Answer, Model)]
struct Queried {
    s: String,
    #[field(required)]
    r: Vec<Whole>,
    #[field(default = number(7))]
    n: Whole,
    o: Option<String>,
    #[field(default = Vec::new())]
    l: Vec<String>,
    #[field(validation_alias = "al-ias", default = "z", max_length = 3)]
    named: String,
}

/// A default that is no literal.
fn number(number: i64) -> Whole {
    Whole::from(number)
}

#[derive(Answer, Model)]
struct Filters {
    a: Whole,
    b: Option<Vec<String>>,
    c: Option<String>,
}

#[derive(Answer, Model)]
#[model(extra = "forbid")]
struct StrictFilters {
    a: Whole,
    b: Option<Vec<String>>,
    c: Option<String>,
}

#[derive(Answer, Model)]
struct Sent {
    x_token: String,
    #[field(default = Vec::new())]
    x_list: Vec<String>,
    #[field(default = number(5))]
    n_umber: Whole,
    o: Option<String>,
    #[field(validation_alias = "X_Lit")]
    literal: Option<String>,
    #[field(validation_alias = "X-Named")]
    named: Whole,
}

#[derive(Answer, Model)]
struct Headers {
    x_token: String,
    x_count: Whole,
    x_list: Option<Vec<String>>,
}

#[derive(Answer, Model)]
#[model(extra = "forbid")]
struct StrictHeaders {
    x_token: String,
    x_count: Whole,
    x_list: Option<Vec<String>>,
}

#[derive(Answer, Model)]
struct Cookies {
    sid: String,
    #[field(default = number(3))]
    n: Whole,
    o: Option<String>,
    #[field(validation_alias = "na-med")]
    named: Option<String>,
}

#[derive(Answer, Model)]
#[model(extra = "forbid")]
struct StrictCookies {
    sid: String,
    n: Option<Whole>,
}

#[derive(Answer, Model)]
struct Filled {
    a: String,
    #[field(default = number(5))]
    n: Whole,
    i: Whole,
    o: Option<String>,
    #[field(default = Vec::new())]
    l: Vec<String>,
    #[field(validation_alias = "na-med", default = "d")]
    named: String,
}

#[derive(Answer, Model)]
struct Sheet {
    a: String,
    #[field(default = number(5))]
    n: Whole,
    o: Option<String>,
}

#[derive(Answer, Model)]
#[model(extra = "forbid")]
struct StrictSheet {
    a: String,
    o: Option<String>,
}

/// `OAuth2PasswordRequestForm`
#[derive(Model)]
struct PasswordForm {
    #[field(pattern = "^password$")]
    grant_type: Option<String>,
    username: String,
    password: String,
    #[field(default = "")]
    scope: String,
    client_id: Option<String>,
    client_secret: Option<String>,
}

#[derive(Answer)]
struct LoggedIn {
    username: String,
    password: String,
    scopes: Vec<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

#[derive(Model)]
struct Uploaded {
    file: UploadFile,
    #[field(default = "d")]
    note: String,
    other: Option<UploadFile>,
    #[field(default = Vec::new())]
    more: Vec<UploadFile>,
}

#[derive(Answer)]
struct Shown {
    file: ShownFile,
    note: String,
    other: Option<ShownFile>,
    more: Vec<ShownFile>,
}

#[derive(Answer)]
struct ShownFile {
    name: String,
    #[field(alias = "type")]
    kind: Option<String>,
    size: i64,
    content: String,
}

impl ShownFile {
    fn of(file: &UploadFile) -> Self {
        let content = file.content();
        Self {
            name: file.name().to_owned(),
            kind: file.content_type().map(str::to_owned),
            size: i64::try_from(content.len()).unwrap(),
            content: STANDARD.encode(&content[..content.len().min(100)]),
        }
    }
}

#[derive(Model)]
struct Raw {
    content: Bytes,
    maybe: Option<Bytes>,
}

#[derive(Answer)]
struct ShownRaw {
    content: String,
    maybe: Option<String>,
}

#[derive(Answer, Model)]
struct Item {
    #[field(min_length = 1)]
    title: String,
    #[field(default = number(0))]
    count: Whole,
}

#[derive(Answer, Model)]
struct Both {
    item: Item,
    #[field(default = number(3))]
    count: Whole,
    note: Option<String>,
}

#[derive(Answer, Model)]
struct OneItem {
    item: Item,
}

#[derive(Model)]
struct AtLeastFive {
    #[field(ge = 5)]
    i: Whole,
}

#[derive(Model)]
struct AtMostFive {
    #[field(le = 5.0)]
    x: f64,
}

#[derive(Model)]
struct OfCookie {
    c: Whole,
}

#[derive(Model)]
struct OfHeader {
    x_h: Whole,
}

#[derive(Model)]
struct OfQuery {
    q: Whole,
}

#[derive(Answer)]
struct Everything {
    item: Item,
    c: Whole,
    x_h: Whole,
    q: Whole,
    p: Whole,
}

type Told = Result<Reply, Failure>;

#[derive(Answer)]
struct Pair {
    a: Whole,
    b: String,
}
