//! The legacy and the gateway side by side, each on its own copy of one database, asked the same things.

use std::collections::BTreeMap;

use compat_tests::{
    client::{Answer, Client},
    sample::{SampleLegacy, Version},
};

use super::{compressed::unpacked, differences::allowed, generated::Clock, stored};
use crate::house::{House, SECRET, Setting, bearer, comparable, database, serve, show, signed};

/// All that has a handler.
pub(super) fn native_routes() -> Vec<String> {
    gateway::native::ported().iter().map(ToString::to_string).collect()
}

/// The routes file in which each of them is the gateway's.
pub(super) fn all_native(setting: Setting) -> Setting {
    let routes = native_routes();
    let entries: Vec<_> = routes.iter().map(|route| (route.as_str(), "\"native\"")).collect();
    setting.with_routes(&entries)
}

/// One request, whoever answers it.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) user: u32,
    pub(super) method: &'static str,
    pub(super) target: String,
    pub(super) content_type: Option<String>,
    pub(super) origin: Option<&'static str>,
    pub(super) body: Vec<u8>,
}

impl Ask {
    pub(super) fn new(user: u32, method: &'static str, target: impl Into<String>) -> Self {
        Self { user, method, target: target.into(), content_type: None, origin: None, body: Vec::new() }
    }

