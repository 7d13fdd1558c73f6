//! Backends in other styles, taken over by nothing but a `legacy.toml`.

use std::{net::SocketAddr, path::Path, process::Stdio, time::Duration};

use compat_tests::{client::Answer, output::Output, sample::Version};
use gateway::db::tethered::{StopSignal, Tether, Tethered};

use super::stand::{Ask, EPHEMERAL, setting, text};
use crate::{
    house::{House, SECRET, Setting, command, comparable, migrated_database, show},
    units::session::Session,
};

const PATIENCE: Duration = Duration::from_secs(30);

/// One of the applications beside this file, and the gateway in front of it on the same database.
struct Other {
    _process: Tethered,
    _output: Output,
    legacy: SocketAddr,
    house: House,
    url: String,
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gateway/login"))
}

impl Other {
    async fn open(name: &str, routes: &[(&str, &str)]) -> Self {
        let (url, python) = (migrated_database(), Version::Newest.python().unwrap());
        let mut tether = Tether::new(&python, StopSignal::Terminate, Duration::from_secs(10));
        let command = tether.command().current_dir(folder()).env_clear().env("PATH", "/usr/bin:/bin");
        command.env("DATABASE_URL", &url).env("SECRET_KEY", SECRET).env("PYTHONDONTWRITEBYTECODE", "1");
        command.args(["-m", "uvicorn", &format!("{name}:app"), "--host", "127.0.0.1", "--port", "0"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = tether.spawn().unwrap();
        let (stdout, stderr) = (process.take_stdout().unwrap(), process.take_stderr().unwrap());
        let output = Output::follow(vec![Box::new(stdout), Box::new(stderr)]);
        let served = |line: &str| {
            let (_, address) = line.split_once("running on http://")?;
            address.split_whitespace().next()?.parse().ok()
        };
        let legacy: SocketAddr = output.wait_for(PATIENCE, served).await.unwrap();
        let setting = Self::setting(name, routes, legacy, &url);
        let house = House::open(&setting).await;
        Self { _process: process, _output: output, legacy, house, url }
    }

    fn setting(name: &str, routes: &[(&str, &str)], legacy: SocketAddr, url: &str) -> Setting {
        let lock = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.lock", std::process::id()));
        let python = Version::Newest.python().unwrap();
        let app = format!("{name}:app");
        let import = ["legacy", "import", &app, "--python", python.to_str().unwrap(), "--app-dir"];
        let to = [folder().to_str().unwrap(), "--lock", lock.to_str().unwrap()];
        let imported = command(&[&import[..], &to[..]].concat(), Path::new("/"), &[]);
        assert_eq!(imported.code, Some(0), "{imported:?}");
        let mut setting = setting(Version::Newest, format!("http://{legacy}"), url).with_routes(routes);
        setting.lock = lock;
        setting.profile = std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
        setting
    }

    /// What both answer, which is the same.
    async fn same(&self, ask: &Ask) -> Answer {
        let (said, says) = (ask.send(self.legacy).await, ask.send(self.house.gateway.public()).await);
        assert_eq!(comparable(&says), comparable(&said), "{ask:?}");
        says
    }

    async fn gateway(&self, ask: &Ask) -> Answer {
        ask.send(self.house.gateway.public()).await
    }
}

/// An answer's token is its own: what stands around it is the same.
fn around(answer: &Answer, name: &str) -> String {
    let body = answer.text();
    let (before, rest) = body.split_once(&format!("\"{name}\":\"")).unwrap_or_else(|| panic!("{body}"));
    format!("{} {before}*{}", answer.status, rest.split_once('"').unwrap().1)
}

#[tokio::test]
async fn a_backend_with_nested_objects_and_a_scheme_of_its_own_is_taken_over() {
    let native = "\"native\"";
    let routes = [
        ("POST /api/users/login", native),
        ("POST /api/users", native),
        ("GET /api/user", "{ owner = \"native\", auth = \"required\" }"),
    ];
    let other = Other::open("articles", &routes).await;
    let register = |name: &str| {
        Ask::json(
            "/api/users",
            format!(r#"{{"user":{{"username":"{name}","email":"{name}@example.com","password":"secret"}}}}"#),
        )
    };
    let log_in = |name: &str, password: &str| {
        let body = format!(r#"{{"user":{{"email":"{name}@example.com","password":"{password}"}}}}"#);
        Ask::json("/api/users/login", body)
    };
    let (old, new) = (register("anna").send(other.legacy).await, other.gateway(&register("bert")).await);
    let as_anna = around(&new, "token").replace("bert", "anna");
    assert_eq!(as_anna, around(&old, "token"));
    for (name, to) in [("anna", other.house.gateway.public()), ("bert", other.legacy)] {
        let (said, says) =
            (log_in(name, "secret").send(other.legacy).await, log_in(name, "secret").send(to).await);
        assert_eq!((says.status, around(&says, "token")), (200, around(&said, "token")));
    }
    let mut asks = vec![register("anna"), log_in("anna", "wrong"), log_in("nobody", "secret")];
    for body in [
        "{}",
        "null",
        "[]",
        "",
        "{\"user\":null}",
        "{\"user\":[]}",
        "{\"user\":{}}",
        "{\"user\":{\"email\":\"x\"}}",
    ] {
        asks.extend([Ask::json("/api/users/login", body), Ask::json("/api/users", body)]);
    }
    let taken = r#"{"user":{"username":"other","email":"bert@example.com","password":"secret"}}"#;
    asks.push(Ask::json("/api/users", taken));
    let me = Ask::new("GET", "/api/user", "", "");
    asks.extend([me.clone(), me.clone().by("Bearer abc"), me.clone().by("Token abc")]);
    for ask in &asks {
        let answer = other.same(ask).await;
        assert!(answer.status >= 400, "{ask:?}");
    }
    // A token of either opens the native route, in the scheme of the house; the legacy's names a user by their name.
    for answer in [old, other.gateway(&log_in("anna", "secret")).await] {
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let token = body["user"]["token"].as_str().unwrap();
        let shown = other.gateway(&me.clone().by(&format!("Token {token}"))).await;
        assert_eq!(shown.status, 200, "{}", shown.text());
        assert_eq!(shown.text(), answer.text());
    }
    show(&format!("another backend, nested: {} asks, byte-equal", asks.len()));
    other.house.close_expecting(&[EPHEMERAL, "the legacy's tokens live"]);
}

#[tokio::test]
async fn a_backend_of_the_template_is_taken_over() {
    let native = "\"native\"";
    let routes = [
        ("POST /api/v1/login/access-token", native),
        ("POST /api/v1/users/signup", native),
        ("GET /api/v1/users/me", native),
        ("PATCH /api/v1/users/me/password", native),
    ];
    let other = Other::open("items", &routes).await;
    let signup = |name: &str| {
        let body =
            format!(r#"{{"email":"{name}@example.com","password":"long enough","full_name":"{name}"}}"#);
        Ask::json("/api/v1/users/signup", body)
    };
    let form = |name: &str, password: &str| {
        let body = format!("username={name}@example.com&password={password}");
        Ask::form("/api/v1/login/access-token", body)
    };
    let (old, new) = (signup("anna").send(other.legacy).await, other.gateway(&signup("bert")).await);
    assert_eq!(around(&new, "id").replace("bert", "anna"), around(&old, "id"));
    let session = Session::open(&other.url).await;
    for name in ["carl", "dora"] {
        assert_eq!(other.gateway(&signup(name)).await.status, 200);
    }
    session.execute("UPDATE \"user\" SET is_active = false WHERE full_name = 'carl'").await;
    let tokens = [
        text(&form("bert", "long+enough").send(other.legacy).await, "access_token"),
        text(&other.gateway(&form("anna", "long+enough")).await, "access_token"),
    ];
    let gone = text(&form("dora", "long+enough").send(other.legacy).await, "access_token");
    session.execute("DELETE FROM \"user\" WHERE full_name = 'dora'").await;
    let me = Ask::new("GET", "/api/v1/users/me", "", "");
    let change = |old: &str, new: &str| {
        let body = format!(r#"{{"current_password":"{old}","new_password":"{new}"}}"#);
        Ask::patch("/api/v1/users/me/password", body)
    };
    let bert = format!("Bearer {}", tokens[0]);
    let asks = [
        form("anna", "wrong"),
        form("carl", "long+enough"),
        form("nobody", "x"),
        Ask::form("/api/v1/login/access-token", ""),
        signup("anna"),
        Ask::json("/api/v1/users/signup", r#"{"email":"x","password":"short","full_name":1}"#),
        me.clone(),
        me.clone().by("Bearer abc"),
        me.clone().by(&format!("Bearer {gone}")),
        change("not the one", "another one").by(&bert),
        change("long enough", "long enough").by(&bert),
        change("short", "short").by(&bert),
        Ask::patch("/api/v1/users/me/password", "{}"),
    ];
    for ask in &asks {
        let answer = other.same(ask).await;
        assert!(answer.status >= 400, "{ask:?}");
    }
    other.same(&me.clone().by(&bert)).await;
    let shown = other.gateway(&me.by(&format!("Bearer {}", tokens[1]))).await;
    assert_eq!(shown.text(), old.text(), "{}", shown.status);
    let changed = other.gateway(&change("long enough", "another one").by(&bert)).await;
    assert_eq!(
        (changed.status, changed.text().as_str()),
        (200, r#"{"message":"Password updated successfully"}"#)
    );
    assert_eq!(form("bert", "another+one").send(other.legacy).await.status, 200);
    show(&format!("another backend, of the template: {} asks, byte-equal", asks.len()));
    other.house.close_expecting(&[EPHEMERAL, "the legacy's tokens live"]);
}

/// The token is good from the moment in which its user may come in, whoever has issued it.
#[tokio::test]
async fn a_backend_that_registers_whoever_may_not_come_in_yet_is_taken_over() {
    let native = "\"native\"";
    let other =
        Other::open("waiting", &[("POST /login", native), ("POST /signup", native), ("GET /me", native)])
            .await;
    let body = |name: &str| format!(r#"{{"email":"{name}@example.com","password":"of an evening"}}"#);
    let (signup, log_in) =
        (|name: &str| Ask::json("/signup", body(name)), |name: &str| Ask::json("/login", body(name)));
    let (old, new) = (signup("anna").send(other.legacy).await, other.gateway(&signup("bert")).await);
    assert_eq!(around(&new, "access_token"), around(&old, "access_token"));
    assert_eq!(new.status, 201);
    let me = |answer: &Answer| {
        Ask::new("GET", "/me", "", "").by(&format!("Bearer {}", text(answer, "access_token")))
    };
    let waits = (403, r#"{"detail":"Confirm your address first"}"#.to_owned());
    let seen = |answer: Answer| (answer.status, answer.text());
    assert_eq!(seen(other.same(&me(&old)).await), waits);
    assert_eq!(seen(other.gateway(&me(&new)).await), waits);
    assert_eq!(seen(other.same(&log_in("bert")).await), waits);
    other.same(&signup("bert")).await;

    let session = Session::open(&other.url).await;
    session.execute("UPDATE members SET is_active = true").await;
    other.same(&me(&old)).await;
    let shown = seen(other.gateway(&me(&new)).await);
    assert_eq!(shown, (200, r#"{"id":2,"email":"bert@example.com"}"#.to_owned()));
    for name in ["anna", "bert"] {
        assert_eq!(other.gateway(&log_in(name)).await.status, 200, "{name}");
    }
    other.house.close_expecting(&[EPHEMERAL]);
}
