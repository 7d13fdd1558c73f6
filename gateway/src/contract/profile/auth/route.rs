//! `[[auth.login]]`, `[[auth.register]]`, `[[auth.me]]`, `[[auth.password]]`: which route of the legacy's it is, what it
//! asks for and what it answers.

use http::StatusCode;

use super::{AnswerTemplate, AskedBody, Purpose, answer::BadAnswerTemplate};
use crate::{
    config::document::{item::Item, section::Section},
    contract::profile::ErrorAnswer,
    routes::key::{BadRouteKey, RouteKey},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRoute {
    pub route: RouteKey,
    pub body: AskedBody,
    pub status: StatusCode,
    pub answer: AnswerTemplate,
    pub wrong: ErrorAnswer,
    /// Absent: as a token of such a user is answered.
    pub inactive: Option<ErrorAnswer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRoute {
    pub route: RouteKey,
    pub body: AskedBody,
    pub status: StatusCode,
    pub answer: AnswerTemplate,
    pub taken: TakenAnswers,
}

/// What is told of a user who is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenAnswers {
    Always(ErrorAnswer),
    /// By the column of which somebody has the value; the first of them counts.
    ByColumn(Vec<(String, ErrorAnswer)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeRoute {
    pub route: RouteKey,
    pub status: StatusCode,
    pub answer: AnswerTemplate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordRoute {
    pub route: RouteKey,
    pub body: AskedBody,
    pub status: StatusCode,
    /// Absent: no body.
    pub answer: Option<AnswerTemplate>,
    pub wrong: ErrorAnswer,
    /// Where the original refuses the present password for a new one.
    pub same: Option<ErrorAnswer>,
}

const ROUTE: &str = "route = \"POST /auth/login\"";
const LOGIN_ANSWER: &str = "answer = '{\"access_token\":{access_token},\"token_type\":\"bearer\"}'";
const USER_ANSWER: &str = "answer = '{\"id\":{user.id},\"email\":{user.email}}'";
const WRONG: &str = "wrong = { status = 401, body = '{\"detail\":\"Incorrect email or password\"}' }";
const TAKEN: &str = "taken = { status = 400, body = '{\"detail\":\"Email already registered\"}' }";
const INACTIVE: &str = "inactive = { status = 400, body = '{\"detail\":\"Inactive user\"}' }";
const SAME: &str = "same = { status = 400, body = '{\"detail\":\"The new password is the old one\"}' }";

pub(super) fn read_all<T>(
    section: &mut Section<'_>,
    key: &'static str,
    read: fn(Section<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let example = format!("[[auth.{key}]]");
    let Some(item) = section.optional(key) else { return Some(Vec::new()) };
    let items = item.list(&example)?;
    let read: Vec<Option<T>> = items.iter().map(|item| read(item.section(&example)?)).collect();
    read.into_iter().collect()
}

impl LoginRoute {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let route = route(&mut section);
        let body = AskedBody::read(&mut section, &[Purpose::Login, Purpose::Password]);
        let status = status(&mut section, 200);
        let answer = section.required("answer", LOGIN_ANSWER).and_then(|item| template(&item));
        let wrong = section.required("wrong", WRONG).and_then(|item| ErrorAnswer::read(item.section(WRONG)?));
        let inactive = optional_answer(&mut section, "inactive", INACTIVE);
        section.close();
        Some(Self {
            route: route?,
            body: body?,
            status: status?,
            answer: answer?,
            wrong: wrong?,
            inactive: inactive?,
        })
    }
}

impl RegisterRoute {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let route = route(&mut section);
        let body = AskedBody::read(&mut section, &[Purpose::Password]);
        let status = status(&mut section, 200);
        let answer = section.required("answer", USER_ANSWER).and_then(|item| template(&item));
        let taken = section.required("taken", TAKEN).and_then(|item| TakenAnswers::read(&item));
        section.close();
        Some(Self { route: route?, body: body?, status: status?, answer: answer?, taken: taken? })
    }
}

impl TakenAnswers {
    fn read(item: &Item<'_>) -> Option<Self> {
        let entries = item.section(TAKEN)?.entries();
        if entries.is_empty() || entries.iter().any(|entry| entry.key.text() == Some("status")) {
            return ErrorAnswer::read(item.section(TAKEN)?).map(Self::Always);
        }
        let read: Vec<Option<(String, ErrorAnswer)>> = entries
            .iter()
            .map(|entry| {
                let answer = ErrorAnswer::read(entry.value.section(TAKEN)?);
                Some((entry.key.text()?.to_owned(), answer?))
            })
            .collect();
        read.into_iter().collect::<Option<_>>().map(Self::ByColumn)
    }
}

impl MeRoute {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let route = route(&mut section);
        let status = status(&mut section, 200);
        let item = section.required("answer", USER_ANSWER);
        let answer = item.as_ref().and_then(template);
        section.close();
        Some(Self { route: route?, status: status?, answer: answer? })
    }
}

impl PasswordRoute {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let route = route(&mut section);
        let body = AskedBody::read(&mut section, &[Purpose::Password, Purpose::NewPassword]);
        let answer = section.optional("answer").map(|item| template(&item));
        let status = status(&mut section, if answer.is_some() { 200 } else { 204 });
        let wrong = section.required("wrong", WRONG).and_then(|item| ErrorAnswer::read(item.section(WRONG)?));
        let same = optional_answer(&mut section, "same", SAME);
        section.close();
        Some(Self {
            route: route?,
            body: body?,
            status: status?,
            answer: answer.map_or(Some(None), |answer| answer.map(Some))?,
            wrong: wrong?,
            same: same?,
        })
    }
}

fn route(section: &mut Section<'_>) -> Option<RouteKey> {
    let item = section.required("route", ROUTE)?;
    let key: RouteKey =
        item.parsed(|_: &BadRouteKey| "write it as `gateway routes list` prints it".to_owned())?;
    if !matches!(key.method(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
        item.reject(
            format!("`{key}` is no route that a handler answers"),
            "write `POST`, `PUT`, `PATCH` or `GET`",
        );
        return None;
    }
    Some(key)
}

fn status(section: &mut Section<'_>, usual: i64) -> Option<StatusCode> {
    let number = section.optional("status").map_or(Some(usual), |item| item.integer(200..=299))?;
    StatusCode::from_u16(u16::try_from(number).ok()?).ok()
}

fn template(item: &Item<'_>) -> Option<AnswerTemplate> {
    item.parsed(|error: &BadAnswerTemplate| error.remedy().to_owned())
}

fn optional_answer(
    section: &mut Section<'_>,
    key: &'static str,
    example: &str,
) -> Option<Option<ErrorAnswer>> {
    let answer = section.optional(key).map(|item| ErrorAnswer::read(item.section(example)?));
    answer.map_or(Some(None), |answer| answer.map(Some))
}
