//! The same name at the same moment: one has it, all others hear that it is taken, and nobody hears a 500.

use std::net::SocketAddr;

use compat_tests::{client::Client, sample::Version};
use tokio::task::JoinSet;

use crate::{
    house::{House, Setting, bearer, database, serve, token},
    native::{generated::Clock, pair::all_native, stored},
};

const CLIENTS: usize = 8;
const ROUNDS: usize = 6;

/// The legacy is asked in the same way: what is expected here is what it does.
#[tokio::test]
async fn a_name_that_many_want_at_once_is_given_to_one() {
    let databases = [database(), database()];
    let legacy = serve(Version::Newest, &databases[0]);
    let mut setting = all_native(Setting::sample(Version::Newest));
    setting.database_url = databases[1].clone();
    let house = House::open(&setting).await;
    for address in [legacy.address(), house.gateway.public()] {
        for round in 0..ROUNDS {
            let method = if round % 2 == 0 { "POST" } else { "PATCH" };
            let mut clients = JoinSet::new();
            for number in 1..=CLIENTS {
                let target = if method == "POST" { "/api/tags".to_owned() } else { tag(number) };
                clients.spawn(ask(address, method, target, round));
            }
            let mut said = clients.join_all().await;
            said.sort();
            let name = format!("{{\"detail\":{{\"code\":\"tag_exists\",\"name\":\"wanted {round}\"}}}}");
            let refused = said.iter().filter(|(status, _)| *status == 409);
            assert!(refused.clone().all(|(_, body)| *body == name), "{method} {said:?}");
            // The five tags that are renamed are asked by eight: who already has the name keeps it.
            let given = said.iter().filter(|(status, _)| matches!(status, 200 | 201)).count();
            assert!((1..=if method == "POST" { 1 } else { 2 }).contains(&given), "{method} {said:?}");
            assert_eq!(given + refused.count(), CLIENTS, "{method} {said:?}");
        }
    }
    for url in &databases {
        let rows = stored::rows(url, &Clock::start()).await;
        let tags = rows.iter().filter(|row| row.table == "tags");
        for round in 0..ROUNDS {
            let holders = tags.clone().filter(|row| row.text("name") == format!("wanted {round}")).count();
            assert!(holders <= 1, "{url}: {holders} tags are called `wanted {round}`");
        }
    }
    house.close();
    legacy.stop().unwrap();
}

/// Eight clients, five tags.
fn tag(number: usize) -> String {
    format!("/api/tags/{}", 1 + number % 5)
}

async fn ask(address: SocketAddr, method: &str, target: String, round: usize) -> (u16, String) {
    let mut client = Client::connect(address).await.unwrap();
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let body = format!("{{\"name\":\"wanted {round}\"}}");
    let answer = client.request(method, &target, &headers, body.as_bytes()).await.unwrap();
    (answer.status, answer.text())
}
