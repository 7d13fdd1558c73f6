//! What attackers try, by families: A algorithms, B confusion of keys, C signatures, D claims, E shape, F transport are
//! refused before anything reaches a handler or the legacy; G methods, H paths, I identity change nobody's identity.

mod algorithms;
pub(crate) mod armory;
mod claims;
mod confusion;
mod headers;
mod methods;
mod paths;
mod shape;
pub(crate) mod signatures;
mod transport;

use std::{net::SocketAddr, sync::Arc};

use compat_tests::client::{Answer, Client};
use parking_lot::Mutex;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, TASK, comparable, routes},
};
use armory::Armory;

/// A token and what is wrong with it.
type Forged = (String, String);

/// Where each attack is tried: forwarded to the legacy, and answered by a handler of ours.
const PROTECTED: [&str; 2] = ["/users/me", "/api/tasks/1"];

/// A gateway whose legacy writes down every head that reaches it.
struct Fortress {
    armory: Armory,
    house: House,
    legacy: FakeLegacy,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Fortress {
    async fn open() -> Self {
        let heads = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&heads);
        let legacy = FakeLegacy::play(move |mut connection| {
            let heads = Arc::clone(&written);
            async move {
                loop {
                    let (head, _) = connection.request().await?;
                    heads.lock().push(head);
                    connection.answer("reached").await?;
                }
            }
        })
        .await;
        let armory = Armory::new();
        let mut setting = armory.setting(legacy.address());
        setting.routes = routes(&[(TASK, "\"native\"")]);
        setting.profile += "\n[trust]\nheaders = [\"X-User-Id\", \"X-Roles\"]\n";
        let house = House::open(&setting).await;
        Self { armory, house, legacy, heads }
    }

    fn address(&self) -> SocketAddr {
        self.house.gateway.public()
    }

    /// All of these are answered with the very same bytes, which do not show the token, and nothing gets through.
    async fn refuses(&self, forged: impl IntoIterator<Item = Forged>) {
        let reached = self.legacy.executed();
        let mut client = self.house.client().await;
        let mut expected = Vec::new();
        for target in PROTECTED {
            let told = comparable(&ask(&mut client, target, "Bearer nonsense").await);
            assert_eq!((told.0, told.2.as_str()), (401, r#"{"detail":"Could not validate credentials"}"#));
            expected.push((target, told));
        }
        let mut tried = 0;
        for (what, token) in forged {
            for (target, expected) in &expected {
                let answer = ask(&mut client, target, &format!("Bearer {token}")).await;
                assert_eq!(comparable(&answer), *expected, "{what} at {target}: {token}");
                let shown = token.len() > 8 && format!("{answer:?}").contains(&token);
                assert!(!shown, "{what} at {target}: the answer shows the token");
                tried += 1;
            }
        }
        assert!(tried > 0);
        assert_eq!(self.legacy.executed(), reached, "something reached the legacy");
    }
}

async fn ask(client: &mut Client, target: &str, authorization: &str) -> Answer {
    let headers = [("host", "api.example.com"), ("authorization", authorization)];
    client.request("GET", target, &headers, b"").await.unwrap()
}

fn named(family: &str, cases: Vec<Forged>) -> impl Iterator<Item = Forged> {
    cases.into_iter().map(move |(what, token)| (format!("{family}: {what}"), token))
}

#[tokio::test]
async fn no_forged_token_gets_through_and_no_two_are_told_apart() {
    let fortress = Fortress::open().await;
    let armory = &fortress.armory;
    let mut client = fortress.house.client().await;
    for (what, token) in armory.good() {
        let answer = ask(&mut client, "/users/me", &format!("Bearer {token}")).await;
        assert_eq!(answer.text(), "reached", "{what}: {answer:?}");
    }
    assert_eq!(fortress.legacy.executed(), armory.good().len());
    let families = [
        ("A", algorithms::cases(armory)),
        ("B", confusion::cases(armory)),
        ("C", signatures::cases(armory)),
        ("D", claims::cases(armory)),
        ("E", shape::cases(armory)),
    ];
    for (family, cases) in families {
        crate::house::show(&format!("family {family}: {} tokens", cases.len()));
        fortress.refuses(named(family, cases)).await;
    }
    transport::refused(&fortress).await;
    methods::change_no_policy(&fortress).await;
    headers::set_no_identity(&fortress).await;
    fortress.house.close();
}
