//! While Alembic owns the legacy's tables: what the text of a statement does not tell is seen before it is kept.

use super::workshop::{DOWN, DOWN_OFF, UP, UP_OFF, Workshop, table};

async fn workshop() -> Workshop {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    let legacy = "CREATE TABLE public.tasks (id int); INSERT INTO public.tasks VALUES (1), (2);
        CREATE VIEW public.titles AS SELECT * FROM tasks";
    workshop.client.batch_execute(legacy).await.unwrap();
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop
}

const TASKS: &str = "SELECT count(*) FROM public.tasks";
const REFUSED: &str = "changed what Alembic owns, and was rolled back: the rows of public.tasks\n\
     help: leave it to Alembic, or take the tables over with `gateway migrate adopt --freeze`; if Alembic ran at the \
     same time, run this again\n";

/// It may lose what it likes, but nothing of Alembic's.
fn lossy(header: &str) -> String {
    header.replace("reversible=lossless", "reversible=lossy")
}

#[tokio::test]
async fn what_a_view_hides_is_rolled_back_up_and_down_in_a_transaction_or_not() {
    let workshop = workshop().await;
    let view = "CREATE VIEW gateway.v AS SELECT * FROM public.tasks;\nDELETE FROM gateway.v;\n";
    let temporary = "CREATE TEMP VIEW q AS SELECT * FROM public.tasks;\nDELETE FROM pg_temp.q;\n";
    for sql in [view, temporary] {
        for (up, down) in [(UP, DOWN), (UP_OFF, DOWN_OFF)] {
            workshop.write("V0002__more.up.sql", &format!("{}{sql}", lossy(up)));
            workshop.write("V0002__more.down.sql", &format!("{down}DROP VIEW gateway.v;\n"));
            let (code, stdout, stderr) = workshop.migrate(&["up"]);
            assert_eq!((code, stdout.as_str()), (2, ""), "{sql}");
            assert_eq!(stderr, format!("migrations/V0002__more.up.sql: {REFUSED}"), "{sql}");
            assert_eq!(workshop.rows(TASKS).await, ["2"]);
            assert_eq!(workshop.versions().await, ["1"]);
            workshop
                .client
                .batch_execute("DELETE FROM gateway.migration_step; DROP VIEW IF EXISTS gateway.v")
                .await
                .unwrap();
        }
    }
    let reading = view.replace("DELETE FROM", "SELECT * FROM");
    workshop.write("V0002__more.up.sql", &format!("{}{reading}", lossy(UP)));
    workshop.write("V0002__more.down.sql", &format!("{DOWN}DELETE FROM gateway.v;\nDROP VIEW gateway.v;\n"));
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    let (code, _, stderr) = workshop.migrate(&["down", "--accept-data-loss"]);
    let told = format!("to be taken back: V0002__more\nmigrations/V0002__more.down.sql: {REFUSED}");
    assert_eq!((code, stderr), (2, told));
    assert_eq!(workshop.rows(TASKS).await, ["2"]);
    assert_eq!(workshop.versions().await, ["1", "2"]);
}
