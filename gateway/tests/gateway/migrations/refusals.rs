//! What the server refuses, and servers that are not there, not open, or not what a migration needs.

use std::{
    io::{Read, Write},
    net::TcpListener,
};

use super::workshop::{DOWN, DOWN_OFF, UP, UP_OFF, Workshop, table};
use crate::house::command;

#[tokio::test]
async fn a_statement_that_fails_is_shown_where_it_stands_and_all_is_as_it_was() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    let up = format!(
        "{UP}CREATE TABLE gateway.x (a int);\n\nINSERT INTO gateway.x\nSELECT nothing\nFROM gateway.first;\n"
    );
    workshop.write("V0002__bad.up.sql", &up);
    workshop.write("V0002__bad.down.sql", &format!("{DOWN}DROP TABLE gateway.y;\n"));
    let told = "\
V0001__first applied in N s
migrations/V0002__bad.up.sql:5:8: SQLSTATE 42703: column \"nothing\" does not exist
5 | SELECT nothing
  |        ^^^^^^^
help: correct the file and run it again: all of it was rolled back, and the database is as it was before
";
    assert_eq!(workshop.migrate(&["up"]), (2, String::new(), told.to_owned()));
    assert!(!workshop.is_there("gateway.x").await);
    assert_eq!(workshop.versions().await, ["1"]);

    workshop.write("V0002__bad.up.sql", &up.replace("nothing", "id"));
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    let told = "\
to be taken back: V0002__bad
migrations/V0002__bad.down.sql:2:1: SQLSTATE 42P01: table \"y\" does not exist
2 | DROP TABLE gateway.y;
  | ^^^^
help: correct the file and run it again: all of it was rolled back, and the database is as it was before
";
    assert_eq!(workshop.migrate(&["down"]), (2, String::new(), told.to_owned()));
    assert_eq!(workshop.versions().await, ["1", "2"]);
}

#[tokio::test]
async fn an_index_that_cannot_be_built_leaves_nothing_and_goes_on_when_it_can() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.client.batch_execute("INSERT INTO gateway.first VALUES (1, 'a'), (2, 'a')").await.unwrap();
    let up = format!(
        "{UP_OFF}CREATE INDEX CONCURRENTLY one ON gateway.first (id, note);\nCREATE UNIQUE INDEX CONCURRENTLY two ON gateway.first (note);\n"
    );
    workshop.write("V0002__unique.up.sql", &up);
    workshop.write(
        "V0002__unique.down.sql",
        &format!("{DOWN_OFF}DROP INDEX CONCURRENTLY gateway.one, gateway.two;\n"),
    );
    let told = "\
migrations/V0002__unique.up.sql:3:1: SQLSTATE 23505: could not create unique index \"two\"
3 | CREATE UNIQUE INDEX CONCURRENTLY two ON gateway.first (note);
  | ^^^^^^
help: correct what it found and run it again: it goes on with this statement; the 1 before it stay done
";
    assert_eq!(workshop.migrate(&["up"]), (2, String::new(), told.to_owned()));
    assert!(workshop.is_there("gateway.one").await && !workshop.is_there("gateway.two").await);
    let steps = "SELECT statement, state, error FROM gateway.migration_step ORDER BY 1";
    let error = "SQLSTATE 23505: could not create unique index \"two\"";
    assert_eq!(workshop.rows(steps).await, ["1|done|".to_owned(), format!("2|failed|{error}")]);
    // What is done must stay what the file says.
    workshop.write("V0002__unique.up.sql", &up.replace("id, note", "note, id"));
    let (code, _, stderr) = workshop.migrate(&["up"]);
    let told = "migrations/V0002__unique.up.sql: has changed: statement 1 was begun on then\n\
                help: put the statements that were run back as they were; what failed may change\n\n1 mistake\n\
                nothing was begun\n";
    assert_eq!((code, stderr.as_str()), (2, told));
    workshop.write("V0002__unique.up.sql", &up);
    workshop.client.batch_execute("DELETE FROM gateway.first WHERE id = 2").await.unwrap();
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    assert!(workshop.is_there("gateway.two").await);
}

#[tokio::test]
async fn a_database_that_cannot_be_had_is_an_environment_to_mend() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    let migrate = |url: &str| {
        let environment = [("ENVIRONMENT", "test"), ("DATABASE_URL", url)];
        let ended = command(&["migrate", "up"], workshop.folder.path(), &environment);
        (ended.code.unwrap(), ended.stderr)
    };
    for (host, why) in
        [("127.0.0.1:1", "connection refused"), ("a.invalid:1", "the name of its host does not resolve")]
    {
        let url = format!("postgresql://nobody:hunter2@{host}/nothing?sslmode=disable");
        let told = format!(
            "nobody@{host}/nothing sslmode=disable cannot be reached: {why}\nhelp: it is what DIRECT_DATABASE_URL \
             names, or else DATABASE_URL\n"
        );
        assert_eq!(migrate(&url), (3, told));
    }
    let nothing = workshop.url.rsplit_once('/').unwrap().0.to_owned() + "/nothing";
    let (code, told) = migrate(&nothing);
    assert_eq!(code, 3, "{told}");
    let (code, told) = migrate("");
    assert_eq!(code, 2);
    assert!(told.starts_with("DATABASE_URL: is not set\nhelp: name the database to migrate"), "{told}");
}

#[tokio::test]
async fn a_pooler_is_refused_by_its_name_or_by_how_it_behaves() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    // PgBouncer's answer to a start-up option that it does not know.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgresql://u@{}/db", listener.local_addr().unwrap());
    let pooler = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut greeting = [0; 512];
        let read = stream.read(&mut greeting).unwrap();
        let fields = b"SFATAL\0C08P01\0Munsupported startup parameter in options: lock_timeout\0\0";
        let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
        stream.write_all(&[b"E", &length[..], fields].concat()).unwrap();
        String::from_utf8_lossy(&greeting[..read]).into_owned()
    });
    let told = "DIRECT_DATABASE_URL: leads to a pooler, which would share the session with others\n\
                help: set DIRECT_DATABASE_URL to the database itself: a pooler cannot carry the lock of a migration\n\
                nothing was begun\n";
    let by_name = "DIRECT_DATABASE_URL: leads to a pooler, which carries no migrations\n\
                   help: remove `-pooler` from the host, or the variable: Neon's direct host is derived\n\n\
                   1 mistake\n";
    let named = "postgresql://u:p@ep-cool-1-pooler.example.com/db?sslmode=require";
    for (direct, told) in [(url.as_str(), told), (named, by_name)] {
        let environment =
            [("ENVIRONMENT", "test"), ("DATABASE_URL", &workshop.url), ("DIRECT_DATABASE_URL", direct)];
        let ended = command(&["migrate", "up"], workshop.folder.path(), &environment);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{direct}");
        assert!(ended.stderr.ends_with(told), "{direct}: {}", ended.stderr);
    }
    assert!(pooler.join().unwrap().contains("-c lock_timeout=2000"));
}
