//! Requests beside the routes: their own paths bent, asked by every method, from pages of several origins.

use std::net::SocketAddr;

use compat_tests::client::{Answer, Client};
use gateway::routes::matching::{Matcher, Outcome};

use crate::twin::random::Random;

const SEED: u64 = 20_261_121;
const RANDOM: usize = 600;

#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) method: &'static str,
    pub(super) target: String,
    headers: Vec<(&'static str, String)>,
}

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
const ALLOWED: &str = "http://localhost:3000";
const ORIGINS: [Option<&str>; 4] =
    [None, Some(ALLOWED), Some("http://localhost:5173"), Some("http://evil.example")];
const HOSTS: [&str; 5] =
    ["api.example.com", "API.example.com:8443", "[::1]:8000", "localhost:080", "a_b~c.d"];

impl Ask {
    fn new(method: &'static str, target: &str) -> Self {
        Self { method, target: target.to_owned(), headers: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| *known == name)
    }

    pub(super) fn is_websocket(&self) -> bool {
        self.has("upgrade")
    }

    pub(super) fn is_preflight(&self) -> bool {
        self.method == "OPTIONS" && self.has("origin") && self.has("access-control-request-method")
    }

    pub(super) fn kind(&self, outcome: &Outcome<'_>) -> &'static str {
        match outcome {
            _ if self.is_preflight() => "preflight",
            _ if self.is_websocket() => "websocket",
            Outcome::Match { .. } => "route",
            Outcome::Partial { .. } => "405",
            Outcome::Redirect { .. } => "307",
            Outcome::Unlisted => "404",
            Outcome::Error => "500",
        }
    }

    /// On a connection of its own: after a 500 uvicorn closes, and after a WebSocket that it refuses.
    pub(super) async fn send(&self, to: SocketAddr) -> Answer {
        let mut headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if !self.has("host") {
            headers.push(("host", "api.example.com"));
        }
        let mut client = Client::connect(to).await.unwrap();
        client.request(self.method, &self.target, &headers, b"").await.unwrap()
    }
}

pub(super) fn all(matcher: &Matcher) -> Vec<Ask> {
    let mut random = Random::new(SEED);
    let mut templates: Vec<&str> = matcher.routes().iter().map(|route| route.key.template()).collect();
    templates.dedup();
    let mut asks = fixed();
    asks.extend((0..RANDOM).map(|_| random_ask(&mut random, &templates)));
    asks.extend(templates.iter().map(|template| websocket(&sample(template))));
    asks
}

fn websocket(target: &str) -> Ask {
    let ask = Ask::new("GET", target).with("connection", "Upgrade").with("upgrade", "websocket");
    ask.with("sec-websocket-version", "13").with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

fn fixed() -> Vec<Ask> {
    let digits = "7".repeat(5_000);
    let preflight = |target: &str, origin: &str, method: &str| {
        Ask::new("OPTIONS", target).with("origin", origin).with("access-control-request-method", method)
    };
    let mut asks = vec![
        Ask::new("GET", &format!("/api/invoices/{digits}")).with("origin", ALLOWED),
        Ask::new("GET", "/admin/nowhere").with("origin", ALLOWED),
        Ask::new("DELETE", "/admin/health").with("origin", ALLOWED),
        Ask::new("GET", "/admin/health/?a=%20b&c=|"),
        Ask::new("POST", "/health").with("content-type", "application/json"),
        Ask::new("GET", "/nowhere").with("accept-encoding", "gzip").with("origin", ALLOWED),
        preflight("/nowhere", ALLOWED, "PUT").with("access-control-request-private-network", "true"),
        preflight("/nowhere", ALLOWED, "QUERY").with("access-control-request-headers", ""),
        preflight("/admin/x", "http://evil.example", "BREW")
            .with("access-control-request-headers", "X-Any, b"),
        websocket("/nowhere").with("origin", ALLOWED),
        websocket("/admin/nowhere"),
        websocket("/health/"),
    ];
    for host in HOSTS {
        asks.push(Ask::new("GET", "/health/?q=1").with("host", host));
    }
    asks
}

fn random_ask(random: &mut Random, templates: &[&str]) -> Ask {
    let plain = sample(random.pick(templates));
    let target = bent(random, plain);
    let mut ask = Ask::new(random.pick(&METHODS), &target);
    if let Some(origin) = ORIGINS[random.below(ORIGINS.len())] {
        ask = ask.with("origin", origin);
        if random.chance(25) {
            ask.method = "OPTIONS";
            ask = ask.with("access-control-request-method", random.pick(&["GET", "PATCH", "BREW"]));
            if random.chance(50) {
                ask = ask.with(
                    "access-control-request-headers",
                    random.pick(&["authorization", "X-A, x-b", "a\tb"]),
                );
            }
        }
    }
    if random.chance(20) {
        ask = ask.with("host", random.pick(&HOSTS));
    }
    if random.chance(20) {
        ask = ask.with("cookie", "a=b");
    }
    ask
}

fn bent(random: &mut Random, mut target: String) -> String {
    for _ in 0..random.below(3) {
        let slash = target.rfind('/').filter(|at| *at > 0);
        target = match random.below(9) {
            0 | 1 => target + "/",
            2 => target.trim_end_matches('/').to_owned(),
            3 => slash.map_or(target.clone(), |at| format!("{}/{}", &target[..at], &target[at..])),
            4 => slash.map_or(target.clone(), |at| format!("{}%2F{}", &target[..at], &target[at + 1..])),
            5 => target.to_uppercase(),
            6 => target + random.pick(&["/nowhere", "x", "%20", "%C3%A9/", "%3Fa/", "%ff"]),
            7 => format!(
                "{}%{:02X}{}",
                &target[..1],
                target.as_bytes().get(1).copied().unwrap_or(b'/'),
                target.get(2..).unwrap_or_default()
            ),
            _ => format!("/{target}"),
        };
        if target.is_empty() {
            target = "/".to_owned();
        }
    }
    if random.chance(15) {
        target += random.pick(&["?", "?a=1&b=%2F", "?x/y?z", "?a=|&c=%zz"]);
    }
    target
}

/// A path that the template takes.
fn sample(template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        let (parameter, after) = behind.split_once('}').unwrap();
        path.push_str(before);
        path.push_str(match parameter.split_once(':').map(|(_, converter)| converter) {
            Some("int" | "float") => "1",
            Some("uuid") => "00000000-0000-4000-8000-000000000000",
            _ => "x",
        });
        rest = after;
    }
    path + rest
}
