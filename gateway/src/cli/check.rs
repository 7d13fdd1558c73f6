//! `gateway check`: shows the configuration as it holds, and says whether `run` would start with it.

mod against;
mod private_cluster;
mod surprises;
mod users;

use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
    process::ExitCode,
};

use clap::Args;
use serde_json::{Value, json};

use against::Opinion;

use super::{
    CONFIGURATION, ENVIRONMENT, FINE, FOUND, answer,
    auth::keys,
    legacy::probe::Stopped,
    prepare::{Examined, examine},
    report, tell,
};
use crate::{
    auth::keys::Keys,
    config::{
        Config,
        effective::Effective,
        mistakes::{Mistake, Mistakes},
        setting,
        weakness::{Weakness, Weaknesses},
    },
    db::cluster,
    migrate::folder::Folder,
    routes::{file::Owner, running::Running},
};

pub(super) const EXAMPLE: &str = "\
Example:
  gateway check --json

  gateway check --against http://127.0.0.1:8000

Shows every setting, its value (of a secret only that it is there) and where that came from; then warnings; then
mistakes, or how many routes have which owner. The settings are those of `gateway run --help`. Where routes are native
that let users in, the users table is looked at as `run` does it; a database that cannot be reached is a warning.

With --json one object:
  good      whether `run` would start
  settings  list of {name, value, secret, origin, wrong}; value is null where nothing is set, `<secret>` for a
            secret, and the place without the password for a database; wrong where a mistake tells of it
  routes    {legacy, native, deny}: how many; null with mistakes
  keys      {keys, refresh} as `gateway auth keys --json` has them; null with mistakes, or without GATEWAY_KEYS_DIR
  warnings  list of {place, what, help}
  mistakes  list of {place, what, help}
  against   only with --against, and null with mistakes: list of {url, asked, contradictions, findings, silent}, one
            for each instance, as `gateway legacy probe --json` has them; or {unreachable}: why

With --against a running legacy is asked the questions of `gateway legacy probe`, which change nothing there; told is
where it contradicts the profile or the lock, and where the gateway's own answers differ. Without a URL every instance
that LEGACY_URL or `[legacy] urls` names is asked.

Exit codes: 0 good, 1 the legacy contradicts profile or lock, 2 a mistake, 3 the legacy cannot be reached";

#[derive(Args)]
pub(super) struct CheckArgs {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Ask the running legacy too whether it is as profile and lock say [default: every instance of LEGACY_URL]
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    against: Option<String>,
}

pub(super) fn run(arguments: &CheckArgs) -> ExitCode {
    let Examined { prepared, effective, mut warnings, migrations, mut mistakes } = examine(probe);
    warnings.absorb(Folder::read_if_there(&migrations));
    if let Some(prepared) = &prepared {
        surprises::find(&prepared.routing).into_iter().for_each(|warning| warnings.push(warning));
        users::judge(prepared, &mut mistakes, &mut warnings);
    }
    let prepared = prepared.filter(|_| mistakes.is_empty());
    let running = prepared.as_ref().map(|prepared| &prepared.routing.running);
    let asked = prepared.as_ref().zip(arguments.against.as_deref());
    let opinions = asked.map(|(prepared, url)| against::hold(prepared, url));
    let code = code(running.is_some(), opinions.as_ref());
    let keys = prepared.as_ref().and_then(|prepared| prepared.credentials.keys.as_ref()).map(Keys::current);
    if arguments.json {
        let mut object = object(running, &effective, &warnings, &mistakes);
        object["keys"] = keys.as_deref().map_or(Value::Null, keys::summary);
        if arguments.against.is_some() {
            object["against"] = opinions.as_ref().map_or(Value::Null, told);
        }
        return answer(&format!("{object}\n"), code);
    }
    let mut text = format!("{effective}\n");
    for warning in warnings.iter() {
        text += &format!("warning: {warning}\n\n");
    }
    let Some(running) = running else {
        answer(&text, CONFIGURATION);
        return report(&mistakes);
    };
    let [legacy, native, deny] =
        [Owner::Legacy, Owner::Native, Owner::Deny].map(|owner| count(running, owner));
    if let Some(keys) = &keys {
        text += &format!("keys:\n{}\n", keys::table(keys));
    }
    text += &format!("good: {legacy} routes to the legacy, {native} native, {deny} denied\n");
    match opinions {
        None => {}
        Some(Ok(opinions)) => opinions.iter().for_each(|opinion| text += &format!("\n{}", opinion.report())),
        Some(Err(stopped)) => tell(&stopped.to_string()),
    }
    answer(&text, code)
}

