//! Two gateways behind one transaction pooler: neither finds what the other left on a connection.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{
    load::{HALF, Load},
    pgbouncer::{PgBouncer, Program, SERVER_CONNECTIONS},
    record::Record,
    rows::Inspector,
    server::Server,
    stage::{COMPLAINTS, ROUTES, fast_legacy, server},
    verdict::{SERVED_WITHIN, Verdict},
};
use crate::house::{House, Setting, show};

const CALM: Duration = Duration::from_secs(2);

#[tokio::test]
async fn two_gateways_share_the_connections_of_a_pooler_that_loses_them() {
    let mut server = server().await;
    for program in Program::all() {
        play(&mut server, &program).await;
    }
    server.is_healthy = true;
}

async fn play(server: &mut Server, program: &Program) {
    let database = server.database().await;
    let inspector = Inspector::connect(&server.url(&database)).await;
    let pooler = PgBouncer::start(program, server).await;
    let legacy = fast_legacy().await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes = ROUTES.to_owned();
    setting.database_url = Server::url_of_app(pooler.address(), &database);
    let houses = [
        House::open_with(&setting, program.settings()).await,
        House::open_with(&setting, program.settings()).await,
    ];
    let tasks = inspector.tasks_of_user(1).await;
    let [one, other] = ["one", "other"].map(|name| {
        let house = if name == "one" { &houses[0] } else { &houses[1] };
        Load::on(house.gateway.public(), name, HALF, tasks.clone())
    });
    let script = async {
        let begun = Instant::now();
        let warm = tokio::join!(one.served_since(begun), other.served_since(begun));
        assert!(warm.0.is_some() && warm.1.is_some(), "not served before anything happened");
        sleep_until(Instant::now() + CALM).await;
        let cut = Instant::now();
        server.send_away().await;
        let (one, other) = tokio::join!(one.served_since(cut), other.served_since(cut));
        (cut, one.zip(other).map(|(one, other)| one.max(other)))
    };
    let ((served, records), also) = alongside(&one, script, &other).await;
    // Idle connections would keep the gateways from ending for as long as they are patient with them.
    drop((one, other));
    let (cut, served_after) = served;
    let records: Vec<_> = records.into_iter().chain(also).collect();

    let mut verdict = Verdict::over(&records);
    verdict.on_answers(&records);
    verdict.on_return(served_after, SERVED_WITHIN);
    verdict.on_sessions(&inspector.sessions().await, i64::try_from(SERVER_CONNECTIONS).unwrap());
    verdict.on_rows(&records, &inspector.rows().await);
    let early: Vec<_> = records.iter().filter(|record| record.begun + record.took < cut).collect();
    let away = early.iter().filter(|record| !record.seen.is_done()).count();
    // So few connections for so many requests: one that waits for its turn too long is no bug, many would be.
    assert!(
        away * 20 < early.len(),
        "{away} of {} were turned away while nothing was wrong: {:#?}",
        early.len(),
        houses[0].gateway.unexpected()
    );
    assert!(verdict.complaints.is_empty(), "{}", verdict.complaints.join("\n"));
    show(&format!(
        "two gateways through {}: {} answers, {} of them 2xx, served again after {:?}",
        pooler.version(),
        records.len(),
        records.iter().filter(|record| record.seen.is_done()).count(),
        served_after.unwrap()
    ));
    for house in houses {
        house.close_expecting(&COMPLAINTS);
    }
    pooler.stop();
}

/// Both loads for as long as the script takes.
async fn alongside<T>(
    one: &Load,
    script: impl Future<Output = T>,
    other: &Load,
) -> ((T, Vec<Record>), Vec<Record>) {
    let (over, ended) = tokio::sync::oneshot::channel::<()>();
    let first = async {
        let ended = one.during(script).await;
        drop(over);
        ended
    };
    let (first, ((), second)) = tokio::join!(first, other.during(async { drop(ended.await) }));
    (first, second)
}
