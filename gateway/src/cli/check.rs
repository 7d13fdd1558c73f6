//! `gateway check`: says whether `run` would start.

use std::{path::Path, process::ExitCode};

use clap::Args;
use serde_json::json;

use super::{CONFIGURATION, FINE, report, run::prepare};
use crate::{
    config::mistakes::Mistakes,
    routes::{file::Owner, running::Running},
};

#[derive(Args)]
pub(super) struct CheckArgs {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[expect(clippy::print_stdout, reason = "what a command prints is its answer")]
pub(super) fn run(arguments: &CheckArgs) -> ExitCode {
    let mut mistakes = Mistakes::default();
    let Some((prepared, ())) = prepare(&mut mistakes, |_, _| ()) else {
        if arguments.json {
            let list: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            println!("{}", json!({ "good": false, "mistakes": list }));
            return ExitCode::from(CONFIGURATION);
        }
        return report(&mistakes);
    };
    let running = &prepared.routing.running;
    let warnings = warnings(&prepared.routing.sources.routes_path);
    let count = |owner| count(running, owner);
    if arguments.json {
        let routes = json!({
            "legacy": count(Owner::Legacy), "native": count(Owner::Native), "deny": count(Owner::Deny),
        });
        println!("{}", json!({ "good": true, "routes": routes, "warnings": warnings }));
        return ExitCode::from(FINE);
    }
    for warning in &warnings {
        println!("warning: {warning}");
    }
    println!(
        "good: {} routes to the legacy, {} native, {} denied",
        count(Owner::Legacy),
        count(Owner::Native),
        count(Owner::Deny)
    );
    ExitCode::from(FINE)
}

fn count(running: &Running, owner: Owner) -> usize {
    running.matcher.route_ids().filter(|id| running.policy(*id).owner == owner).count()
}

/// What will work, but not as one may expect.
fn warnings(routes: &Path) -> Vec<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut warnings = Vec::new();
    if std::fs::canonicalize(routes).is_ok_and(|path| is_mount_point(&mounts, &path)) {
        warnings.push(format!(
            "{} is mounted as a single file: while the gateway runs only writes in place are seen; mount its \
             directory instead",
            routes.display()
        ));
    }
    warnings
}

/// The fifth field of a line of `/proc/PID/mountinfo` is the mount point (proc(5)).
fn is_mount_point(mounts: &str, path: &Path) -> bool {
    mounts.lines().filter_map(|line| line.split(' ').nth(4)).any(|point| Path::new(point) == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_its_own_mount_is_noticed() {
        let mounts =
            "22 1 0:21 / / rw - overlay o rw\n30 22 8:1 /a /etc/gateway/routes.toml rw - ext4 /dev/sda rw\n";
        assert!(is_mount_point(mounts, Path::new("/etc/gateway/routes.toml")));
        assert!(!is_mount_point(mounts, Path::new("/etc/gateway/legacy.toml")));
    }
}
