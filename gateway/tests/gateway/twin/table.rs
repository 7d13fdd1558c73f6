//! A random route table: what the application is built from, and the templates that requests are made of.

use serde_json::{Value, json};

use super::random::Random;

pub(super) struct Table {
    /// What `app.py` builds.
    pub(super) spec: Value,
    pub(super) server_root_path: String,
    pub(super) leaves: Vec<Leaf>,
}

/// A full template, with the verbs that its row takes (none: any method).
#[derive(Clone)]
pub(super) struct Leaf {
    pub(super) template: String,
    pub(super) verbs: Vec<String>,
}

/// Short, so that templates overlap.
const WORDS: &[&str] = &["a", "b", "items", "new", "v1", "x.y", "a-b", "A", "é", "a b"];
const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH"];
const CONVERTERS: &[&str] = &["", "", "", ":str", ":int", ":int", ":float", ":uuid", ":path"];

impl Table {
    pub(super) fn random(random: &mut Random, is_newest: bool) -> Self {
        let server_root_path = if random.chance(12) { random.pick(&["/root", "/a", "/a/b"]) } else { "" };
        let mut maker = Maker { random, leaves: Vec::new(), is_newest };
        let kind =
            if maker.random.chance(85) { "fastapi" } else { maker.random.pick(&["starlette", "router"]) };
        let spec = maker.app(kind, "", 0);
        Self { spec, server_root_path: server_root_path.to_owned(), leaves: maker.leaves }
    }
}

struct Maker<'r> {
    random: &'r mut Random,
    leaves: Vec<Leaf>,
    is_newest: bool,
}

