//! Random middlewares, a random request, and the answer that goes out through them.

use gateway::routes::lock::{Middleware, cors::Cors, gzip::GZip};
use serde_json::{Value, json};

use super::Known;
use crate::twin::random::Random;

pub(super) struct Question {
    /// Innermost first.
    pub(super) layers: Vec<Middleware>,
    pub(super) method: &'static str,
    pub(super) headers: Vec<(String, String)>,
    pub(super) status: u16,
    /// Those of the answer, behind its length.
    pub(super) own: Vec<(String, String)>,
    pub(super) body: String,
}

const ORIGINS: [&str; 5] =
    ["https://a.example", "https://b.example", "https://sub.c.example", "null", "https://\u{e9}.example"];
const PATTERNS: [&str; 4] = [r"https://.*\.c\.example", r"(?i)HTTPS://A\.example", r"null|x", r"https://a"];

impl Question {
    pub(super) fn random(random: &mut Random, known: &Known) -> Self {
        let is_new = known.methods.iter().any(|method| method == "QUERY");
        let layers = match random.below(5) {
            0 => vec![cors(random, known, is_new)],
            1 => vec![gzip(random, known, is_new)],
            2 => vec![gzip(random, known, is_new), cors(random, known, is_new)],
            3 => vec![cors(random, known, is_new), gzip(random, known, is_new)],
            _ => vec![cors(random, known, is_new), gzip(random, known, is_new), cors(random, known, is_new)],
        };
        let mut headers = Vec::new();
        let mut put = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        if random.chance(80) {
            put("origin", random.pick(&ORIGINS));
        }
        if random.chance(30) {
            put("cookie", "a=b");
        }
        if random.chance(60) {
            put("accept-encoding", random.pick(&["gzip", "br, gzip;q=0", "identity", "GZIP"]));
        }
        let method = random.pick(&["GET", "POST", "OPTIONS"]);
        if method == "OPTIONS" {
            put("access-control-request-method", random.pick(&["GET", "PUT", "QUERY", "get"]));
            if random.chance(60) {
                let wanted = ["x-a", "X-A, accept", "X-C", "", "content-type,, x-b", "\u{e9}"];
                put("access-control-request-headers", random.pick(&wanted));
            }
            if random.chance(20) {
                put("access-control-request-private-network", "true");
            }
        }
        let kinds =
            ["application/json", "text/plain; charset=utf-8", "text/event-stream", "Image/PNG", "audio/ogg"];
        let mut own = vec![("content-type".to_owned(), random.pick(&kinds).to_owned())];
        if random.chance(20) {
            own.insert(random.below(2), ("vary".to_owned(), "Accept".to_owned()));
        }
        if random.chance(10) {
            own.push(("content-encoding".to_owned(), "br".to_owned()));
        }
        if random.chance(20) {
            own.insert(0, ("www-authenticate".to_owned(), "Bearer".to_owned()));
        }
        let status = [200, 401, 404, 405][random.below(4)];
        let body = "{\"detail\":\"Not found\"}".repeat(random.below(4));
        Self { layers, method: static_method(method), headers, status, own, body }
    }

    pub(super) fn json(&self) -> Value {
        let layers: Vec<_> = self.layers.iter().map(layer).collect();
        json!({
            "layers": layers,
            "method": self.method,
            "headers": self.headers,
            "answer": { "status": self.status, "headers": self.own, "body": self.body },
        })
    }
}

fn static_method(method: &str) -> &'static str {
    ["GET", "POST", "OPTIONS"].into_iter().find(|known| *known == method).unwrap()
}

/// What Python is given.
fn layer(middleware: &Middleware) -> Value {
    match (&middleware.cors, &middleware.gzip) {
        (Some(cors), _) => json!({ "cors": cors }),
        (None, gzip) => {
            let gzip = gzip.as_ref().unwrap();
            json!({ "gzip": { "minimum_size": gzip.minimum_size, "compresslevel": gzip.compresslevel } })
        }
    }
}

fn some(random: &mut Random, of: &[&str]) -> Vec<String> {
    of.iter().filter(|_| random.chance(50)).map(|text| (*text).to_owned()).collect()
}

fn cors(random: &mut Random, known: &Known, is_new: bool) -> Middleware {
    let origins = if random.chance(35) { vec!["*".to_owned()] } else { some(random, &ORIGINS) };
    let methods =
        if random.chance(40) { known.methods.clone() } else { some(random, &["GET", "PUT", "DELETE"]) };
    let headers =
        if random.chance(40) { vec!["*".to_owned()] } else { some(random, &["X-A", "x-b", "Accept"]) };
    let cors = Cors {
        allow_origins: origins,
        allow_methods: methods,
        allow_headers: headers,
        expose_headers: some(random, &["X-Total-Count", "ETag"]),
        allow_origin_regex: random.chance(30).then(|| random.pick(&PATTERNS).to_owned()),
        allow_credentials: random.chance(50),
        max_age: [600, 5, 0][random.below(3)],
        allow_private_network: is_new.then(|| random.chance(50)),
    };
    Middleware { class: String::new(), cors: Some(cors), gzip: None }
}

fn gzip(random: &mut Random, known: &Known, is_new: bool) -> Middleware {
    let gzip = GZip {
        minimum_size: [0, 22, 23, 500][random.below(4)],
        compresslevel: [9, 1, 5][random.below(3)],
        exclude_content_types: known.excluded.clone(),
        always_varies: is_new,
    };
    Middleware { class: String::new(), cors: None, gzip: Some(gzip) }
}
