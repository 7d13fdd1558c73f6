//! docs/porting.md can be followed: what it shows is what is written, and its commands do what it says.

use std::{
    fs,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use compat_tests::{demo::stage::Stage, gateway_process::run_to_end, repository, sample::Version};
use gateway::db::tethered::{StopSignal, Tether};

use crate::house::{Setting, environment, show};

const KEY: &str = "GET /api/tasks/{task_id}/attachments";

/// A part of the page, in its order.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Commands, and what they print.
    Run {
        commands: String,
        prints: String,
    },
    /// A file as it is found there.
    Is {
        path: String,
        text: String,
    },
    /// A file as somebody leaves it.
    Becomes {
        path: String,
        text: String,
    },
    Ends {
        path: String,
        text: String,
    },
}

fn page() -> Vec<Part> {
    let page = fs::read_to_string(repository().join("docs/porting.md")).unwrap();
    let mut parts: Vec<Part> = Vec::new();
    let (mut before, mut rest) = ("", page.as_str());
    while let Some((prose, fenced)) = rest.split_once("\n```") {
        let (kind, text) = fenced.split_once('\n').unwrap();
        let (text, behind) = text.split_once("```\n").unwrap();
        let text = text.to_owned();
        before = if prose.trim().is_empty() { before } else { prose };
        let named = || before.rsplit('`').nth(1).unwrap().to_owned();
        match (kind, before.trim_end().rsplit('`').next().unwrap()) {
            ("sh", _) => parts.push(Part::Run { commands: text, prints: String::new() }),
            ("text", _) => match parts.last_mut() {
                Some(Part::Run { prints, .. }) if prints.is_empty() => *prints = text,
                other => panic!("{other:?} prints nothing"),
            },
            ("rust", " is:") => parts.push(Part::Is { path: named(), text }),
            ("rust", " becomes:") => parts.push(Part::Becomes { path: named(), text }),
            ("rust", ":") => parts.push(Part::Ends { path: named(), text }),
            _ => {}
        }
        rest = behind;
    }
    parts
}

/// The sources as they are committed or about to be, and a lock.
fn copy(to: &Path) {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{listed:?}");
    for name in String::from_utf8(listed.stdout).unwrap().split('\0').filter(|name| !name.is_empty()) {
        let (from, place) = (repository().join(name), to.join(name));
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        if from.exists() {
            fs::copy(from, place).unwrap();
        }
    }
    std::os::unix::fs::symlink(repository().join(".dev"), to.join(".dev")).unwrap();
}

#[test]
#[expect(clippy::disallowed_methods, reason = "rustfmt is found as the test itself was")]
fn the_page_shows_what_the_generator_writes() {
    let folder = tempfile::tempdir().unwrap();
    copy(folder.path());
    let setting = Setting::sample(Version::Newest);
    let environment = environment(&setting);
    let mut environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = std::env::var("PATH").unwrap();
    environment.push(("PATH", &path));
    let home = std::env::var("HOME").unwrap_or_default();
    environment.push(("HOME", &home));
    let binary = Path::new(env!("CARGO_BIN_EXE_gateway"));
    let done = run_to_end(binary, &["routes", "new", KEY], folder.path(), &environment).unwrap();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{}", done.stdout);
    let parts = page();
    let told = parts.iter().find_map(|part| match part {
        Part::Run { commands, prints } if commands.starts_with("gateway routes new") => Some(prints),
        _ => None,
    });
    assert_eq!(Some(&done.stdout), told);
    let mut shown = 0;
    for part in &parts {
        if let Part::Is { path, text } = part {
            assert_eq!(*text, fs::read_to_string(folder.path().join(path)).unwrap(), "{path}");
            shown += 1;
        }
    }
    assert_eq!(shown, 3);
    let again = run_to_end(binary, &["routes", "new", KEY], folder.path(), &environment).unwrap();
    let lines: Vec<_> = again.stderr.lines().collect();
    assert_eq!(
        (again.code, lines[0]),
        (Some(2), format!("`{KEY}`: `native.rs` has it already: the route is registered").as_str())
    );
    assert_eq!(lines.len(), 3, "both rooms have the function: {lines:?}");
}

/// One script for one shell: the gateway that it starts stays for what follows, and has to be gone at the end.
fn script(parts: &[Part]) -> String {
    let mut script = "set -e\n".to_owned();
    for (number, part) in parts.iter().enumerate() {
        script += &match part {
            Part::Run { commands, .. } => {
                format!("{{\n{commands}}} > out.{number}\ndate +%s > time.{number}\n")
            }
            Part::Becomes { path, text } => format!("cat > {path} <<'END'\n{text}END\n"),
            Part::Ends { path, text } => format!("cat >> {path} <<'END'\n{text}END\n"),
            Part::Is { .. } => String::new(),
        };
    }
    script + STAYED
}

const STAYED: &str = r#"wait
if curl -s "http://$GATEWAY_ADMIN_LISTEN/healthz"; then
    echo "the gateway was not ended" >&2
    exit 1
fi
"#;

/// What a shell complains of, after all that it has started is gone, whatever became of it.
fn follow(script: &str, folder: &Path, target: &Path) -> (ExitStatus, String) {
    let told = folder.join("told.txt");
    let mut tether = Tether::new(Path::new("/bin/sh"), StopSignal::Terminate, Duration::from_secs(30));
    tether
        .command()
        .args(["-c", script])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::null())
        .stderr(fs::File::create(&told).unwrap());
    let status = tether.spawn().unwrap().wait().unwrap();
    (status, fs::read_to_string(told).unwrap())
}

/// Builds the gateway twice, from a copy of the sources.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a run may be is said to the tests, not to the gateway"
)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_can_be_followed() {
    if std::env::var_os("GATEWAY_TEST_LONG").is_none() {
        show("porting: the page is followed only with GATEWAY_TEST_LONG");
        return;
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    copy(folder.path());
    // What others have compiled is shared, what is written here is not: the tests use the gateway that is there.
    let built = Path::new(env!("CARGO_BIN_EXE_gateway")).parent().unwrap();
    let target = folder.path().join("target");
    fs::create_dir_all(&target).unwrap();
    let linked = Command::new("cp").args(["-al"]).arg(built).arg(target.join("debug")).status().unwrap();
    assert!(linked.success());
    let stage = Stage::set(Path::new(env!("CARGO_BIN_EXE_gateway")), Version::Newest).await.unwrap();
    let parts = page();
    let script = format!(". {}\n{}", stage.shell().display(), script(&parts));
    let started = Instant::now();
    let directory = folder.path().to_owned();
    let done = tokio::task::spawn_blocking(move || follow(&script, &directory, &target));
    let (status, told) = done.await.unwrap();
    assert!(status.success(), "{told}");
    for (number, part) in parts.iter().enumerate() {
        if let Part::Run { commands, prints } = part
            && !prints.is_empty()
        {
            let out = fs::read_to_string(folder.path().join(format!("out.{number}"))).unwrap();
            assert_eq!(out, *prints, "{commands}");
        }
    }
    show(&format!("porting: the page was followed in {} s", started.elapsed().as_secs()));
    stage.strike().await.unwrap();
}
