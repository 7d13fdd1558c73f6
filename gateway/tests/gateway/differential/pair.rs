//! The legacy and the gateway side by side, each on its own copy of one database; what both said is compared by parity.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use compat_tests::{
    client, repository,
    sample::{SampleLegacy, Version},
};
use gateway::parity::{Allowed, Answer, Difference, Occasion, Window};
use serde_json::Value;

use super::{ask::Ask, line::Line, stored};
use crate::house::{House, Setting, database, serve, show};

pub(super) struct Pair {
    name: &'static str,
    legacy: SampleLegacy,
    house: House,
    to_legacy: Line,
    to_gateway: Line,
    databases: [String; 2],
    began: SystemTime,
    allowed: Allowed,
    routes: BTreeMap<String, Figures>,
    types: BTreeMap<&'static str, Figures>,
    asked: usize,
    rows: usize,
    /// What nothing explains, by what it is about.
    unexplained: BTreeMap<String, Vec<String>>,
}

#[derive(Default)]
struct Figures {
    pairs: usize,
    unexplained: usize,
    statuses: BTreeMap<u16, usize>,
}

/// Of one kind of difference; more tell nothing new.
const SHOWN: usize = 3;
/// A route that was asked less is not compared.
const FEWEST: usize = 10;
/// Of kinds.
const KINDS: usize = 25;

impl Pair {
    pub(super) async fn open(version: Version, name: &'static str) -> Self {
        let databases = [database(), database()];
        let legacy = serve(version, &databases[0]);
        let keys: Vec<_> = gateway::native::ported().iter().map(ToString::to_string).collect();
        let entries: Vec<_> = keys.iter().map(|key| (key.as_str(), "\"native\"")).collect();
        let mut setting = Setting::sample(version).with_routes(&entries);
        setting.legacy_url = legacy.url();
        setting.database_url.clone_from(&databases[1]);
        let house = House::open(&setting).await;
        let path = repository().join("compat-tests/differential/allowed.toml");
        let allowed = std::fs::read_to_string(path).unwrap();
        Self {
            name,
            to_legacy: Line::to_legacy(legacy.address()),
            to_gateway: Line::to_gateway(house.gateway.public()),
            legacy,
            house,
            databases,
            began: SystemTime::now(),
            allowed: Allowed::parse(&allowed, name).unwrap(),
            routes: BTreeMap::new(),
            types: BTreeMap::new(),
            asked: 0,
            rows: 0,
            unexplained: BTreeMap::new(),
        }
    }

    pub(super) fn asked(&self) -> usize {
        self.asked
    }

    /// Asks both, and tells the id of what was made.
    pub(super) async fn ask(&mut self, ask: &Ask) -> Option<u64> {
        let (legacy, native) = tokio::join!(self.to_legacy.ask(ask), self.to_gateway.ask(ask));
        self.asked += 1;
        let (legacy, native) = (seen(&legacy), seen(&native));
        let traits = ask.traits();
        let left = self.compare(&ask.route, &traits, &legacy, &native);
        let is_explained = left.is_empty();
        for kind in &ask.types {
            self.types.entry(kind).or_default().count(legacy.status, is_explained);
        }
        self.routes.entry(ask.route.clone()).or_default().count(legacy.status, is_explained);
        if let Some(first) = left.first() {
            let about = format!("{} {} {:?}", ask.route, first.place, first.kind);
            let differences: Vec<_> = left.iter().map(|difference| format!("\n    {difference}")).collect();
            let body = String::from_utf8_lossy(&ask.body);
            let told = format!(
                "{} {} {:?} {:?} {traits:?}\n    {}{}",
                ask.method,
                ask.target,
                ask.token,
                ask.headers,
                body.chars().take(400).collect::<String>(),
                differences.concat()
            );
            self.unexplained.entry(about).or_default().push(told);
            assert!(self.unexplained.len() < KINDS, "{}", self.told());
        }
        let answer: Value = serde_json::from_slice(&legacy.body).unwrap_or_default();
        answer["id"].as_u64().filter(|_| legacy.status == 201)
    }

    fn compare(
        &mut self,
        route: &str,
        traits: &BTreeSet<&'static str>,
        legacy: &Answer,
        native: &Answer,
    ) -> Vec<Difference> {
        let window = Window { began: self.began, ended: SystemTime::now() };
        self.allowed.compare(legacy, native, Occasion { route, traits, window })
    }

    /// Both have stored the same, in every table.
    pub(super) async fn compare_rows(&mut self) {
        let [legacy, native] = [&self.databases[0], &self.databases[1]];
        let (legacy, native) = (stored::tables(legacy).await, stored::tables(native).await);
        assert_eq!(legacy.keys().collect::<Vec<_>>(), native.keys().collect::<Vec<_>>());
        for (table, rows) in legacy {
            self.rows += rows.len();
            let about = format!("rows {table}");
            let left = self.compare(
                &about,
                &BTreeSet::new(),
                &stored::answer(&rows),
                &stored::answer(&native[&table]),
            );
            if !left.is_empty() {
                self.unexplained.entry(about).or_default().extend(left.iter().map(Difference::to_string));
            }
        }
    }

    fn told(&self) -> String {
        let mut told = String::new();
        for (about, cases) in &self.unexplained {
            told += &format!("{about}: {} times\n", cases.len());
            told.extend(cases.iter().take(SHOWN).map(|case| format!("  {case}\n")));
        }
        told
    }

    /// The figures per route and per type, and what was allowed how often.
    pub(super) fn show(&self, how: &str) {
        let unexplained: usize = self.unexplained.values().map(Vec::len).sum();
        let (name, asked, rows) = (self.name, self.asked, self.rows);
        show(&format!(
            "differential {name}: {asked} pairs ({how}), {unexplained} unexplained; {rows} stored rows compared"
        ));
        for (name, figures) in &self.routes {
            show(&format!("  {name:<44} {figures}"));
        }
        for (name, figures) in &self.types {
            show(&format!("  type {name:<39} {figures}"));
        }
        for (count, entry) in self.allowed.figures() {
            show(&format!("  allowed {count} times: {entry}"));
        }
    }

    pub(super) fn close(self) {
        assert!(self.unexplained.is_empty(), "{}\n{}", self.name, self.told());
        for key in gateway::native::ported() {
            let route = key.to_string();
            let is_met = self.routes.get(&route).is_some_and(|figures| {
                figures.pairs >= FEWEST && figures.statuses.keys().any(|status| (200..300).contains(status))
            });
            assert!(is_met, "{}: {route} was asked too little, or never did what it is for", self.name);
        }
        let needless = self.allowed.needless();
        assert!(needless.is_empty(), "{}: allowed, but never needed: {needless:#?}", self.name);
        self.house.close();
        self.legacy.stop().unwrap();
    }
}

impl Figures {
    fn count(&mut self, status: u16, is_explained: bool) {
        self.pairs += 1;
        self.unexplained += usize::from(!is_explained);
        *self.statuses.entry(status).or_default() += 1;
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let statuses: Vec<_> =
            self.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        let Self { pairs, unexplained, .. } = self;
        write!(formatter, "{pairs:>5} pairs, {unexplained} unexplained; {}", statuses.join(", "))
    }
}

fn seen(answer: &client::Answer) -> Answer {
    Answer { status: answer.status, headers: answer.headers.0.clone(), body: answer.body.to_vec() }
}
