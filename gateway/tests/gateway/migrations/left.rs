//! What is left over or cannot be judged is told: a step without its files, a script that nobody can read, no files.

use super::workshop::{DOWN, DOWN_OFF, UP, UP_OFF, Workshop, table};

#[tokio::test]
async fn an_unfinished_step_does_not_vanish_with_its_files() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    let up = format!("{UP_OFF}CREATE INDEX CONCURRENTLY a ON gateway.first (id);\nVACUUM gateway.nothing;\n");
    workshop.write("V0002__more.up.sql", &up);
    workshop.write("V0002__more.down.sql", &format!("{DOWN_OFF}DROP INDEX CONCURRENTLY gateway.a;\n"));
    assert_eq!(workshop.migrate(&["up"]).0, 2);
    workshop.remove("V0002__more");
    let told = "gateway.migration_step: the way up of V0002 was begun on then and has not ended, and there is no file \
                of it\nhelp: put both files back and run `gateway migrate repair`; or, where they are lost, undo by \
                hand what it did, then `DELETE FROM gateway.migration_step WHERE version = 2`\n\n1 mistake\n";
    let (code, stdout, stderr) = workshop.migrate(&["status"]);
    assert_eq!((code, stderr.as_str()), (1, told));
    assert!(stdout.contains("\nV0002, of which there is no file  unfinished up\n"), "{stdout}");
    for verb in ["plan", "up"] {
        let (code, stdout, stderr) = workshop.migrate(&[verb]);
        assert_eq!((code, stdout.as_str(), stderr), (2, "", format!("{told}nothing was begun\n")), "{verb}");
    }
    workshop.client.batch_execute("DELETE FROM gateway.migration_step WHERE version = 2").await.unwrap();
    assert_eq!(workshop.migrate(&["status"]).0, 0);
}

#[tokio::test]
async fn locks_that_are_not_known_are_not_said_to_be_none() {
    let up = format!("{UP}SELECT 1;\nALTER TABEL public.t ADD a int;\n");
    let workshop = Workshop::open(&[("V0001__unread", up, format!("{DOWN}SELECT 1;\n"))]).await;
    workshop.freeze().await;
    let (code, stdout, _) = workshop.migrate(&["plan"]);
    let told = "  line 1: the locks are not known: the statements cannot be read (line 3: is no SQL that can be read: \
                expected command, found ALTER_KW)\n";
    assert!(code == 0 && stdout.contains(told), "{stdout}");
}

#[tokio::test]
async fn nothing_is_proved_of_an_empty_folder() {
    let workshop = Workshop::open(&[]).await;
    let told = "migrations: holds no migrations: there is nothing to judge\nhelp: name the folder with --dir or in \
                MIGRATIONS_DIR; `gateway migrate new NAME` begins a migration\n\n1 mistake\n";
    for verb in ["lint", "verify"] {
        assert_eq!(workshop.migrate(&[verb]), (2, String::new(), told.to_owned()), "{verb}");
    }
    assert_eq!(workshop.migrate(&["plan"]).0, 0);
    assert_eq!(workshop.migrate(&["status"]).0, 0);
}