impl Maker<'_> {
    fn app(&mut self, kind: &str, prefix: &str, depth: usize) -> Value {
        let is_fastapi = kind == "fastapi";
        let root_path = match self.random.below(100) {
            0..8 if is_fastapi => self.random.pick(&["/p", "/a", "/a/", "/items/new"]),
            _ => "",
        };
        let count = 3 + self.random.below(if depth == 0 { 9 } else { 4 });
        let mut items: Vec<Value> = (0..count).map(|_| self.item(is_fastapi, prefix, depth)).collect();
        if is_fastapi && self.is_newest && self.random.chance(25) {
            for _ in 0..=self.random.below(2) {
                items.push(self.frontend(prefix));
            }
        }
        json!({
            "kind": kind, "root_path": root_path, "redirect_slashes": !self.random.chance(10), "items": items,
        })
    }

    fn item(&mut self, is_fastapi: bool, prefix: &str, depth: usize) -> Value {
        match self.random.below(100) {
            0..8 if depth < 2 => self.mount(prefix, depth),
            8..20 if is_fastapi => self.include(prefix, "", depth),
            20..26 => {
                let path = self.path(0);
                self.leaf(&format!("{prefix}{path}"), &["WS"]);
                json!({"item": "ws", "path": path})
            }
            26..30 => {
                let path = self.path(0);
                self.leaf(&format!("{prefix}{path}"), &[]);
                json!({"item": "endpoint", "path": path})
            }
            30..44 => self.routed("plain", prefix, 0),
            44..46 if is_fastapi => self.slashless(prefix),
            46..52 if is_fastapi => self.routed("custom", prefix, 0),
            _ if is_fastapi => self.routed("api", prefix, 0),
            _ => self.routed("plain", prefix, 0),
        }
    }

    fn routed(&mut self, item: &str, prefix: &str, from: usize) -> Value {
        let path = self.path(from);
        let mut methods = self.methods();
        if methods.is_empty() && item != "plain" {
            // FastAPI's own routes always have a method.
            methods.push("GET");
        }
        self.leaf(&format!("{prefix}{path}"), &methods);
        json!({"item": item, "path": path, "methods": methods})
    }

    /// FastAPI takes a template without a first slash, and Starlette compiles it as a host name.
    fn slashless(&mut self, prefix: &str) -> Value {
        let path = self.random.pick(&["{p:path}", "", "{p}"]);
        self.leaf(&format!("{prefix}{path}"), &["GET"]);
        json!({"item": "api", "path": path, "methods": ["GET"]})
    }

    fn mount(&mut self, prefix: &str, depth: usize) -> Value {
        let path = match self.random.below(10) {
            0 => String::new(),
            1 => format!("{}/", self.stem(0)),
            _ => self.stem(0),
        };
        let below = format!("{prefix}{}", path.trim_end_matches('/'));
        let kind = self.random.pick(&["fastapi", "fastapi", "starlette", "router", "asgi"]);
        self.leaf(&format!("{below}/{{path:path}}"), &[]);
        let app = match kind {
            "asgi" => json!({"kind": kind}),
            kind => self.app(kind, &below, depth + 1),
        };
        json!({"item": "mount", "path": path, "app": app})
    }

    fn include(&mut self, above: &str, own_above: &str, depth: usize) -> Value {
        let prefix = if self.random.chance(60) { self.stem(0) } else { String::new() };
        let from = prefix.matches('{').count() + own_above.matches('{').count();
        let own_prefix = if self.random.chance(50) { self.stem(from) } else { String::new() };
        let from = from + own_prefix.matches('{').count();
        let (outside, inside) = (format!("{above}{prefix}"), format!("{above}{prefix}{own_prefix}"));
        let items: Vec<Value> = (0..=self.random.below(4))
            .map(|_| match self.random.below(100) {
                0..10 => self.routed("plain", &outside, from),
                10..15 => {
                    let path = self.path(from);
                    self.leaf(&format!("{inside}{path}"), &["WS"]);
                    json!({"item": "ws", "path": path})
                }
                15..20 => self.routed("custom", &inside, from),
                20..27 if depth < 1 && from == 0 => self.mount_included(&outside),
                27..40 if from == 0 && depth < 2 => self.include_inner(&inside, depth),
                40..45 if !own_prefix.is_empty() => {
                    self.leaf(&inside, &["GET"]);
                    json!({"item": "api", "path": "", "methods": ["GET"]})
                }
                45..50 if self.is_newest => self.frontend(&inside),
                _ => self.routed("api", &inside, from),
            })
            .collect();
        // Only newer versions see what is added to a router after it was included.
        let late = if self.is_newest && self.random.chance(20) { self.random.below(items.len()) } else { 0 };
        json!({"item": "include", "prefix": prefix, "own_prefix": own_prefix, "items": items, "late": late})
    }

    fn include_inner(&mut self, above: &str, depth: usize) -> Value {
        self.include(above, "", depth + 1)
    }

    fn mount_included(&mut self, above: &str) -> Value {
        let path = self.stem(0);
        let below = format!("{above}{path}");
        let app = self.app("fastapi", &below, 2);
        json!({"item": "mount", "path": path, "app": app})
    }

    fn frontend(&mut self, prefix: &str) -> Value {
        let path = self.random.pick(&["/", "/web", "/a", "/a/b", "/items"]);
        self.leaf(&format!("{prefix}{}/{{p:path}}", path.trim_end_matches('/')), &["GET", "HEAD"]);
        json!({"item": "frontend", "path": path})
    }

    fn methods(&mut self) -> Vec<&'static str> {
        match self.random.below(100) {
            0..2 => Vec::new(),
            2..85 => vec![self.random.pick(METHODS)],
            _ => vec!["GET", self.random.pick(&["POST", "HEAD", "PUT"])],
        }
    }

    fn leaf(&mut self, template: &str, verbs: &[&str]) {
        let verbs = verbs.iter().map(|verb| (*verb).to_owned()).collect();
        self.leaves.push(Leaf { template: template.to_owned(), verbs });
    }

    /// Of a route: may be the root, may end with a slash. Parameters are numbered from `from`.
    fn path(&mut self, from: usize) -> String {
        if self.random.chance(4) {
            return "/".to_owned();
        }
        let mut path = self.stem(from);
        if self.random.chance(20) {
            path.push('/');
        }
        path
    }

    fn stem(&mut self, from: usize) -> String {
        let mut next = from;
        let mut path = String::new();
        for _ in 0..=self.random.below(3) {
            path.push('/');
            let segment = self.segment(&mut next);
            path.push_str(&segment);
        }
        path
    }

    fn segment(&mut self, next: &mut usize) -> String {
        let mut param = |converter: &str| {
            *next += 1;
            format!("{{p{}{converter}}}", *next - 1)
        };
        match self.random.below(100) {
            0..55 => self.random.pick(WORDS).to_owned(),
            55..90 => param(self.random.pick(CONVERTERS)),
            90..94 => format!("{}-{}", param(""), param("")),
            94..97 => format!("v{}", param(":int")),
            _ => format!("{}.json", param(self.random.pick(&["", ":int", ":path", ":float"]))),
        }
    }
}
