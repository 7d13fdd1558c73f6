//! `gateway auth sessions`: who is logged in, from where and until when.

use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::{
    office::{connect, to_end},
    user_key,
};
use crate::{
    auth::administration::{Listed, MOST, OpenedSession, list},
    cli::{FINE, answer, tell},
};

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway auth sessions --user 7
  gateway auth sessions --json

Shows the sessions that are open, the one that was used last first, and at most a thousand of them.

With --json one object: {open, sessions: [{session, user, created_at, refreshed_at, expires_at, ip, user_agent}]}; open
is how many there are. No token is stored, so none can be shown.

Exit codes: 0 fine, 2 a mistake in the settings, an id that no user can have or a schema that is too old, 3 no database";

#[derive(Args)]
pub(super) struct SessionsArgs {
    /// Only those of this user, by the id that the legacy has
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &SessionsArgs) -> ExitCode {
    to_end(async {
        let user = arguments.user.as_deref().map(user_key).transpose()?;
        let direct = connect().await?;
        let listed = list(&direct.client, user.as_ref()).await?;
        if arguments.json {
            return Ok(answer(&format!("{}\n", object(&listed)), FINE));
        }
        let ended = answer(&text(&listed), FINE);
        if listed.open > MOST {
            tell(&format!("{} more are not shown", listed.open - MOST));
        }
        Ok(ended)
    })
}

fn object(listed: &Listed) -> Value {
    let one = |session: &OpenedSession| {
        json!({
            "session": session.id.to_string(),
            "user": session.user,
            "created_at": moment(session.created_at),
            "refreshed_at": moment(session.refreshed_at),
            "expires_at": moment(session.expires_at),
            "ip": session.ip,
            "user_agent": session.user_agent,
        })
    };
    json!({ "open": listed.open, "sessions": listed.sessions.iter().map(one).collect::<Vec<_>>() })
}

fn text(listed: &Listed) -> String {
    let user = listed.sessions.iter().map(|session| session.user.chars().count()).max().unwrap_or(0).max(4);
    let mut text = format!(
        "{:36}  {:user$}  {:20}  {:20}  {:20}  {:15}  USER AGENT\n",
        "SESSION", "USER", "CREATED", "REFRESHED", "EXPIRES", "IP"
    );
    for session in &listed.sessions {
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        text += &format!(
            "{:36}  {:user$}  {:20}  {:20}  {:20}  {:15}  {}\n",
            session.id.to_string(),
            harmless(&session.user),
            moment(session.created_at),
            moment(session.refreshed_at),
            moment(session.expires_at),
            or_dash(session.ip.map(|ip| ip.to_string())),
            or_dash(session.user_agent.as_deref().map(harmless)),
        );
    }
    text
}

/// What a client called itself is shown on a terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
