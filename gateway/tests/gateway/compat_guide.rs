//! compat-tests/README.md can be followed: its files and commands, in its order, on a backend with rows of its own.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use compat_tests::{
    repository,
    sample::{self, Version},
};
use gateway::db::tethered::{StopSignal, Tether};

use crate::house::{SECRET, binary, database, serve};

/// A part of the page, in its order.
#[derive(Debug)]
enum Part {
    /// Commands, and what they print: lines as they are, `...` for any lines.
    Run {
        commands: String,
        prints: Option<String>,
    },
    File {
        path: String,
        text: String,
    },
    /// What is added to a file that was shown before.
    More {
        path: String,
        text: String,
    },
    Environment(String),
}

fn page() -> Vec<Part> {
    let page = fs::read_to_string(repository().join("compat-tests/README.md")).unwrap();
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = page.as_str();
    while let Some((prose, fenced)) = rest.split_once("\n```") {
        let (kind, text) = fenced.split_once('\n').unwrap();
        let (text, behind) = text.split_once("```\n").unwrap();
        let (text, prose) = (text.to_owned(), prose.trim_end());
        let named = || prose.rsplit('`').nth(1).unwrap().to_owned();
        parts.push(match kind {
            "ini" => Part::Environment(text),
            "text" => {
                let Some(Part::Run { prints, .. }) = parts.last_mut() else { panic!("{text}: of what?") };
                assert!(prints.replace(text).is_none());
                rest = behind;
                continue;
            }
            _ if prose.ends_with("`:") => Part::File { path: named(), text },
            "toml" => Part::More { path: named(), text },
            "sh" => Part::Run { commands: text, prints: None },
            other => panic!("nobody knows what to do with {other}"),
        });
        rest = behind;
    }
    parts
}

/// The gateway picks its ports; who asks it has to know them. The shell puts the addresses where the page has the usual ones.
const BEGINNING: &str = r#"
listening() {
    until grep -qs 'listener="\?public' gateway.log && grep -qs 'listener="\?admin' gateway.log; do
        kill -0 $! || { cat gateway.log >&2; exit 1; }
        sleep 0.1
    done
    PUBLIC=$(sed -n 's/.*listener="\{0,1\}public.*address="\{0,1\}\([0-9.:]*\).*/http:\/\/\1/p' gateway.log)
    ADMIN=$(sed -n 's/.*listener="\{0,1\}admin.*address="\{0,1\}\([0-9.:]*\).*/http:\/\/\1/p' gateway.log)
    export PUBLIC ADMIN
}
"#;

const SERVES: &str = "gateway run > gateway.log 2>&1 &\n";

/// One script for one shell, since a gateway that it starts stays for what follows.
fn script(parts: &[Part], legacy: &str) -> String {
    let addressed = |text: &str| {
        let text =
            text.replace("http://127.0.0.1:8080", "$PUBLIC").replace("http://127.0.0.1:9090", "$ADMIN");
        text.replace("http://127.0.0.1:8000", legacy)
    };
    let mut script = BEGINNING.to_owned();
    for (number, part) in parts.iter().enumerate() {
        script += &match part {
            Part::Run { commands, .. } => {
                let forget = if commands.contains(SERVES) { "rm -f gateway.log\n" } else { "" };
                let commands = addressed(commands).replace(SERVES, &format!("{SERVES}listening\n"));
                format!(
                    "{{\n{forget}{commands}}} > out.{number} 2>&1\ncode=$?\n[ $code = 0 ] || echo \"exit code $code\" >> out.{number}\n"
                )
            }
            Part::File { path, text } => format!("cat > {path} <<'END'\n{}END\n", addressed(text)),
            Part::More { path, text } => format!("cat >> {path} <<'END'\n{text}END\n"),
            Part::Environment(_) => String::new(),
        };
    }
    script
}