fn code(is_good: bool, opinions: Option<&Result<Vec<Opinion>, Stopped>>) -> u8 {
    match opinions {
        _ if !is_good => CONFIGURATION,
        None => FINE,
        Some(Ok(opinions)) if opinions.iter().any(Opinion::contradicts) => FOUND,
        Some(Ok(_)) => FINE,
        Some(Err(Stopped::Mistakes(_))) => CONFIGURATION,
        Some(Err(Stopped::Away(_))) => ENVIRONMENT,
    }
}

fn told(opinions: &Result<Vec<Opinion>, Stopped>) -> Value {
    match opinions {
        Ok(opinions) => opinions.iter().map(Opinion::object).collect(),
        Err(stopped) => json!({ "unreachable": stopped.to_string() }),
    }
}

fn object(
    running: Option<&Running>,
    effective: &Effective,
    warnings: &Mistakes,
    mistakes: &Mistakes,
) -> Value {
    let settings: Vec<_> = effective
        .rows()
        .map(|row| {
            json!({
                "name": row.setting.name,
                "value": row.value,
                "secret": row.setting.secret,
                "origin": row.origin.map(ToString::to_string),
                "wrong": row.wrong,
            })
        })
        .collect();
    let routes = running.map(|running| {
        json!({
            "legacy": count(running, Owner::Legacy),
            "native": count(running, Owner::Native),
            "deny": count(running, Owner::Deny),
        })
    });
    json!({
        "good": running.is_some(),
        "settings": settings,
        "routes": routes,
        "warnings": list(warnings),
        "mistakes": list(mistakes),
    })
}

pub(super) fn list(mistakes: &Mistakes) -> Vec<Value> {
    let one = |mistake: &Mistake| json!({ "place": mistake.place.to_string(), "what": mistake.what, "help": mistake.remedy });
    mistakes.iter().map(one).collect()
}

fn count(running: &Running, owner: Owner) -> usize {
    let all = running.matcher.all_ids().filter(|id| running.is_there(*id));
    all.filter(|id| running.policy(*id).owner == owner).count()
}

/// Whether `run` would get its addresses. A port in use is no mistake here: `check` is run beside a running gateway.
fn probe(config: &Config, mistakes: &mut Mistakes, weaknesses: &mut Weaknesses) {
    let listen = &config.listen;
    private_cluster::probe(config.environment, &config.database, cluster::can_start)
        .into_iter()
        .for_each(|mistake| mistakes.push(mistake));
    let mut probe = |setting: &setting::Setting, address: SocketAddr| match TcpListener::bind(address) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let what = format!("{address} is in use: `run` would not start beside what has it");
            let remedy =
                "end what has the port, or choose another, unless it is the gateway that this one replaces";
            weaknesses.push(Weakness::PortInUse, Mistake::in_variable(setting.name, what, remedy));
        }
        Err(error) => mistakes.push(cannot_listen(setting, address, &error)),
    };
    probe(&setting::GATEWAY_LISTEN, listen.public);
    probe(&setting::GATEWAY_ADMIN_LISTEN, listen.admin);
}

pub(super) fn cannot_listen(setting: &setting::Setting, address: SocketAddr, error: &io::Error) -> Mistake {
    let remedy = match error.kind() {
        ErrorKind::AddrInUse => "end the process that has the port, or choose another one",
        ErrorKind::AddrNotAvailable => {
            "write an address of this machine; `0.0.0.0` and `[::]` are all of them"
        }
        ErrorKind::PermissionDenied => "choose a port from 1024 on, or allow this process the lower ones",
        _ => "write an address that this machine can listen on",
    };
    Mistake::in_variable(setting.name, format!("cannot listen on {address}: {error}"), remedy)
}
