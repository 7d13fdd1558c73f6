//! Routes that only the gateway has: there once `routes.toml` names them, and in nobody's way before.

use compat_tests::client::Answer;
use serde_json::{Value, json};

use crate::{
    chaos::stage::fast_legacy,
    house::{House, Setting, command, environment, migrated_database},
};

const LOGOUT: &str = "POST /auth/logout";
const REFUSED: &str = r#"{"detail":"Could not validate credentials"}"#;

async fn ask(house: &House, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    let headers: Vec<_> = [("host", "api.example.com")].iter().chain(headers).copied().collect();
    house.client().await.request(method, target, &headers, b"").await.unwrap()
}

/// Who answers: the legacy that is played here says `{}` to everything.
async fn answered(house: &House, method: &str, target: &str) -> u16 {
    let answer = ask(house, method, target, &[]).await;
    let is_legacy = answer.status == 200 && (method == "HEAD" || answer.text() == "{}");
    if is_legacy { 0 } else { answer.status }
}

#[tokio::test]
async fn an_added_route_is_there_once_it_is_named_and_takes_its_own_method_only() {
    let legacy = fast_legacy().await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.database_url = migrated_database();
    let house = House::open(&setting).await;
    assert_eq!(answered(&house, "POST", "/auth/logout").await, 0);
    let named = format!("schema = 1\n[routes]\n\"{LOGOUT}\" = \"native\"\n");
    house.write_routes(&named, "routes file taken").await;
    let answer = ask(&house, "POST", "/auth/logout?x=1", &[]).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, REFUSED));
    for (method, target) in [
        ("GET", "/auth/logout"),
        ("OPTIONS", "/auth/logout"),
        ("POST", "/auth/logout/"),
        ("POST", "/auth/logouts"),
        ("POST", "/auth/logout-all"),
        ("POST", "//auth/logout"),
    ] {
        assert_eq!(answered(&house, method, target).await, 0, "{method} {target}");
    }
    // Decoded once, as every path.
    assert_eq!(answered(&house, "POST", "/auth/%6cogout").await, 401);
    let preflight = [("origin", "http://localhost:5173"), ("access-control-request-method", "POST")];
    assert_eq!(ask(&house, "OPTIONS", "/auth/logout", &preflight).await.text(), "{}");
    // A browser is shown the answer.
    let answer = ask(&house, "POST", "/auth/logout", &preflight[..1]).await;
    assert_eq!(answer.headers.one("access-control-allow-origin").unwrap(), "http://localhost:5173");
    house.write_routes(&named.replace("native", "deny"), "routes file taken").await;
    assert_eq!(answered(&house, "POST", "/auth/logout").await, 404);
    house.write_routes(&named.replace("native", "legacy"), "routes file taken").await;
    assert_eq!(answered(&house, "POST", "/auth/logout").await, 0);
    house.close();
}

#[tokio::test]
async fn commands_know_an_added_route() {
    let legacy = fast_legacy().await;
    let setting = Setting::in_front_of(legacy.address());
    let folder = tempfile::tempdir().unwrap();
    let routes = folder.path().join("routes.toml");
    std::fs::write(&routes, "schema = 1\n[defaults]\nunlisted = \"deny\"\n").unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(&setting);
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let told = |arguments: &[&str]| command(arguments, folder.path(), &pairs);
    let explained = || -> Value {
        let explained = told(&["routes", "explain", "POST", "/auth/logout", "--json"]);
        serde_json::from_str(&explained.stdout).unwrap()
    };
    let before = explained();
    assert_eq!((&before["outcome"], &before["owner"]), (&json!("unlisted"), &json!("deny")));
    let set = told(&["routes", "set", LOGOUT, "native"]);
    assert_eq!((set.code, set.stdout), (Some(0), format!("{LOGOUT}: legacy -> native\n")), "{}", set.stderr);
    let after = explained();
    let seen = ["outcome", "route", "kind", "owner", "protected"].map(|member| &after[member]);
    assert_eq!(seen, [&json!("match"), &json!(LOGOUT), &json!("added"), &json!("native"), &json!(true)]);
    let listed: Value = serde_json::from_str(&told(&["routes", "list", "--json"]).stdout).unwrap();
    let row = listed.as_array().unwrap().iter().find(|row| row["route"] == LOGOUT).unwrap();
    assert_eq!((&row["owner"], &row["auth"]), (&json!("native"), &json!("token")));
    let open = "schema = 1\n[routes]\n\"POST /auth/logout\" = { owner = \"native\", auth = \"none\" }\n";
    std::fs::write(&routes, open).unwrap();
    let checked = told(&["check"]);
    assert_eq!(checked.code, Some(2), "{checked:?}");
    assert!(checked.stderr.contains("`auth = \"none\"` would open it"), "{}", checked.stderr);
}
