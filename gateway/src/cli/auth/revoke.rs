//! `gateway auth revoke`: ends sessions, and the tokens of a user or of everybody, at every gateway.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use uuid::Uuid;

use super::{
    office::{connect, to_end},
    user_key,
};
use crate::{
    auth::administration::{Whose, end, end_all},
    cli::{FINE, FOUND, answer},
    routes::history::origin,
};

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway auth revoke --session 6f2b8e0a-5f0c-4b8e-9a53-0c1f4c1d2e3f
  gateway auth revoke --user 7 --reason 'lost a laptop'
  gateway auth revoke --all --reason 'somebody read the database'

Every running gateway refuses the access tokens within a second, refresh tokens at once. --user and --all also refuse the
legacy's own tokens from before; one of them that does not say when it was issued, and whose profile in legacy.toml has no
`lifetime`, is refused from then on whenever it was issued. Where a key was copied, `gateway auth keygen --activate`
and `gateway auth keys remove KID --now` are what to do: who has it signs new tokens. Who revoked what stands in
gateway.auth_audit.

Exit codes: 0 revoked, 1 there is no such open session, 2 a mistake in the settings, an id that no user can have or a
schema that is too old, 3 no database";

const LONGEST_REASON: usize = 500;

#[derive(Args)]
pub(super) struct RevokeArgs {
    #[command(flatten)]
    what: What,
    /// Why, for the audit
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
    /// Print one JSON object: {sessions}, how many have ended
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// One session, as `gateway auth sessions` shows it
    #[arg(long, value_name = "ID")]
    session: Option<Uuid>,
    /// Everything that a user has, by the id that the legacy has
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Everything that anybody has
    #[arg(long)]
    all: bool,
}

pub(super) fn run(arguments: &RevokeArgs) -> ExitCode {
    to_end(async {
        let user = arguments.what.user.as_deref().map(user_key).transpose()?;
        let direct = connect().await?;
        let detail = json!({ "by": origin::here(), "reason": arguments.reason }).to_string();
        let told = |sessions: i64, text: String, code| {
            let object = json!({ "sessions": sessions });
            answer(&if arguments.json { format!("{object}\n") } else { text }, code)
        };
        let Some(session) = arguments.what.session else {
            let whose = user.as_ref().map_or(Whose::Everybody, Whose::User);
            let ended = end_all(&direct.client, whose, &detail).await?;
            let whose = user.map_or_else(|| "everybody".to_owned(), |user| format!("user {user}"));
            let text = format!("{whose}: {ended} sessions ended, no token from before counts\n");
            return Ok(told(ended, text, FINE));
        };
        Ok(match end(&direct.client, session, &detail).await? {
            Some(user) => told(1, format!("{session}: ended, a session of user {user}\n"), FINE),
            None => told(0, format!("{session}: no such session is open\n"), FOUND),
        })
    })
}

#[derive(Debug, thiserror::Error)]
enum BadReason {
    #[error("a reason is one line of text")]
    Control,
    #[error("a reason has at most {LONGEST_REASON} characters")]
    TooLong,
}

fn reason(text: &str) -> Result<String, BadReason> {
    if text.chars().any(char::is_control) {
        return Err(BadReason::Control);
    }
    if text.chars().count() > LONGEST_REASON {
        return Err(BadReason::TooLong);
    }
    Ok(text.to_owned())
}
