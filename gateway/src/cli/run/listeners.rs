//! Where the process listens, and from whom it has the sockets: bound afresh, or taken over from a running gateway.

use std::net::SocketAddr;

use super::RunArgs;
use crate::{
    cli::check::cannot_listen,
    config::{
        Config, ProcessConfig,
        mistakes::{Mistake, Mistakes},
        setting::{GATEWAY_ADMIN_LISTEN, GATEWAY_LISTEN, GATEWAY_RUN_DIR, Setting},
    },
    host::{
        self, Bound, Launched,
        handover::{AskError, DirectoryError, Inherited, Place, RunDirectory, Succession},
    },
};

pub(super) struct Listeners {
    pub(super) public: Bound,
    pub(super) admin: Bound,
    pub(super) succession: Succession,
    /// It was to take over, and nobody was there.
    pub(super) is_alone: bool,
}

/// Nothing where there is a mistake; the process that was asked for its sockets then goes on without knowing why.
pub(super) fn open(config: &Config, arguments: &RunArgs, mistakes: &mut Mistakes) -> Option<Listeners> {
    let mut succession = mistakes.absorb(succession(&config.process, arguments));
    // Of a port that the running gateway has, only that it should be ended could be told.
    if arguments.upgrade && succession.is_none() {
        return None;
    }
    let mut bind = |setting: &Setting, name, address: SocketAddr| {
        let inherited = succession.as_mut().and_then(|succession| succession.inherited.as_mut());
        let bound = host::bind(name, address, inherited);
        let told = |error: &std::io::Error| mistakes.push(cannot_listen(setting, address, error));
        bound.inspect_err(told).ok()
    };
    let public = bind(&GATEWAY_LISTEN, host::PUBLIC, config.listen.public);
    let admin = bind(&GATEWAY_ADMIN_LISTEN, host::ADMIN, config.listen.admin);
    let succession = succession?;
    let is_alone = arguments.upgrade && succession.inherited.is_none();
    Some(Listeners { public: public?, admin: admin?, succession, is_alone })
}

fn succession(process: &ProcessConfig, arguments: &RunArgs) -> Result<Succession, Mistakes> {
    let launched = arguments.launched.then(Launched::from_stdin).transpose();
    let launched = launched.map_err(|error| {
        told(format!("standard input is no socket: {error}"), "`--launched` is not for people: leave it out")
    })?;
    let Some(path) = &process.directory else {
        return match arguments.upgrade {
            false => Ok(Succession { launched, ..Succession::default() }),
            true => Err(told(
                "is not set: `--upgrade` does not know where the running gateway is found".to_owned(),
                "set it for both to the same folder, as `/run/gateway`",
            )),
        };
    };
    let directory = RunDirectory::open(path).map_err(|error| told(error.to_string(), remedy(&error)))?;
    let inherited = if arguments.upgrade { inherit(&directory)? } else { None };
    let place = Place::reserve(&directory, inherited.is_some()).map_err(|error| {
        told(
            format!("{error} (`{}`)", path.display()),
            "start with `--upgrade` to take its place, or give each gateway a folder of its own",
        )
    })?;
    Ok(Succession { inherited, place: Some(place), launched })
}

/// Without anybody there it is a start like any other, so that a script need not know.
fn inherit(directory: &RunDirectory) -> Result<Option<Inherited>, Mistakes> {
    match Inherited::ask(directory) {
        Ok(inherited) => Ok(Some(inherited)),
        Err(AskError::Nobody) => Ok(None),
        Err(error) => {
            let what = format!("the sockets cannot be taken over: {error}");
            Err(told(what, "end the process there, or wait for it"))
        }
    }
}

fn told(what: String, remedy: &str) -> Mistakes {
    Mistake::in_variable(GATEWAY_RUN_DIR.name, what, remedy).into()
}

fn remedy(error: &DirectoryError) -> &'static str {
    match error {
        DirectoryError::Unusable { .. } => "name a folder whose parent this user may write to",
        DirectoryError::NoFolder { .. } => "name the folder itself",
        DirectoryError::Foreign { .. } => "name a folder of the user that this process runs as",
        DirectoryError::Open { .. } => {
            "take the others their rights, `chmod 700`; under systemd set RuntimeDirectoryMode=0700"
        }
    }
}
