//! The tour as a person takes it: where everything is, what to paste, and the log while they do.
#![expect(clippy::print_stdout, reason = "the demo speaks to the person who started it")]

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::stage::Stage;
use super::{PASSWORD, ROUTE, USER};

pub fn print(stage: &Stage) {
    let (public, admin, legacy) = (stage.gateway.public(), stage.gateway.admin(), stage.legacy());
    let routes = stage.folder.routes();
    println!(
        r#"
  the gateway       http://{public}    its metrics: http://{admin}/metrics
  the backend       http://{legacy}    FastAPI, as it always was
  PostgreSQL        {database}
  files to edit     {folder}
  a gateway beside  . {shell}

Paste into another terminal, and watch this one:

  # log in, at the URLs that the backend always had
  TOKEN=$(curl -s http://{public}/auth/login -d username={USER} --data-urlencode 'password={PASSWORD}' |
      sed 's/.*"access_token":"\([^"]*\)".*/\1/')

  # read a task: FastAPI answers, owner=legacy
  curl -s http://{public}/api/tasks/1 -H "Authorization: Bearer $TOKEN"; echo

  # one word in routes.toml
  {to_native}

  # the same request, the same bytes: Rust answers, owner=native
  curl -s http://{public}/api/tasks/1 -H "Authorization: Bearer $TOKEN"; echo

  # and back
  {to_legacy}

Ctrl-C stops everything.
"#,
        database = stage.database_url(),
        folder = stage.folder.path().display(),
        shell = stage.shell().display(),
        to_native = flip_command(&routes, "legacy", "native"),
        to_legacy = flip_command(&routes, "native", "legacy"),
    );
}

/// `-i.bak` is the one spelling that GNU's and BSD's sed share.
pub(super) fn flip_command(routes: &Path, from: &str, to: &str) -> String {
    format!(r#"sed -i.bak '\,^"{ROUTE}", s/"{from}"/"{to}"/' {}"#, routes.display())
}

/// Shows the gateway's log until the gateway ends; returns what it last complained about.
pub async fn show_log(stage: &Stage) -> String {
    let show = |entry: &Value| {
        println!("{}", line(entry));
        false
    };
    // It only ends with the process: no line is ever accepted.
    let _ = stage.gateway.logged(Duration::MAX, show).await;
    stage.gateway.errors()
}

/// `{"level":"INFO","message":"request","owner":"legacy"}` as `INFO request owner=legacy`.
fn line(entry: &Value) -> String {
    let Some(fields) = entry.as_object() else { return entry.to_string() };
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut line = ["level", "message"].map(|name| fields.get(name).map(plain).unwrap_or_default()).join(" ");
    for (name, value) in fields {
        if !matches!(name.as_str(), "timestamp" | "level" | "message") {
            line.push_str(&format!("  {name}={}", plain(value)));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn the_command_to_paste_changes_the_one_word() {
        let directory = tempfile::tempdir().unwrap();
        let routes = directory.path().join("routes.toml");
        let written = |owner| {
            format!("owner = \"legacy\"\n# \"{ROUTE}\" = \"legacy\"\n\"{ROUTE}\" = \"{owner}\" # or \"x\"\n")
        };
        std::fs::write(&routes, written("legacy")).unwrap();
        for (from, to) in [("legacy", "native"), ("native", "legacy")] {
            let done = Command::new("sh").args(["-c", &flip_command(&routes, from, to)]).status().unwrap();
            assert!(done.success());
            assert_eq!(std::fs::read_to_string(&routes).unwrap(), written(to));
        }
    }

    #[test]
    fn a_log_entry_is_one_readable_line() {
        let entry = serde_json::json!({"timestamp": "now", "level": "INFO", "message": "request",
            "route": ROUTE, "owner": "native", "status": 200});
        assert_eq!(line(&entry), "INFO request  route=GET /api/tasks/{task_id}  owner=native  status=200");
    }
}
