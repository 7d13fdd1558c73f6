//! The sample legacy against its own recordings: nothing is found, whatever its clock, its zone and how much it is asked at
//! once; and a row that is not as it was is found, though every answer is right.

mod fronted;
mod proved;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
    time::Instant,
};

use compat_tests::{
    gateway_process::run_to_end,
    recordings::{CREDENTIALS, folder, rules},
    sample::{SampleLegacy, SampleSettings, Version},
};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use serde_json::Value;

use crate::house::{binary, show};

/// One run: how the legacy's machine is set up, and how it is asked.
struct Run {
    ahead: i64,
    zone: &'static str,
    jobs: u16,
}

const NEWEST: [Run; 3] = [
    Run { ahead: 0, zone: "UTC", jobs: 8 },
    Run { ahead: 11_400, zone: "Asia/Kathmandu", jobs: 32 },
    Run { ahead: -172_800, zone: "America/St_Johns", jobs: 1 },
];
const OLDEST: [Run; 2] = [
    Run { ahead: 0, zone: "Pacific/Chatham", jobs: 16 },
    Run { ahead: 31_536_000, zone: "Europe/Berlin", jobs: 4 },
];

const SECRET: &str = "the secret of the live sessions, 32 bytes or more";

/// Of both versions together, in a long run.
const LONG: usize = 25;

#[test]
fn the_newest_framework_answers_as_it_did() {
    repeat(Version::Newest, &NEWEST, LONG - LONG / 2);
}

#[test]
fn the_oldest_framework_answers_as_it_did() {
    repeat(Version::V0_115, &OLDEST, LONG / 2);
}

#[expect(
    clippy::disallowed_methods,
    reason = "asked for by `./dev test --long`, not a setting of the gateway"
)]
fn is_long() -> bool {
    std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1")
}

fn repeat(version: Version, runs: &[Run], long: usize) {
    let count = if is_long() { long } else { runs.len() };
    for (number, run) in runs.iter().cycle().take(count).enumerate() {
        let database = format!("{}_{number}", version.name().replace('.', "_"));
        let report = asked_again(version, run, "seeded", &database, None);
        assert_eq!(report["verdict"], "compatible", "{version:?} {number}: {}", told(&report));
        assert_eq!(report["counts"]["blocked"], 0, "{version:?} {number}");
        let exchanges = report["counts"]["exchanges"].as_u64().unwrap();
        assert!(exchanges >= 670, "{exchanges}");
    }
}

#[test]
fn a_row_that_is_stored_otherwise_is_found_though_every_answer_is_right() {
    let cluster = &*CLUSTER;
    cluster.create_database("crooked", Some("seeded")).unwrap();
    // Each new comment also writes where no answer looks.
    let python = r#"
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as connection:
    connection.execute("""CREATE FUNCTION astray() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN UPDATE alembic_version SET version_num = 'astray'; RETURN NULL; END $$""")
    connection.execute("CREATE TRIGGER astray AFTER INSERT ON comments EXECUTE FUNCTION astray()")
"#;
    settings(Version::Newest, "crooked").run(&["-c", python]).unwrap();
    let report = asked_again(Version::Newest, &NEWEST[0], "crooked", "crooked_live", None);
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<_> = findings.iter().map(|finding| (&finding["route"], &finding["place"])).collect();
    let expected = [(&"table alembic_version".into(), &"body $[*].version_num".into())];
    assert_eq!(found, expected, "{}", told(&report));
    assert_eq!(report["verdict"], "different");
}

/// The one cluster of these tests, with the rows that every recording began with.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let options = ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
    let cluster = Cluster::start(&options).unwrap();
    cluster.create_database("seeded", None).unwrap();
    let secret = SECRET.to_owned();
    let database_url = cluster.url("seeded");
    SampleLegacy::prepare(&SampleSettings { version: Version::Newest, database_url, secret }).unwrap();
    cluster
});

fn settings(version: Version, database: &str) -> SampleSettings {
    let secret = SECRET.to_owned();
    SampleSettings { version, database_url: CLUSTER.url(database), secret }
}

/// What `gateway compat replay` says of a legacy whose database is made of `template`; the run may be kept.
fn asked_again(version: Version, run: &Run, template: &str, database: &str, out: Option<&Path>) -> Value {
    let files = tempfile::tempdir().unwrap();
    CLUSTER.create_database(database, Some(template)).unwrap();
    let (clock, ahead) = (clock(), run.ahead.to_string());
    let clock = clock.to_str().unwrap();
    let surroundings = [("TZ", run.zone), ("LD_PRELOAD", clock), ("CLOCK_AHEAD", &ahead)];
    let legacy = SampleLegacy::serve_in(&settings(version, database), &surroundings).unwrap();
    let rules = fs::read_to_string(rules()).unwrap().replace("\"seeded\"", &format!("{template:?}"));
    fs::write(files.path().join("rules.toml"), rules).unwrap();
    let began = Instant::now();
    let report = replayed(version, &legacy.url(), run.jobs, files.path(), &CLUSTER.url(database), out);
    legacy.stop().unwrap();
    show(&format!(
        "compat {} against its recording, {} s ahead, {}, {} at a time: {} findings in {:.1?}",
        version.name(),
        run.ahead,
        run.zone,
        run.jobs,
        report["findings"].as_array().map_or(0, Vec::len),
        began.elapsed()
    ));
    report
}

/// The report, with the rules of this folder.
fn replayed(
    version: Version,
    target: &str,
    jobs: u16,
    place: &Path,
    database_url: &str,
    out: Option<&Path>,
) -> Value {
    let (recording, jobs) = (folder(version), jobs.to_string());
    let recording = recording.to_str().unwrap();
    let arguments = ["compat", "replay", recording, "--target", target, "--rules", "rules.toml"];
    let kept = out.map_or(Vec::new(), |folder| vec!["--out", folder.to_str().unwrap()]);
    let arguments = [&arguments[..], &["--jobs", &jobs, "--json"], &kept].concat();
    let environment = [&CREDENTIALS[..], &[("COMPAT_DATABASE_URL", database_url)]].concat();
    let done = run_to_end(binary(), &arguments, place, &environment).unwrap();
    serde_json::from_str(&done.stdout)
        .unwrap_or_else(|error| panic!("{error}: {:?} {}", done.code, done.stderr))
}

fn told(report: &Value) -> String {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings
        .map(|finding| {
            let example = &finding["examples"][0];
            format!(
                "{} {} {}: {} ({} then, {} now, exchange {})\n",
                finding["route"],
                finding["place"],
                finding["kind"],
                finding["message"],
                example["reference"],
                example["live"],
                example["exchange"]
            )
        })
        .collect()
}

/// Built where the tests are: whoever builds the gateway has a C compiler.
fn clock() -> PathBuf {
    static CLOCK: LazyLock<PathBuf> = LazyLock::new(|| {
        let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clock-{}.so", std::process::id()));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/unchanged/clock.c");
        let done =
            Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&built).arg(source).arg("-ldl").output();
        let done = done.unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        built
    });
    CLOCK.clone()
}
