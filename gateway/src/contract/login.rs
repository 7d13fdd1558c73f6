//! The routes of the profile, each made ready once: what is asked for, and how an answer is filled.

use std::{sync::Arc, time::Duration};

use http::StatusCode;

use super::{
    answer::{Answer, FilledTemplate, Reply},
    model::{Filled, WrittenModel},
    profile::{
        ErrorAnswer,
        auth::{
            AnswerTemplate, LoginRoute, MeRoute, PasswordRoute, Place, Purpose, RegisterRoute, TakenAnswers,
        },
    },
};

/// What an answer shows of a user: the value of a column.
pub type Shown<'s> = &'s dyn Fn(&str) -> Option<Arc<dyn Answer>>;

pub struct Login {
    pub asked: WrittenModel,
    pub answer: Answers,
    pub wrong: Arc<ErrorAnswer>,
    /// Told to who knows the password of a user who may not come in; `harden` says nothing of it.
    pub inactive: Option<Arc<ErrorAnswer>>,
}

pub struct Register {
    pub asked: WrittenModel,
    pub answer: Answers,
    pub taken: TakenAnswers,
    /// The column that a field which says `is = "login"` goes to.
    pub login: String,
    pub breached: Option<Arc<ErrorAnswer>>,
}

pub struct Me {
    pub answer: Answers,
}

pub struct PasswordChange {
    pub asked: WrittenModel,
    /// Without a template there is no body.
    answer: Option<Answers>,
    status: StatusCode,
    pub wrong: Arc<ErrorAnswer>,
    pub same: Option<Arc<ErrorAnswer>>,
    pub breached: Option<Arc<ErrorAnswer>>,
}

/// The good answer of a route.
pub struct Answers {
    status: StatusCode,
    template: AnswerTemplate,
}

/// What a client is handed with an answer.
pub struct Tokens {
    pub access_token: String,
    pub expires_in: Duration,
    pub refresh_token: String,
    pub refresh_expires_in: Duration,
}

impl Answers {
    pub fn have_tokens(&self) -> bool {
        self.template.has_tokens()
    }

    pub fn fill(&self, shown: Shown<'_>, tokens: Option<&Tokens>) -> Reply {
        let filled = FilledTemplate::new(&self.template, |place| match (place, tokens) {
            (Place::Column(column), _) => shown(column),
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
    pub fn show(&self, shown: Shown<'_>, presented: &str) -> Reply {
        let filled = FilledTemplate::new(&self.template, |place| match place {
            Place::Column(column) => shown(column),
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
    pub fn new(route: &LoginRoute, harden: bool) -> Self {
        let inactive = if harden { Some(&route.wrong) } else { route.inactive.as_ref() };
        Self {
            asked: WrittenModel::new(&route.body),
            answer: Answers { status: route.status, template: route.answer.clone() },
            wrong: Arc::new(route.wrong.clone()),
            inactive: inactive.cloned().map(Arc::new),
        }
    }
}

impl Register {
    pub fn new(route: &RegisterRoute, login: &str, breached: Option<&ErrorAnswer>) -> Self {
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
    pub fn new(route: &MeRoute) -> Self {
        Self { answer: Answers { status: route.status, template: route.answer.clone() } }
    }
}

impl PasswordChange {
    pub fn new(route: &PasswordRoute, breached: Option<&ErrorAnswer>) -> Self {
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

    pub fn has_tokens(&self) -> bool {
        self.answer.as_ref().is_some_and(Answers::have_tokens)
    }

    pub fn fill(&self, shown: Shown<'_>, tokens: Option<&Tokens>) -> Reply {
        match &self.answer {
            Some(answer) => answer.fill(shown, tokens),
            None => Reply::no_content().with_status(self.status),
        }
    }
}

/// A password or a name; the profile was read with a field for each that a route needs, and one that is null is nobody's.
pub fn given<'f>(filled: &'f Filled, purpose: &Purpose) -> &'f str {
    filled.text(purpose).unwrap_or_default()
}
