//! What the legacy brings along that a person should know of, as far as its lock and its profile tell.

use std::path::Path;

use crate::{
    config::{
        document::nearest,
        lifetime,
        mistakes::{Mistake, Place},
        weakness::{Weakness, Weaknesses},
    },
    contract::profile::{AppErrors, Profile},
    routes::{
        file::Known,
        key::RouteKey,
        lock::{
            Lock, LockedApp,
            cors::Cors,
            row::{MountRow, Row},
        },
        matching::Application,
    },
};

pub(super) fn tokens(file: &Path, profile: &Profile, weaknesses: &mut Weaknesses) {
    if let Some(lifetime) = profile.tokens.iter().filter_map(|token| token.lifetime).max() {
        lifetime::judge(Place::File { name: file.to_owned(), position: None }, lifetime, weaknesses);
    }
}

/// `harden` asks for more than the legacy does.
pub(super) fn new_passwords(file: &Path, profile: &Profile, weaknesses: &mut Weaknesses) {
    let auth = &profile.auth;
    let chosen_here = !auth.registers.is_empty() || !auth.password_changes.is_empty();
    if chosen_here && auth.passwords.breached.is_none() {
        let what =
            "[auth.passwords] `breached` is not set: a new password may be one that everybody tries first";
        let remedy =
            "download the SHA-1 list of Have I Been Pwned, ordered by hash, and set `breached` to its path";
        weaknesses.push(Weakness::NoBreachedList, Mistake::in_file(file, what, remedy));
    }
}

/// Errors that are described for an application that nobody mounted.
pub(super) fn mounted(file: &Path, profile: &Profile, applications: &[Application]) -> Vec<Mistake> {
    let prefixes: Vec<&str> = applications.iter().skip(1).map(|app| app.prefix.as_str()).collect();
    let unknown = profile.errors.below.iter().filter(|(path, _)| !prefixes.contains(&path.as_str()));
    let tell = |(path, _): &(String, AppErrors)| {
        let what = format!("`[errors.below.\"{path}\"]`: the lock has no application below that path");
        let remedy = match prefixes.as_slice() {
            [] => "remove the section: nothing is mounted that has routes of its own".to_owned(),
            known => {
                format!("remove the section; applications are below {}", nearest::list(known.iter().copied()))
            }
        };
        Mistake::in_file(file, what, remedy)
    };
    unknown.map(tell).collect()
}

/// Routes about users that the legacy does not have: whoever wrote them meant others, or took them over from a sample.
pub(super) fn unknown_routes(file: &Path, profile: &Profile, known: &Known<'_>) -> Vec<Mistake> {
    let auth = &profile.auth;
    let written = |key: &'static str| move |route: &RouteKey| (key, route.clone());
    let routes = (auth.logins.iter().map(|one| &one.route).map(written("login")))
        .chain(auth.registers.iter().map(|one| &one.route).map(written("register")))
        .chain(auth.mes.iter().map(|one| &one.route).map(written("me")))
        .chain(auth.password_changes.iter().map(|one| &one.route).map(written("password")));
    let tell = |(key, route): (&str, RouteKey)| {
        let unknown = known.named(route.as_str()).err()?;
        let what = format!("`[[auth.{key}]]`: `{route}` is not a route in the lock");
        Some(Mistake::in_file(file, what, unknown.remedy()))
    };
    routes.filter_map(tell).collect()
}

pub(super) fn cors(file: &Path, lock: &Lock, weaknesses: &mut Weaknesses) {
    if allows_everybody(&lock.app) {
        let what = "the legacy's CORS allows every origin, with credentials: any site that a user visits can act \
                    and read in that user's name";
        let remedy =
            "list the origins in the legacy's CORSMiddleware, then run `gateway legacy import` again";
        weaknesses.push(Weakness::WildcardCors, Mistake::in_file(file, what, remedy));
    }
}

fn allows_everybody(app: &LockedApp) -> bool {
    let inside = |row: &Row| match row {
        Row::Mount(MountRow { app: Some(app), .. }) => allows_everybody(app),
        Row::Mount(_) | Row::Http(_) | Row::Ws(_) | Row::Host(_) | Row::Opaque(_) => false,
    };
    app.imitated().filter_map(|layer| layer.cors.as_ref()).any(is_wildcard) || app.rows.iter().any(inside)
}

/// A pattern for everything echoes the origin of everybody, as the wildcard does with credentials.
fn is_wildcard(cors: &Cors) -> bool {
    let pattern = cors.allow_origin_regex.as_deref();
    let all = cors.allow_origins.iter().any(|origin| origin == "*")
        || pattern.is_some_and(|pattern| matches!(pattern, ".*" | ".+" | "^.*$" | "^.+$" | "https?://.*"));
    all && cors.allow_credentials
}
