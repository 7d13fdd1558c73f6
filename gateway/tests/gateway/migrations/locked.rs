//! Somebody else has locked a table against everybody, so that the catalog cannot be read.

use super::workshop::{Workshop, table, timeless};

#[tokio::test]
async fn who_has_locked_a_table_is_told_and_up_waits_for_it() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop.freeze().await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("SET application_name = 'psql'; BEGIN; LOCK TABLE public.t").await.unwrap();
    let told =
        "a table is locked by another session: public.t, server process N, application `psql`, since then\n";
    for verb in ["status", "adopt"] {
        assert_eq!(workshop.migrate(&[verb]), (3, String::new(), told.to_owned()), "{verb}");
    }
    let mut begun = workshop.begin(&["up"]);
    let waits = "V0001__first: a table is in use; rolled back, tried again in N s\n";
    assert_eq!(timeless(&begun.told()), waits);
    other.batch_execute("COMMIT").await.unwrap();
    let (code, stdout, stderr) = begun.end();
    assert_eq!((code, stdout.as_str()), (0, "1 migration applied: the database is at V0001\n"), "{stderr}");
    assert_eq!(workshop.migrate(&["status"]).0, 0);
}
