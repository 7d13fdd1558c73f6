//! Every setting with good, malformed, missing and unsafe values, in each environment where that matters.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::{GOOD, Source, read, read_source, setting::SETTINGS};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Good,
    Malformed,
    Missing,
    Unsafe,
}

/// What is told, or nothing where it is empty.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    mistake: &'static str,
    warning: &'static str,
}

#[derive(Debug)]
struct Row {
    setting: &'static str,
    kind: Kind,
    changes: &'static str,
    development: Told,
    elsewhere: Told,
}

const TABLE: &str = include_str!("table.txt");

fn rows() -> Vec<Row> {
    let rows = TABLE.lines().filter(|line| line.contains(" | ")).map(|line| {
        let columns: Vec<_> = line.split(" | ").collect();
        let [setting, kind, changes, development, elsewhere] = columns[..] else { panic!("{line}") };
        let kind = match kind {
            "good" => Kind::Good,
            "malformed" => Kind::Malformed,
            "missing" => Kind::Missing,
            "unsafe" => Kind::Unsafe,
            _ => panic!("{line}"),
        };
        let elsewhere = if elsewhere == "same" { development } else { elsewhere };
        Row { setting, kind, changes, development: told(development), elsewhere: told(elsewhere) }
    });
    rows.collect()
}

fn told(column: &'static str) -> Told {
    match column.split_once(' ') {
        Some(("mistake", mistake)) => Told { mistake, warning: "" },
        Some(("warning", warning)) => Told { mistake: "", warning },
        _ => Told::default(),
    }
}

/// Any text is a name of a file or of a person; what is wrong with one shows when it is used.
const ANY_TEXT: [&str; 11] = [
    "GATEWAY_RUN_DIR",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_DB",
    "PGUSER",
    "PGPASSWORD",
    "PGDATABASE",
    "ROUTES_FILE",
    "LEGACY_PROFILE",
    "MIGRATIONS_DIR",
    "LEGACY_LOCK",
];

#[test]
fn every_row_is_told_as_it_says() {
    let folder = files();
    let folder = folder.path().to_str().expect("UTF-8");
    for Row { setting, kind, changes, development, elsewhere } in rows() {
        let environments = [
            ("local", development),
            ("dev", development),
            ("development", development),
            ("test", development),
            ("staging", elsewhere),
            ("prod", elsewhere),
            ("production", elsewhere),
        ];
        for (environment, told) in environments {
            let dotenv = changed(environment, changes).replace("{}", folder);
            let seen = read(&[], &dotenv);
            let row = format!("{setting} {kind:?} in {environment}:\n{dotenv}");
            agrees(&seen.mistakes, &told.mistake.replace("{}", folder), &row);
            agrees(&seen.warnings, &told.warning.replace("{}", folder), &row);
        }
    }
}

/// One report that begins so, or none.
fn agrees(seen: &str, expected: &str, row: &str) {
    let begins = if expected.is_empty() { seen.is_empty() } else { seen.starts_with(expected) };
    assert!(begins, "expected `{expected}`, told:\n{seen}\n--- {row}");
    assert!(seen.matches("\nhelp: ").count() <= 1, "more is told than one thing:\n{seen}\n--- {row}");
}

#[test]
fn every_setting_has_its_rows() {
    for setting in SETTINGS {
        let has = |kind| rows().iter().any(|row| row.setting == setting.name && row.kind == kind);
        assert!(has(Kind::Good) && has(Kind::Missing), "{} has no rows", setting.name);
        assert!(
            has(Kind::Malformed) || ANY_TEXT.contains(&setting.name),
            "{} is never malformed",
            setting.name
        );
        let holds_a_key = ["GATEWAY_KEYS_DIR", "GATEWAY_TLS_KEY"];
        let can_be_weak = setting.secret || holds_a_key.contains(&setting.name);
        assert!(has(Kind::Unsafe) || !can_be_weak, "{} is never unsafe", setting.name);
    }
}

#[test]
fn no_setting_may_be_other_than_text() {
    let parts = "-DATABASE_URL ; POSTGRES_SERVER=localhost ; POSTGRES_USER=u ; POSTGRES_DB=d";
    for setting in SETTINGS {
        for variable in setting.variables() {
            let is_twin = variable.starts_with("PG") && variable != "PGSSLMODE";
            let dotenv = match is_twin {
                true => changed("local", "-DATABASE_URL"),
                false if variable.starts_with("POSTGRES_") || variable == "PGSSLMODE" => {
                    changed("local", parts)
                }
                false => changed("local", "-"),
            };
            let seen = read_source(&Source::of(&[(&variable, None)], &dotenv));
            let told = format!("{variable}: is not UTF-8 text\nhelp: write it as UTF-8");
            assert_eq!(seen.mistakes, told, "{dotenv}");
        }
    }
}

fn changed(environment: &str, changes: &str) -> String {
    let mut lines: Vec<&str> = GOOD.lines().collect();
    for change in changes.split(" ; ").filter(|change| *change != "-") {
        let name = change.trim_start_matches('-').split('=').next().unwrap_or_default();
        lines.retain(|line| line.split('=').next() != Some(name));
        if !change.starts_with('-') {
            lines.push(change);
        }
    }
    let own = lines.iter().any(|line| line.starts_with("ENVIRONMENT="));
    let environment = if own { String::new() } else { format!("ENVIRONMENT={environment}\n") };
    format!("{environment}{}\n", lines.join("\n"))
}

fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str, mode: u32| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
    };
    write("closed", "0123456789abcdef0123456789abcdef\n", 0o440);
    write("open", "0123456789abcdef0123456789abcdef\n", 0o644);
    write("open_url", "postgresql://u:p@localhost/app\n", 0o602);
    write("empty", "\n", 0o600);
    let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    write("authority.pem", &authority.cert.pem(), 0o644);
    write("keys/key.pem", "a key", 0o640);
    write("open_keys/key.pem", "a key", 0o604);
    write("bin/initdb", "", 0o755);
    write("bin/postgres", "", 0o755);
    let (key, other) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    write("tls/key.pem", &key.serialize_pem(), 0o600);
    write("tls/open.pem", &key.serialize_pem(), 0o604);
    write("tls/other.pem", &other.serialize_pem(), 0o600);
    for (name, from, until) in [("cert", 2000, 4000), ("expired", 2000, 2001), ("early", 3999, 4000)] {
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
        let certificate = params.self_signed(&key).expect("a certificate");
        write(&format!("tls/{name}.pem"), &certificate.pem(), 0o644);
    }
    let pem = |what: &str| format!("-----BEGIN {what}-----\nAAAA\n-----END {what}-----\n");
    write("tls/none.pem", &pem("CERTIFICATE"), 0o644);
    write("tls/encrypted.pem", &pem("ENCRYPTED PRIVATE KEY"), 0o600);
    folder
}