/// What the page writes into `.env`, with other values.
fn environment(shown: &str, legacy: &str, database: &str) -> String {
    let value = |name: &str, shown: &str| match name {
        "ENVIRONMENT" | "COMPAT_ADA" => shown.to_owned(),
        "LEGACY_URL" => legacy.to_owned(),
        "DATABASE_URL" | "COMPAT_DATABASE_URL" => database.to_owned(),
        "SECRET_KEY" => SECRET.to_owned(),
        _ => panic!("{name} has no value here"),
    };
    let lines = shown.lines().map(|line| {
        let (name, shown) = line.split_once('=').unwrap();
        format!("{name}={}\n", value(name, shown))
    });
    lines.chain(["GATEWAY_LISTEN=127.0.0.1:0\nGATEWAY_ADMIN_LISTEN=127.0.0.1:0\n".to_owned()]).collect()
}

/// Whatever becomes of the script, nothing that it has started stays.
fn follow(script: &str, folder: &Path) -> (ExitStatus, String) {
    let told = folder.join("told.txt");
    let mut tether = Tether::new(Path::new("/bin/sh"), StopSignal::Terminate, Duration::from_secs(30));
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", binary().parent().unwrap().display());
    tether
        .command()
        .args(["-c", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .stdout(Stdio::null())
        .stderr(fs::File::create(&told).unwrap());
    let status = tether.spawn().unwrap().wait().unwrap();
    (status, fs::read_to_string(told).unwrap())
}

/// Whether this is the line that was promised: what chance decides stands there as `...`.
fn is_line(shown: &str, printed: &str) -> bool {
    match shown.split_once("...") {
        Some((before, behind)) => printed.starts_with(before) && printed.ends_with(behind),
        None => printed == shown,
    }
}

/// Whether these are the lines that were promised, each `...` being any.
fn is_as_shown(shown: &str, printed: &str) -> bool {
    let mut printed = printed.lines();
    let mut may_skip = false;
    for line in shown.lines() {
        if line == "..." {
            may_skip = true;
            continue;
        }
        let is_it = |one: &str| is_line(line, one);
        let found = if may_skip { printed.any(is_it) } else { printed.next().is_some_and(is_it) };
        if !found {
            return false;
        }
        may_skip = false;
    }
    may_skip || printed.next().is_none()
}

#[test]
fn the_page_can_be_followed() {
    let (database, folder) = (database(), tempfile::tempdir().unwrap());
    let legacy = serve(Version::Newest, &database);
    let parts = page();
    let shown = parts.iter().find_map(|part| match part {
        Part::Environment(text) => Some(text),
        _ => None,
    });
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put(".env", &environment(shown.unwrap(), &legacy.url(), &database));
    symlink(sample::directory().join("app"), folder.path().join("app")).unwrap();
    let python = Version::Newest.python().unwrap();
    symlink(python.ancestors().nth(2).unwrap(), folder.path().join(".venv")).unwrap();
    let script = script(&parts, &legacy.url()).replace("\"shop_start\"", "\"sample\"");
    let (status, told) = follow(&script, folder.path());
    let out = |number: usize| {
        fs::read_to_string(folder.path().join(format!("out.{number}")))
            .unwrap_or_else(|error| format!("{error}"))
    };
    let all: String = (0..parts.len()).map(|number| format!("--- {number}\n{}", out(number))).collect();
    assert!(status.success(), "{told}\n{all}");
    for (number, part) in parts.iter().enumerate() {
        let Part::Run { commands, prints } = part else { continue };
        let printed = out(number);
        let is_right = match prints {
            Some(prints) => is_as_shown(prints, &printed),
            // How much this little traffic shows is not what is tested here.
            None if commands.contains("mutate") => matches!(printed.as_str(), "" | "exit code 6\n"),
            None => !printed.contains("exit code"),
        };
        assert!(
            is_right,
            "{commands}\n{}\n---\n{printed}\n{told}\n{all}",
            prints.as_deref().unwrap_or_default()
        );
    }
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("mutate.txt").contains(" breaks of "), "{}", read("mutate.txt"));
    assert!(read("report.html").starts_with("<!DOCTYPE html>") && read("report.xml").contains("<testsuites"));
    legacy.stop().unwrap();
}
