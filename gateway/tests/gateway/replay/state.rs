//! What happens before and after a run, and a backend that answers right and stores wrong.

use std::{fs, path::Path};

use gateway::{
    db::{
        cluster::{Cluster, ClusterOptions, Durability, Place},
        direct::Direct,
        url::DatabaseUrl,
    },
    parity::recording::Recording,
};

use super::{
    commands::{said, with, write},
    sketch::{exchange, told},
};
use crate::fake_legacy::FakeLegacy;

fn rules(folder: &Path, state: &str) {
    fs::write(folder.join("rules.toml"), format!("schema = 1\n[state]\n{state}\n")).unwrap();
}

#[tokio::test]
async fn a_hook_that_fails_ends_the_run_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    write(&[exchange(1, "POST /notes", &[], "milk", told("stored"))], &folder.path().join("rec"));
    let live = FakeLegacy::reached().await;
    let target = format!("http://{}", live.address());
    let nowhere = "postgresql://nobody:hunter2hunter2@127.0.0.1:1/none";
    let seeds = r#"{ command = ["sh", "-c", "echo seeding; echo no such table >&2; exit 7"] }"#;
    for (state, expected) in [
        (
            format!("reset = {seeds}"),
            vec![
                "[state] reset: `sh -c echo seeding; echo no such table >&2; exit 7` ended with exit status: 7",
                "no such table",
                "seeding",
            ],
        ),
        (
            r#"reset = { command = ["./reset.sh"] }"#.to_owned(),
            vec!["[state] reset: `./reset.sh` cannot be started: No such file or directory"],
        ),
        ("database = \"env:NOTES\"\nreset = { template = \"seeded\" }".to_owned(), vec!["[state] reset: "]),
    ] {
        rules(folder.path(), &state);
        let arguments = ["replay", "rec", "--target", &target, "--rules", "rules.toml", "--out", "run"];
        let (code, text) = said(&with(&arguments, folder.path(), &[("NOTES", nowhere)]).await);
        assert_eq!(code, Some(3), "{state}: {text}");
        assert!(expected.iter().all(|expected| text.contains(expected)), "{state}: {text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(live.accepted(), 0, "{state}");
        fs::remove_dir_all(folder.path().join("run")).unwrap();
    }
}

async fn database(url: &str) -> Direct {
    Direct::open_for(&DatabaseUrl::parse(url).unwrap(), "test").await.unwrap()
}

/// Stores what it is told, as `change` has it, and answers the same in any case.
async fn notes(url: String, change: fn(&str) -> String) -> FakeLegacy {
    FakeLegacy::play(move |mut connection| {
        let url = url.clone();
        async move {
            loop {
                let (_, body) = connection.request().await?;
                let text = change(&String::from_utf8(body).unwrap());
                let insert = "INSERT INTO notes (text, written) VALUES ($1, now())";
                database(&url).await.client.execute(insert, &[&text]).await.unwrap();
                connection.answer("stored").await?;
            }
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_tell_of_a_backend_that_answers_right_and_stores_wrong() {
    let options = ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
    let cluster = Cluster::start(&options).unwrap();
    cluster.create_database("seeded", None).unwrap();
    let seeded = database(&cluster.url("seeded")).await;
    let schema = "CREATE TABLE notes (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, text text, written timestamptz,
            \"Read at\" timestamp, ends timestamptz DEFAULT 'infinity');
        INSERT INTO notes (text, written, \"Read at\") VALUES ('first', '2020-01-01T00:00:00Z', '2020-01-02T00:00:00.5');
        CREATE TABLE untouched (id int PRIMARY KEY); INSERT INTO untouched VALUES (2), (1)";
    seeded.client.batch_execute(schema).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let recording = [
        exchange(1, "POST /notes", &[], "milk", told("stored")),
        exchange(2, "POST /notes", &[], "bread", told("stored")),
    ];
    write(&recording, &folder.path().join("rec"));
    rules(
        folder.path(),
        "database = \"env:NOTES\"\nreset = { template = \"seeded\" }\nfingerprint = [\"*\"]",
    );
    let url = cluster.url("live");
    let replayed = async |verb: &[&str], change: fn(&str) -> String| {
        let live = notes(url.clone(), change).await;
        let target = format!("http://{}", live.address());
        let arguments = [verb, &["--target", &target, "--rules", "rules.toml"]].concat();
        said(&with(&arguments, folder.path(), &[("NOTES", &url)]).await)
    };
    // Somebody is connected to the template, and to what is made again from it.
    let (code, text) = replayed(&["replay", "rec", "--out", "legacy"], str::to_owned).await;
    assert_eq!(code, Some(0), "{text}");
    let first = Recording::open(&folder.path().join("legacy")).unwrap().0.exchanges.swap_remove(2);
    let rows = std::str::from_utf8(first.answered().unwrap().body.bytes().unwrap()).unwrap().to_owned();
    let row = r#"[{"id":1,"text":"first","written":"2020-01-01T00:00:00.000000+00:00","Read at":"2020-01-02T00:00:00.500000","ends":"infinity"},"#;
    assert!(rows.starts_with(row), "{rows}");
    let open = database(&url).await;
    open.client.execute("INSERT INTO notes (text) VALUES ('of an earlier run')", &[]).await.unwrap();
    let (code, text) = replayed(&["learn", "legacy", "--out", "learned.json"], str::to_owned).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(open.client.is_closed(), "the database that it was connected to is gone");
    for (change, expected) in [(str::to_owned as fn(&str) -> String, Some(0)), (str::to_uppercase, Some(1))] {
        let (code, text) = replayed(&["replay", "legacy", "--learned", "learned.json"], change).await;
        assert_eq!(code, expected, "{text}");
        let told = ["table notes", "body $[*].text", "MILK"].iter().all(|expected| text.contains(expected));
        assert_eq!(told, expected == Some(1), "{text}");
    }
    let (code, text) = {
        rules(folder.path(), "database = \"env:NOTES\"\nfingerprint = [\"nots\"]");
        replayed(&["replay", "rec", "--out", "after"], str::to_owned).await
    };
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("[state] fingerprint: there is no table `nots`"), "{text}");
}
