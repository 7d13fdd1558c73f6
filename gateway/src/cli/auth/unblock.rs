//! `gateway auth unblock`: takes back what is held against an account because of wrong passwords.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{
    office::{OfficeError, connect, to_end},
    settings,
};
use crate::{
    auth::{
        keys::Keys,
        throttle::{Naming, account_of, unblock},
    },
    cli::{FINE, FOUND, answer, files::read_profile_if_there},
    config::{
        mistakes::{Mistake, Mistakes},
        setting::GATEWAY_KEYS_DIR,
    },
    contract::profile::UsersProfile,
    routes::history::origin,
};

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway auth unblock --login ada@example.com

After too many wrong passwords nobody may try this login for a while, an hour at the longest, unless it is from a network
or with a token that it was used with before. This lets it be tried again at once, by every name that its user has. Wrong
passwords count anew from here, and networks that are known stay so. What is held against a whole network is not changed.

With --json one object: {cleared}, whether anything was held. The login is written down nowhere; that somebody did this
stands in gateway.auth_audit.

Exit codes: 0 done, 1 nothing was held, 2 a mistake in the settings or a schema that is too old, 3 no database";

#[derive(Args)]
pub(super) struct UnblockArgs {
    /// What is typed as the name or address at the login
    #[arg(long, value_name = "NAME")]
    login: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &UnblockArgs) -> ExitCode {
    to_end(async {
        let (naming, users) = given()?;
        let direct = connect().await?;
        let detail = json!({ "by": origin::here() }).to_string();
        let account = account_of(&direct.client, &naming, users.as_ref(), &arguments.login).await;
        let cleared = unblock(&direct.client, &account.map_err(OfficeError::from)?, &detail).await;
        let cleared = cleared.map_err(OfficeError::from)?;
        let text = match (arguments.json, cleared) {
            (true, _) => format!("{}\n", json!({ "cleared": cleared })),
            (false, true) => "this login may be tried again\n".to_owned(),
            (false, false) => "nothing is held against this login\n".to_owned(),
        };
        Ok(answer(&text, if cleared { FINE } else { FOUND }))
    })
}

/// Buckets are called by a secret that only the keys give, and by the user whose login it is.
fn given() -> Result<(Naming, Option<UsersProfile>), Mistakes> {
    let settings = settings()?;
    let Some(directory) = settings.keys_directory else {
        let remedy = "name the directory that the running gateways have";
        return Err(Mistake::in_variable(GATEWAY_KEYS_DIR.name, "is not set", remedy).into());
    };
    let profile = read_profile_if_there(&settings.files.profile)?;
    let keys = Keys::open(&directory)?.keys.current();
    Ok((Naming::of(keys.refresh()), profile.and_then(|profile| profile.users)))
}
