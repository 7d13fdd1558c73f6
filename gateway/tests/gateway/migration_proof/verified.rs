//! `gateway migrate verify` as a person and a build call it.

use compat_tests::{
    repository,
    sample::{SampleLegacy, Version},
};
use serde_json::Value;

use super::{adopted::migrate, folder::Files, sql::Sql};
use crate::house;

const EXPAND: &str = "phase=expand transaction=on reversible=lossless";
const ARCHIVE: &str = "phase=expand transaction=on reversible=archive";

/// The proof that the repository's own migrations ask for: on the sample's schema, and on its rows.
#[tokio::test]
async fn the_migrations_of_the_project_are_proved() {
    let migrations = repository().join("migrations");
    let count = std::fs::read_dir(&migrations).unwrap().count() / 2;
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("legacy.sql");
    let settings = house::settings(Version::Newest, house::database());
    std::fs::write(&schema, SampleLegacy::schema(&settings).unwrap()).unwrap();
    let baseline = ["verify", "--baseline", schema.to_str().unwrap()];
    for arguments in [&baseline[..], &["verify", "--copy"], &["verify"]] {
        let proved = migrate(arguments, &settings.database_url, &migrations);
        assert_eq!(proved.code, Some(0), "{arguments:?} {proved:?}");
        let end = format!("{count} proved, 0 failed, 0 not reached\n");
        assert!(proved.stdout.ends_with(&end), "{proved:?}");
        house::show(&format!(
            "gateway migrate {}\n{}",
            arguments[..arguments.len().min(2)].join(" "),
            proved.stdout
        ));
    }
}

#[tokio::test]
async fn a_verdict_is_a_table_for_people_and_json_for_machines() {
    let files = Files::write(&[
        (ARCHIVE, "CREATE SCHEMA shop; CREATE TABLE shop.a (id integer);", "DROP TABLE shop.a;"),
        (EXPAND, "CREATE INDEX b ON shop.a (id);", "DROP INDEX shop.b;"),
    ]);
    let database = house::database();
    assert_eq!(migrate(&["adopt", "--freeze"], &database, files.path()).code, Some(0));
    let told = migrate(&["verify", "--copy"], &database, files.path());
    assert_eq!(told.code, Some(1), "{told:?}");
    let table = "\
V0001__step  expand    archive     2 probe rows  FAILED
  down: the schema is not as it was before
    schema shop: added
      + owner gateway
  up after down: does not work
    ";
    assert!(told.stdout.starts_with(table), "{}", told.stdout);
    assert!(
        told.stdout.ends_with("V0002__step  not reached\n0 proved, 1 failed, 1 not reached\n"),
        "{}",
        told.stdout
    );

    let json = migrate(&["verify", "--copy", "--json"], &database, files.path());
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["verdicts"][0]["findings"][0]["stage"], "down");
    assert_eq!(json["verdicts"][0]["findings"][0]["schema"][0]["name"], "shop");
    assert_eq!(json["verdicts"][0]["findings"][0]["schema"][0]["what"], "added");
    assert_eq!(json["unreached"], serde_json::json!(["V0002__step"]));
    let left = Sql::open(&database).await;
    assert_eq!(
        left.texts("SELECT to_regnamespace('shop')::text").await,
        [""],
        "the given database was touched"
    );
}

#[tokio::test]
async fn what_cannot_be_begun_is_told_with_the_remedy() {
    let files = Files::write(&[(EXPAND, "SELECT 1;", "SELECT 1;")]);
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let (broken, rows) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(broken.path(), "\\restrict abc\nCREATE TABLE a (id integer);\nCREATE TABEL b ();\n")
        .unwrap();
    std::fs::write(rows.path(), "COPY public.a (id) FROM stdin;\n1\n\\.\n").unwrap();
    let remedy = "help: write it with `alembic upgrade head --sql`, or with `pg_dump --inserts --no-owner --no-privileges`";
    let (broken, rows) = (broken.path().to_str().unwrap(), rows.path().to_str().unwrap());
    let database = house::database();
    for (arguments, told) in [
        (
            vec!["verify", "--baseline", broken],
            format!(
                "{broken}:3:8: SQLSTATE 42601: syntax error at or near \"TABEL\"\n3 | CREATE TABEL b ();\n  |        ^^^^^\n\
                 {remedy}\n\n1 mistake\n"
            ),
        ),
        (
            vec!["verify", "--baseline", rows],
            format!(
                "{rows}:1:1: rows in COPY's own format cannot be loaded\n1 | COPY public.a (id) FROM stdin;\n  | \
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n{remedy}\n\n1 mistake\n"
            ),
        ),
        (
            vec!["verify", "--only", "7"],
            format!(
                "{}: has no V0007, which --only names\nhelp: name one of its versions\n\n1 mistake\n",
                files.path().display()
            ),
        ),
    ] {
        let refused = migrate(&arguments, &database, files.path());
        assert_eq!((refused.code, refused.stderr.as_str()), (Some(2), told.as_str()), "{arguments:?}");
    }
    let missing = migrate(&["verify", "--baseline", &path("none.sql")], &database, files.path());
    assert!(missing.stderr.contains("none.sql: cannot be read: "), "{missing:?}");
    let production = [
        ("ENVIRONMENT", "production"),
        ("DATABASE_URL", "postgresql://u:a-long-password@db.example.com/app?sslmode=require"),
        ("MIGRATIONS_DIR", files.path().to_str().unwrap()),
        ("SECRET_KEY", house::SECRET),
        ("LEGACY_URL", "http://127.0.0.1:1"),
    ];
    let refused = house::command(&["migrate", "verify", "--copy"], files.path(), &production);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("ENVIRONMENT: does not allow --copy"), "{refused:?}");
}
