//! Many networks guess at once, and one party has many of them: a network that did nothing is let in.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use compat_tests::client::Client;
use serde_json::json;

use super::siege::{RIGHT, Siege, email, log_in, retry_after, status};
use crate::house::House;

/// As many guesses from there, each at another name.
async fn guess(from: Ipv4Addr, to: SocketAddr, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for name in 0..times {
        statuses.push(status(from, to, &format!("{from}-{name}@example.com"), "Summer2026!").await);
    }
    statuses
}

#[tokio::test]
async fn however_many_networks_guess_one_that_did_not_is_let_in() {
    let siege = Siege::begin().await;
    let rules = "networks = \"all\"\nfree = 3\nnetwork = 10\noverall = 20";
    let house = House::open(&siege.setting(rules)).await;
    let to = house.gateway.public();
    let [one, other, quiet, owners] = [1, 2, 3, 4].map(|last| Ipv4Addr::new(127, 1, last, 1));
    assert_eq!(guess(one, to, 11).await, [[401; 10].as_slice(), &[429]].concat());
    assert_eq!(house.told("wrong passwords come from many networks"), 0);
    assert_eq!(guess(other, to, 10).await, [401; 10]);
    house.wait_told("wrong passwords come from many networks", 1).await;
    // Twenty were all there are. From here on each network has three, and those who guessed have none.
    assert_eq!(guess(other, to, 1).await, [429]);
    assert_eq!(guess(quiet, to, 3).await, [401; 3]);
    let answer = log_in(quiet, to, &email(101), RIGHT, None).await;
    assert!(answer.status == 429 && (1100..=1200).contains(&retry_after(&answer)), "{answer:?}");
    // Right ones are not held against anybody, however many come from one network.
    for user in 101..=106 {
        assert_eq!(status(owners, to, &email(user), RIGHT).await, 200, "{user}");
    }
    let page = house.admin("/metrics").await.text();
    let line = "gateway_login_attempts_total{outcome=\"overall\"} 2";
    assert!(page.lines().any(|seen| seen == line), "{page}");
    // An hour later nothing is left of it but what nobody was told of since.
    siege.pass("1 hour 1 minute").await;
    assert_eq!(guess(quiet, to, 10).await, [401; 10]);
    house.close_expecting(&["wrong passwords come from many networks"]);
}

#[tokio::test]
async fn all_networks_of_one_party_are_counted_together() {
    let siege = Siege::begin().await;
    let setting = siege.setting("networks = \"all\"\nsite = 3\nregister = 2");
    let house = House::open(&setting.with_environment("GATEWAY_LISTEN", "[::1]:0")).await;
    let to = house.gateway.public();
    assert_eq!(to.ip(), Ipv6Addr::LOCALHOST);
    let ask = async |path: &str, name: &str| {
        let body = json!({ "email": format!("{name}@example.com"), "password": "long enough" }).to_string();
        let headers = [("content-type", "application/json")];
        let mut client = Client::connect(to).await.unwrap();
        client.request("POST", path, &headers, body.as_bytes()).await.unwrap().status
    };
    let mut statuses = Vec::new();
    for name in ["a", "b", "c", "d"] {
        statuses.push(ask("/auth/login/json", name).await);
    }
    assert_eq!(statuses, [401, 401, 401, 429]);
    let page = house.admin("/metrics").await.text();
    let line = "gateway_login_attempts_total{outcome=\"site\"} 1";
    assert!(page.lines().any(|seen| seen == line), "{page}");
    for (name, expected) in [("e", 201), ("f", 201), ("g", 429)] {
        assert_eq!(ask("/auth/register", name).await, expected, "{name}");
    }
    house.close();
}
