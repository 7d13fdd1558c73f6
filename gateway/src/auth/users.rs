//! The legacy's users, through the mapping in `legacy.toml`: found, let in, added, given another password.
//!
//! Each is one statement. What its columns are is learned once, from the database, and judged then: a table that does
//! not fit the mapping answers nobody.

mod fit;
mod identity;
mod learned;
mod named;
mod row;
mod sample;
mod select;
mod shown;
mod source;
mod write;

use std::{collections::BTreeSet, sync::Arc};

use arc_swap::ArcSwapOption;
use tokio::time::Instant;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};
use tracing::error;

use super::Subject;
use crate::{
    contract::{
        Failure,
        profile::{Profile, UsersProfile, auth::Place},
    },
    db::{DatabaseFailure, Statements},
};

pub use fit::Misfit;
pub use identity::subject_of;
pub use named::{Named, NamedUser};
pub use row::FoundUser;
pub use select::whose;
pub use shown::ShownRow;
pub use source::{Predicates, quoted};
pub(super) use source::{id_type, password_row, table};
pub use write::{NewPassword, NewUser, as_text};

use learned::Learned;

/// A cheap handle; clones share what was learned.
#[derive(Clone)]
pub struct Users {
    inner: Arc<Inner>,
}

struct Inner {
    statements: Statements,
    profile: UsersProfile,
    /// In the database, by this gateway.
    changes_passwords: bool,
    /// The columns that some answer shows, and those that a registration writes.
    shown: Vec<String>,
    written: Vec<String>,
    /// Claims beside the standard ones, with their columns.
    claims: Vec<(String, String)>,
    /// Finds who asks; it needs to know nothing of the columns.
    current: String,
    learned: ArcSwapOption<Learned>,
}

/// Why nothing is known of a user.
#[derive(Debug, thiserror::Error)]
pub enum UsersFailure {
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
    #[error("read the users table, which does not fit the mapping")]
    Misfit,
}

impl Users {
    /// Nothing without `[legacy.users]`.
    pub fn new(profile: &Profile, statements: Statements) -> Option<Self> {
        let users = profile.users.clone()?;
        let inner = Inner {
            current: select::current(&users),
            statements,
            profile: users,
            changes_passwords: !profile.auth.password_changes.is_empty(),
            shown: shown_columns(profile),
            written: written_columns(profile),
            claims: profile.auth.extra_claims.clone(),
            learned: ArcSwapOption::empty(),
        };
        Some(Self { inner: Arc::new(inner) })
    }

    pub fn profile(&self) -> &UsersProfile {
        &self.inner.profile
    }

    /// The statement that finds who asks by the text of their id: `id`, as it is, and `is_active`.
    pub fn current(&self) -> &str {
        &self.inner.current
    }

    /// An id as its column has it; nothing where the column could not hold it.
    pub fn spelled(&self, subject: &Subject) -> Option<String> {
        identity::spelled(self.inner.profile.id.kind, subject)
    }

    /// By what somebody typed as their name; a deleted user is nobody.
    pub async fn by_login(&self, login: &str, until: Instant) -> Result<Named, UsersFailure> {
        let learned = self.learned(until).await?;
        let rows = self.ask(&learned.by_login, &login, until).await?;
        Ok(Named::of(rows.first().ok_or(DatabaseFailure::NoRow)?, &self.inner)?)
    }

    pub async fn by_subject(
        &self,
        subject: &Subject,
        until: Instant,
    ) -> Result<Option<FoundUser>, UsersFailure> {
        let learned = self.learned(until).await?;
        let Some(id) = self.spelled(subject) else { return Ok(None) };
        let rows = self.ask(&learned.by_id, &id.as_str(), until).await?;
        Ok(rows.first().map(|row| FoundUser::of(row, &self.inner)).transpose()?)
    }

    async fn ask(&self, sql: &str, value: &&str, until: Instant) -> Result<Vec<Row>, DatabaseFailure> {
        let params: [(&(dyn ToSql + Sync), Type); 1] = [(value, Type::TEXT)];
        self.inner.statements.run(sql, &params, until).await
    }

    /// What the database says of the table, once it fits the mapping.
    async fn learned(&self, until: Instant) -> Result<Arc<Learned>, UsersFailure> {
        if let Some(learned) = self.inner.learned.load_full() {
            return Ok(learned);
        }
        for Misfit { what, remedy } in self.misfits(until).await? {
            error!("legacy.toml: {what}; help: {remedy}");
        }
        self.inner.learned.load_full().ok_or(UsersFailure::Misfit)
    }

    /// Everything of the table that does not fit the mapping, unless it was found to fit before.
    pub async fn misfits(&self, until: Instant) -> Result<Vec<Misfit>, DatabaseFailure> {
        match self.inner.learned.load().is_some() {
            true => Ok(Vec::new()),
            false => self.examine(&self.inner.statements, until).await,
        }
    }

    /// Everything of the table that does not fit the mapping; with nothing, it is used from now on.
    pub async fn examine(
        &self,
        statements: &Statements,
        until: Instant,
    ) -> Result<Vec<Misfit>, DatabaseFailure> {
        let found = learned::look(&self.inner, statements, until).await?;
        let misfits = fit::judge(&self.inner, &found, statements, until).await?;
        if misfits.is_empty() {
            self.inner.learned.store(Some(Arc::new(Learned::new(&self.inner, found))));
        }
        Ok(misfits)
    }
}

impl Users {
    /// What of the legacy's own tables does not fit the mapping, whatever there is of the gateway's.
    pub async fn compare(
        &self,
        statements: &Statements,
        until: Instant,
    ) -> Result<Vec<Misfit>, DatabaseFailure> {
        let found = learned::look(&self.inner, statements, until).await?;
        fit::judge_legacy(&self.inner, &found, statements, until).await
    }
}

fn shown_columns(profile: &Profile) -> Vec<String> {
    let auth = &profile.auth;
    let answers = auth
        .logins
        .iter()
        .map(|route| &route.answer)
        .chain(auth.registers.iter().map(|route| &route.answer))
        .chain(auth.mes.iter().map(|route| &route.answer))
        .chain(auth.password_changes.iter().filter_map(|route| route.answer.as_ref()));
    let columns = answers.flat_map(|answer| answer.places()).filter_map(|place| match place {
        Place::Column(column) => Some(column.clone()),
        Place::AccessToken | Place::ExpiresIn | Place::RefreshToken | Place::RefreshExpiresIn => None,
    });
    columns.collect::<BTreeSet<_>>().into_iter().collect()
}

fn written_columns(profile: &Profile) -> Vec<String> {
    use crate::contract::profile::auth::Purpose;
    let fields = profile.auth.registers.iter().flat_map(|route| &route.body.fields);
    let columns = fields.filter_map(|field| match &field.purpose {
        Purpose::Column(column) => Some(column.clone()),
        Purpose::Login => profile.users.as_ref().and_then(|users| users.login.first().cloned()),
        Purpose::Judged | Purpose::Password | Purpose::NewPassword => None,
    });
    columns.collect::<BTreeSet<_>>().into_iter().collect()
}

impl From<UsersFailure> for Failure {
    fn from(failure: UsersFailure) -> Self {
        match failure {
            UsersFailure::Database(failure) => failure.into(),
            // Told when it was found; a person has to act.
            UsersFailure::Misfit => Self::Unavailable(std::time::Duration::from_secs(5)),
        }
    }
}
