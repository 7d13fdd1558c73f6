//! Whether the users table fits the mapping, where `run` would look at it.

use crate::{
    auth::users::Users,
    cli::{
        prepare::Prepared,
        users::{Seen, look},
    },
    config::{
        mistakes::{Mistake, Mistakes},
        setting::DATABASE_URL,
    },
    db::Database,
};

/// What does not fit is a mistake; what could not be looked at is told.
pub(super) fn judge<L>(prepared: &Prepared<L>, mistakes: &mut Mistakes, warnings: &mut Mistakes) {
    let Prepared { routing, profile, config, .. } = prepared;
    if routing.sources.issuing(&routing.running).is_none() || profile.users.is_none() {
        return;
    }
    let Some(url) = &config.database.url else {
        let what = "is not set, so the users table is not looked at: `run` starts a database of its own";
        return warnings.push(Mistake::in_variable(
            DATABASE_URL.name,
            what,
            "set it to have the table judged",
        ));
    };
    let seen = Database::new(url, config.database.pool).and_then(|(database, _)| {
        let users = Users::new(profile, database.statements());
        users.map(|users| look(&users, url, config.database.pool)).transpose()
    });
    let why = match seen {
        Ok(Some(Seen::Judged(misfits))) => {
            mistakes.absorb(misfits.into_result(()));
            return;
        }
        Ok(None) => return,
        Ok(Some(Seen::Nothing(why))) => why,
        Err(error) => format!("{error:#}"),
    };
    let what = format!("the users table is not looked at: {why}");
    let remedy =
        "run `gateway check` where the database can be reached: `run` judges the table when it starts";
    warnings.push(Mistake::in_variable(DATABASE_URL.name, what, remedy));
}
