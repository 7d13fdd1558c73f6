//! Through a pooler that gives every transaction another connection: the same answers, the same rows.

use compat_tests::sample::Version;

use super::{
    pair::Pair,
    tasks::random_asks::{SEED, ask},
};
use crate::{
    chaos::{
        pgbouncer::{PgBouncer, Program},
        server::Server,
        stage,
    },
    twin::random::Random,
};

const PAIRS: usize = 300;

#[tokio::test]
async fn through_pgbouncer_tasks_are_answered_and_stored_as_without_it() {
    let mut server = stage::server().await;
    for program in Program::all() {
        let databases = [server.database().await, server.database().await];
        let pooler = PgBouncer::start(&program, &server).await;
        let url = Server::url_of_app(pooler.address(), &databases[1]);
        let databases = databases.map(|database| server.url(&database));
        let mut pair = Pair::through(Version::Newest, databases, url, program.settings()).await;
        let mut random = Random::new(SEED);
        for _ in 0..PAIRS {
            pair.same(&ask(&mut random)).await;
        }
        pair.same_rows().await;
        pair.show(&format!("random, through {}", pooler.version()));
        pair.close();
        pooler.stop();
    }
    server.is_healthy = true;
}
