//! What breaks between a client and its successor: the answer, the gateway, the database. The session outlives all of it.

use std::process::Command;

use compat_tests::client::Client;
use serde_json::json;

use super::stand::{Given, Stand, refresh};
use crate::{
    chaos::{
        proxy::{Proxy, Wire},
        stage,
    },
    house::House,
    units::session::Session,
};

async fn begin(client: &mut Client, token: &str) {
    let body = json!({ "refresh_token": token }).to_string();
    let length = body.len().to_string();
    let headers = [("content-type", "application/json"), ("content-length", length.as_str())];
    client.begin("POST", "/auth/refresh", &headers).await.unwrap();
    client.send(body.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn an_answer_that_is_cut_off_can_be_asked_for_again() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let first = stand.open(1).await;
    let mut cut = house.client().await;
    begin(&mut cut, &first).await;
    // The head has come, so it was stored; the body is never read.
    assert_eq!(cut.head().await.unwrap().status, 200);
    drop(cut);
    let given = Given::of(&refresh(&mut house.client().await, &first).await);
    assert_eq!(given.generation, 1);
    Given::of(&refresh(&mut house.client().await, &given.refresh).await);
    assert_eq!(stand.standing(1).await, "2|null");
    house.close();
}

#[tokio::test]
async fn a_gateway_that_dies_after_the_statement_and_before_the_answer_costs_nobody_their_session() {
    let stand = Stand::new().await;
    let (before, rest) = stand.url.split_once("127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::before(([127, 0, 0, 1], port.parse().unwrap()).into()).await;
    let mut setting = stand.setting();
    setting.database_url = format!("{before}{}/{name}", proxy.address());
    let house = House::open(&setting).await;
    let first = Given::of(&refresh(&mut house.client().await, &stand.open(1).await).await);
    let locker = Session::open(&stand.url).await;
    locker.execute("BEGIN; SELECT FROM gateway.auth_session FOR UPDATE").await;
    let mut client = house.client().await;
    begin(&mut client, &first.refresh).await;
    stand.watcher.wait_for_waiting(1).await;
    // The statement is there; from here on the database is not heard.
    proxy.switch(Wire::Late(std::time::Duration::from_secs(3600)));
    locker.execute("ROLLBACK").await;
    stand.watcher.wait_for("SELECT gen FROM gateway.auth_session", "2").await;
    let killed = Command::new("/bin/kill").args(["-KILL", &house.gateway.id().to_string()]).status().unwrap();
    assert!(killed.success());
    client.head().await.unwrap_err();
    drop(house);
    let house = House::open(&stand.setting()).await;
    let given = Given::of(&refresh(&mut house.client().await, &first.refresh).await);
    assert_eq!(given.generation, 2);
    assert_eq!(stand.standing(1).await, "2|null");
    house.close();
}

#[tokio::test]
async fn while_the_database_is_away_a_refresh_is_a_503_and_afterwards_it_works() {
    let mut server = stage::server().await;
    let name = server.database().await;
    // It is called as our schema is.
    server.execute("ALTER ROLE gateway SET search_path = public").await;
    let stand = Stand::on(server.url(&name)).await;
    let house = House::open(&stand.setting()).await;
    let mut client = house.client().await;
    let mut held = Given::of(&refresh(&mut client, &stand.open(1).await).await);
    for round in 1..=2 {
        server.kill();
        let answer = refresh(&mut client, &held.refresh).await;
        assert_eq!(answer.status, 503, "{}", answer.text());
        let wait = answer.headers.one("retry-after").unwrap().parse::<u64>().unwrap();
        assert!((1..=10).contains(&wait), "{wait}");
        assert_eq!(answer.text(), r#"{"detail":"Service Unavailable"}"#);
        server.start().await;
        held = loop {
            let answer = refresh(&mut client, &held.refresh).await;
            if answer.status != 503 {
                break Given::of(&answer);
            }
        };
        assert_eq!(held.generation, round + 1);
    }
    server.is_healthy = true;
    drop(server);
    house.close_expecting(&crate::chaos::stage::COMPLAINTS);
}