    pub(super) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        self.typed("application/json", body)
    }

    pub(super) fn typed(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.content_type = Some(content_type.to_owned());
        self.body = body.into();
        self
    }

    pub(super) fn untyped(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The native route that it means, whatever its method is; else only the path.
    fn route(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        let routes = native_routes();
        let templates = routes.iter().filter_map(|route| Some(route.split_once(' ')?.1));
        let fits = templates.filter(|template| {
            let (parts, given) = (template.split('/'), path.split('/'));
            parts.clone().count() == given.clone().count()
                && parts.zip(given).all(|(part, given)| part.starts_with('{') || part == given)
        });
        let template = fits.min_by_key(|template| template.matches('{').count()).unwrap_or("(none)");
        format!("{} {template}", self.method)
    }

    async fn send(&self, client: &mut Client, authorization: &str, is_packed: bool) -> Answer {
        let mut headers = vec![("host", "api.example.com")];
        headers.extend(is_packed.then_some(("accept-encoding", "gzip")));
        headers.extend((self.user > 0).then_some(("authorization", authorization)));
        headers.extend(self.content_type.as_deref().map(|kind| ("content-type", kind)));
        headers.extend(self.origin.map(|origin| ("origin", origin)));
        let answer = client.request(self.method, &self.target, &headers, &self.body).await;
        answer.unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub(super) struct Pair {
    version: Version,
    legacy: SampleLegacy,
    house: House,
    to_legacy: Client,
    to_gateway: Client,
    databases: [String; 2],
    clock: Clock,
    authorizations: BTreeMap<u32, String>,
    asked: usize,
    packed: usize,
    /// How often each route gave each status.
    census: BTreeMap<String, BTreeMap<u16, usize>>,
    differences: Vec<String>,
    /// How often two different answers were allowed, by the reason.
    allowed: BTreeMap<&'static str, usize>,
}

/// More tell nothing new.
const ENOUGH: usize = 200;
const SHOWN: usize = 30;

/// What the two said, with the clock's readings taken out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Pair {
    pub(super) async fn open(version: Version) -> Self {
        Self::on(version, [database(), database()]).await
    }

    /// On these two, for the legacy and for the gateway.
    pub(super) async fn on(version: Version, databases: [String; 2]) -> Self {
        let url = databases[1].clone();
        Self::through(version, databases, url, &[]).await
    }

    /// The gateway reaches its database by another way than the test, and may have more settings.
    pub(super) async fn through(
        version: Version,
        databases: [String; 2],
        database_url: String,
        more: &[(&'static str, &str)],
    ) -> Self {
        let legacy = serve(version, &databases[0]);
        let mut setting = all_native(Setting::sample(version));
        setting.legacy_url = legacy.url();
        setting.database_url = database_url;
        let house = House::open_with(&setting, more).await;
        let to_legacy = Client::connect(legacy.address()).await.unwrap();
        let to_gateway = house.client().await;
        let authorizations = BTreeMap::new();
        let (clock, census, differences) = (Clock::start(), BTreeMap::new(), Vec::new());
        let allowed = BTreeMap::new();
        Self {
            version,
            legacy,
            house,
            to_legacy,
            to_gateway,
            databases,
            clock,
            authorizations,
            asked: 0,
            packed: 0,
            census,
            differences,
            allowed,
        }
    }

    /// What the legacy and the gateway answer.
    pub(super) async fn hear(&mut self, ask: &Ask) -> (Said, Said) {
        let authorization = self.authorizations.entry(ask.user).or_insert_with(|| {
            let claims = serde_json::json!({ "sub": ask.user.to_string(), "exp": 4_000_000_000_u32 });
            bearer(&signed(&claims, SECRET))
        });
        // Every third client is a browser.
        self.asked += 1;
        let is_packed = self.asked.is_multiple_of(3);
        let (legacy, gateway) = tokio::join!(
            ask.send(&mut self.to_legacy, authorization, is_packed),
            ask.send(&mut self.to_gateway, authorization, is_packed)
        );
        self.packed += usize::from(gateway.headers.one("content-encoding").is_some());
        if legacy.closes() || legacy.status == 500 {
            // uvicorn closes the connection after an unhandled exception.
            self.to_legacy = Client::connect(self.legacy.address()).await.unwrap();
        }
        // What is refused at the door leaves its body unread, and the connection with it.
        if gateway.closes() || gateway.status != legacy.status {
            self.to_gateway = self.house.client().await;
        }
        *self.census.entry(ask.route()).or_default().entry(legacy.status).or_default() += 1;
        (self.said(&legacy), self.said(&gateway))
    }

    /// Asks both and returns what the gateway says, which is what the legacy says but for what a rule allows.
    pub(super) async fn same(&mut self, ask: &Ask) -> Said {
        let (legacy, gateway) = self.hear(ask).await;
        if gateway == legacy {
            return gateway;
        }
        if let Some(rule) = allowed(ask, &legacy, &gateway) {
            *self.allowed.entry(rule.reason).or_default() += 1;
        } else {
            self.differences.push(format!("{ask:?}\n legacy: {legacy:?}\ngateway: {gateway:?}"));
            assert!(self.differences.len() < ENOUGH, "{}", self.told());
        }
        gateway
    }

    fn said(&self, answer: &Answer) -> Said {
        let (status, mut headers, _) = comparable(answer);
        let body = String::from_utf8_lossy(&unpacked(answer)).into_owned();
        let masked = self.clock.mask(&body);
        if masked != body || answer.headers.one("content-encoding").is_some() {
            // A reading of the clock without microseconds is shorter, and each zlib packs in its own way.
            let length = answer.body.len().to_string();
            assert_eq!(answer.headers.one("content-length"), Some(length.as_str()));
            headers.retain(|(name, _)| name != "content-length");
        }
        Said { status, headers, body: masked }
    }

    fn told(&self) -> String {
        let first = &self.differences[..self.differences.len().min(SHOWN)];
        format!("{:?}: {} differences\n{}", self.version, self.differences.len(), first.join("\n"))
    }

    /// Both have answered the same, and stored the same rows.
    pub(super) async fn same_rows(&self) {
        assert!(self.differences.is_empty(), "{}", self.told());
        let [legacy, gateway] = &self.databases;
        let legacy = stored::rows(legacy, &self.clock).await;
        let gateway = stored::rows(gateway, &self.clock).await;
        assert_eq!(gateway.len(), legacy.len(), "{:?}: the number of rows", self.version);
        for (gateway, legacy) in gateway.iter().zip(&legacy) {
            assert_eq!(gateway, legacy, "{:?}: what is stored", self.version);
        }
        show(&format!("native, {:?}: {} stored rows are equal", self.version, legacy.len()));
    }

    pub(super) fn count(&self, route: &str, status: u16) -> usize {
        self.census.get(route).and_then(|statuses| statuses.get(&status)).copied().unwrap_or_default()
    }

    /// How often this was the reason of a difference.
    pub(super) fn allowed(&self, reason: &str) -> usize {
        self.allowed.get(reason).copied().unwrap_or_default()
    }

    /// Each of these gave all statuses that it documents, and met who may not ask.
    pub(super) fn has_met(&self, documented: &[(&str, &[u16])]) {
        for (route, statuses) in documented {
            for status in statuses.iter().chain(&[400, 401]) {
                assert!(self.count(route, *status) > 0, "{:?}: {route} was never {status}", self.version);
            }
        }
    }

    pub(super) fn database_of_gateway(&self) -> &str {
        &self.databases[1]
    }

    /// Changes both databases, as somebody else might.
    pub(super) async fn execute(&self, sql: &str) {
        for database in &self.databases {
            stored::execute(database, sql).await;
        }
    }

    /// How often the gateway's log has said this.
    pub(super) fn told_by_gateway(&self, message: &str) -> usize {
        self.house.told(message)
    }

    /// The figures of a run in which all was the same.
    pub(super) fn show(&self, name: &str) {
        let total: usize = self.census.values().flat_map(BTreeMap::values).sum();
        // Few answers may all be short.
        assert!(self.packed > 0 || total < 100, "{:?}: nothing was ever compressed", self.version);
        show(&format!(
            "native, {:?}, {name}: {total} pairs, {} of them packed, byte-equal but for what is allowed",
            self.version, self.packed
        ));
        for (reason, count) in &self.allowed {
            show(&format!("  {count} of them differ: {reason}"));
        }
        for (route, statuses) in &self.census {
            let figures: Vec<_> =
                statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
            show(&format!("  {route:<41} {}", figures.join(", ")));
        }
    }

    pub(super) fn close(self) {
        self.close_expecting(&[]);
    }

    /// The gateway's log may hold these complaints.
    pub(super) fn close_expecting(self, complaints: &[&str]) {
        assert!(self.differences.is_empty(), "{}", self.told());
        self.house.close_expecting(complaints);
        self.legacy.stop().unwrap();
    }
}
