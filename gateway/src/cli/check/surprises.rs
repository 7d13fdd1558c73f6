//! What will work, but not as one may expect.

use std::path::Path;

use crate::{
    cli::files::Routing,
    config::mistakes::Mistake,
    routes::{
        file::Owner,
        matching::{Kind, Matcher, Outcome, RouteId, Verb},
        running::Running,
    },
};

pub(super) fn find(routing: &Routing) -> Vec<Mistake> {
    let path = &routing.sources.routes_path;
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut warnings = behind_opaque(path, &routing.running);
    if std::fs::canonicalize(path).is_ok_and(|path| is_mount_point(&mounts, &path)) {
        let what = "is mounted as a single file: while the gateway runs only writes in place are seen";
        warnings.push(Mistake::in_file(path, what, "mount its directory instead"));
    }
    warnings
}

/// The fifth field of a line of `/proc/PID/mountinfo` is the mount point (proc(5)).
fn is_mount_point(mounts: &str, path: &Path) -> bool {
    mounts.lines().filter_map(|line| line.split(' ').nth(4)).any(|point| Path::new(point) == path)
}

/// Routes that are not the legacy's, but whose requests an opaque row before them takes to the legacy.
fn behind_opaque(path: &Path, running: &Running) -> Vec<Mistake> {
    let matcher = &running.matcher;
    let decided = matcher.route_ids().filter(|id| running.policy(*id).owner != Owner::Legacy);
    let hidden = decided.filter_map(|id| Some((id, taken_first(matcher, id)?)));
    let warnings = hidden.map(|(id, opaque)| {
        let (key, opaque) = (running.key(id), running.key(opaque));
        let what = format!(
            "`{key}` is `{}`, but `{opaque}` stands before it in the lock, is opaque, and may take its requests: \
             those go where the owner of `{opaque}` sends them",
            running.policy(id).owner
        );
        let remedy = format!("move the route before it in the legacy, or give `{opaque}` an owner too");
        Mistake::in_file(path, what, remedy)
    });
    warnings.collect()
}

/// The opaque row that a request made for this route reaches instead.
fn taken_first(matcher: &Matcher, id: RouteId) -> Option<RouteId> {
    let route = matcher.route(id);
    let verb = match (route.kind, route.key.method()) {
        (Kind::WebSocket, _) => Verb::WebSocket,
        (Kind::Http, "ANY") | (Kind::Mount | Kind::Frontend, _) => Verb::Http("GET"),
        (Kind::Http, method) => Verb::Http(method),
        (Kind::Opaque | Kind::Added(_), _) => return None,
    };
    match matcher.find(verb, &sample(route.key.template())) {
        Outcome::Match { route, .. } => {
            Some(route).filter(|found| matcher.route(*found).kind == Kind::Opaque)
        }
        Outcome::Partial { .. } | Outcome::Redirect { .. } | Outcome::Unlisted | Outcome::Error => None,
    }
}

/// A path that the template takes: each parameter has a value that its converter reads.
fn sample(template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        let (parameter, after) = behind.split_once('}').unwrap_or((behind, ""));
        path.push_str(before);
        path.push_str(match parameter.split_once(':').map(|(_, converter)| converter) {
            Some("int" | "float") => "1",
            Some("uuid") => "00000000-0000-4000-8000-000000000000",
            _ => "x",
        });
        rest = after;
    }
    path + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::lock::Lock;

    #[test]
    fn a_file_that_is_its_own_mount_is_noticed() {
        let mounts =
            "22 1 0:21 / / rw - overlay o rw\n30 22 8:1 /a /etc/gateway/routes.toml rw - ext4 /dev/sda rw\n";
        assert!(is_mount_point(mounts, Path::new("/etc/gateway/routes.toml")));
        assert!(!is_mount_point(mounts, Path::new("/etc/gateway/legacy.toml")));
    }

    #[test]
    fn a_route_behind_an_opaque_row_that_takes_its_requests_is_noticed() {
        let http = |template: &str, params: &str| {
            format!(
                r#"{{"kind": "http", "template": "{template}", "security": [], "methods": ["GET"], "params": [{params}]}}"#
            )
        };
        let id = r#"{"name": "id", "converter": "int", "regex": "[0-9]+"}"#;
        let opaque = format!(
            r#"{{"kind": "opaque", "class": "a.B", "reason": "matches", "security": [],
                "pattern": {{"protocol": "http", "template": "/a/{{id:int}}", "params": [{id}], "methods": ["GET"]}}}}"#
        );
        let rows = [http("/before", ""), opaque, http("/a/{id:int}", id), http("/after", "")].join(",");
        let text = format!(
            r#"{{"schema": 1, "versions": {{"python": "3.12", "fastapi": null, "starlette": null, "pydantic": null, "uvicorn": null}},
                "int_max_digits": 0, "location_escapes": "", "server_root_path": "", "schemes": [], "notes": [],
                "app": {{"class": "x.Y", "root_path": "", "redirect_slashes": true, "middleware": [], "rows": [{rows}], "frontends": []}}}}"#
        );
        let matcher = Matcher::new(&Lock::parse(&text).expect("a lock")).expect("a matcher");
        let hidden = matcher.route_ids().filter(|id| taken_first(&matcher, *id).is_some());
        let hidden: Vec<_> = hidden.map(|id| matcher.route(id).key.as_str()).collect();
        assert_eq!(hidden, ["GET /a/{id:int}"]);
    }
}
