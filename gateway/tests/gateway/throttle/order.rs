//! Counts are lowered in the order in which they are raised, so that of two attempts none waits for the other's.

use tokio::task::JoinSet;

use super::siege::{HOME, RIGHT, Siege, email, status};

/// Whoever takes back what an account has waits where the test has closed the gate, in the middle of a statement.
const GATE: &str = "CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END $$; \
    CREATE TRIGGER gate BEFORE UPDATE ON gateway.login_throttle FOR EACH ROW \
        WHEN (cardinality(NEW.recent) < cardinality(OLD.recent)) EXECUTE FUNCTION wait_at_the_gate(); \
    SELECT pg_advisory_lock(1)";

#[tokio::test]
async fn nobody_has_the_networks_row_before_the_accounts() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    siege.database.execute(GATE).await;
    let mut asking = JoinSet::new();
    asking.spawn(async move { status(HOME, to, &email(109), RIGHT).await });
    siege.database.wait_for_waiting(1).await;
    // Raised are those of the account and the network, of the account, of the network, of all.
    let of = |rows: &str| format!("SELECT count(*) FROM (SELECT FROM gateway.login_throttle {rows}) t");
    assert_eq!(siege.database.text(&of("")).await, "4");
    assert_eq!(siege.database.text(&of("FOR UPDATE SKIP LOCKED")).await, "2");
    siege.database.execute("SELECT pg_advisory_unlock(1)").await;
    assert_eq!(asking.join_next().await.unwrap().unwrap(), 200);
    house.close();
}
