//! The routes of the profile, each made ready once: what is asked for, and how an answer is filled.

use std::{sync::Arc, time::Duration};

use http::StatusCode;

use crate::{
    auth::users::ShownRow,
    contract::{
        answer::{Answer, FilledTemplate, Reply},
        model::{Filled, WrittenModel},
        profile::{
            ErrorAnswer,
            auth::{
                AnswerTemplate, LoginRoute, MeRoute, PasswordRoute, Place, Purpose, RegisterRoute,
                TakenAnswers,
            },
        },
    },
};

pub(super) struct Login {
    pub(super) asked: WrittenModel,
    pub(super) answer: Answers,
    pub(super) wrong: Arc<ErrorAnswer>,
    pub(super) inactive: Option<Arc<ErrorAnswer>>,
}

pub(super) struct Register {
    pub(super) asked: WrittenModel,
    pub(super) answer: Answers,
    pub(super) taken: TakenAnswers,
    /// The column that a field which says `is = "login"` goes to.
    pub(super) login: String,
    pub(super) breached: Option<Arc<ErrorAnswer>>,
}

pub(super) struct Me {
    pub(super) answer: Answers,
}

pub(super) struct PasswordChange {
    pub(super) asked: WrittenModel,
    /// Without a template there is no body.
    pub(super) answer: Option<Answers>,
    pub(super) status: StatusCode,
    pub(super) wrong: Arc<ErrorAnswer>,
    pub(super) same: Option<Arc<ErrorAnswer>>,
    pub(super) breached: Option<Arc<ErrorAnswer>>,
}

/// The good answer of a route.
pub(super) struct Answers {
    status: StatusCode,
    template: AnswerTemplate,
}

/// What a client is handed with an answer.
pub(super) struct Tokens {
    pub(super) access_token: String,
    pub(super) expires_in: Duration,
    pub(super) refresh_token: String,
    pub(super) refresh_expires_in: Duration,
}

impl Answers {
    pub(super) fn have_tokens(&self) -> bool {
        self.template.has_tokens()
    }

    pub(super) fn fill(&self, shown: &ShownRow, tokens: Option<&Tokens>) -> Reply {
        let filled = FilledTemplate::new(&self.template, |place| match (place, tokens) {
            (Place::Column(column), _) => shown.find(column).cloned(),
            (Place::AccessToken, Some(tokens)) => Some(text(&tokens.access_token)),
            (Place::ExpiresIn, Some(tokens)) => Some(seconds(tokens.expires_in)),
            (Place::RefreshToken, Some(tokens)) => Some(text(&tokens.refresh_token)),
            (Place::RefreshExpiresIn, Some(tokens)) => Some(seconds(tokens.refresh_expires_in)),
            (Place::AccessToken | Place::ExpiresIn | Place::RefreshToken | Place::RefreshExpiresIn, None) => {
                None
            }
        });
        Reply::ok(filled).with_status(self.status)
    }

    /// With the token that the client has already.
    pub(super) fn show(&self, shown: &ShownRow, presented: &str) -> Reply {
        let filled = FilledTemplate::new(&self.template, |place| match place {
            Place::Column(column) => shown.find(column).cloned(),
            Place::AccessToken => Some(text(presented)),
            Place::ExpiresIn | Place::RefreshToken | Place::RefreshExpiresIn => None,
        });
        Reply::ok(filled).with_status(self.status)
    }
}

fn text(text: &str) -> Arc<dyn Answer> {
    Arc::new(text.to_owned())
}

fn seconds(duration: Duration) -> Arc<dyn Answer> {
    Arc::new(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

impl Login {
    pub(super) fn new(route: &LoginRoute) -> Self {
        Self {
            asked: WrittenModel::new(&route.body),
            answer: Answers { status: route.status, template: route.answer.clone() },
            wrong: Arc::new(route.wrong.clone()),
            inactive: route.inactive.clone().map(Arc::new),
        }
    }
}

impl Register {
    pub(super) fn new(route: &RegisterRoute, login: &str, breached: Option<&ErrorAnswer>) -> Self {
        Self {
            asked: WrittenModel::new(&route.body),
            answer: Answers { status: route.status, template: route.answer.clone() },
            taken: route.taken.clone(),
            login: login.to_owned(),
            breached: breached.cloned().map(Arc::new),
        }
    }
}

impl Me {
    pub(super) fn new(route: &MeRoute) -> Self {
        Self { answer: Answers { status: route.status, template: route.answer.clone() } }
    }
}

impl PasswordChange {
    pub(super) fn new(route: &PasswordRoute, breached: Option<&ErrorAnswer>) -> Self {
        let answer = route.answer.clone();
        Self {
            asked: WrittenModel::new(&route.body),
            answer: answer.map(|template| Answers { status: route.status, template }),
            status: route.status,
            wrong: Arc::new(route.wrong.clone()),
            same: route.same.clone().map(Arc::new),
            breached: breached.cloned().map(Arc::new),
        }
    }
}

/// A password or a name; the profile was read with a field for each that a route needs, and one that is null is nobody's.
pub(super) fn given<'f>(filled: &'f Filled, purpose: &Purpose) -> &'f str {
    filled.text(purpose).unwrap_or_default()
}
