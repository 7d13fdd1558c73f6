//! What a step of ours has made is no drift, also when the step has failed or died in the middle.

use super::workshop::{DOWN_OFF, UP_OFF, Workshop};

const UP: &str = "CREATE INDEX CONCURRENTLY ix_a ON public.t (note, id);\n\
                  CREATE UNIQUE INDEX CONCURRENTLY ix_b ON public.t (note);\n";
const DOWN: &str = "DROP INDEX CONCURRENTLY public.ix_b;\nDROP INDEX CONCURRENTLY public.ix_a;\n";

async fn workshop() -> Workshop {
    let workshop =
        Workshop::open(&[("V0001__indexes", format!("{UP_OFF}{UP}"), format!("{DOWN_OFF}{DOWN}"))]).await;
    workshop.freeze().await;
    workshop
}

#[tokio::test]
async fn what_a_failed_step_has_made_is_no_drift() {
    let workshop = workshop().await;
    workshop.client.batch_execute("INSERT INTO public.t VALUES (1, 'a'), (2, 'a')").await.unwrap();
    assert_eq!(workshop.migrate(&["up"]).0, 2);
    let (code, stdout, _) = workshop.migrate(&["status"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("unfinished up\n") && !stdout.contains("--accept"), "{stdout}");
    workshop.client.batch_execute("CREATE INDEX by_hand ON public.t (id, note)").await.unwrap();
    let (_, stdout, _) = workshop.migrate(&["status"]);
    assert!(stdout.contains("index public.by_hand: added") && !stdout.contains("ix_a"), "{stdout}");
    workshop.client.batch_execute("DROP INDEX by_hand; DELETE FROM public.t WHERE id = 2").await.unwrap();
    for verb in [&["up"][..], &["down"], &["up"]] {
        assert_eq!(workshop.migrate(verb).0, 0, "{verb:?}");
    }
    let (code, stdout, _) = workshop.migrate(&["status"]);
    assert_eq!(code, 0, "{stdout}");
}

#[tokio::test]
async fn what_a_killed_step_has_made_is_no_drift() {
    let workshop = workshop().await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; INSERT INTO public.t VALUES (1, 'a')").await.unwrap();
    let begun = workshop.begin(&["up"]);
    workshop.blocked("CREATE INDEX").await;
    begun.kill();
    other.batch_execute("COMMIT").await.unwrap();
    workshop.deserted().await;
    assert!(workshop.is_there("public.ix_a").await && !workshop.is_there("public.ix_b").await);
    let (code, stdout, _) = workshop.migrate(&["status"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("unfinished up\n") && !stdout.contains("ix_a"), "{stdout}");
    assert_eq!(workshop.migrate(&["repair"]).0, 0);
    let (code, stdout, _) = workshop.migrate(&["status"]);
    assert_eq!(code, 0, "{stdout}");
    assert_eq!(workshop.rows("SELECT * FROM gateway.baseline_before").await, Vec::<String>::new());
}
