//! What weakens the legacy itself: warned of by `check` and at the start of `run`, refused with `harden = true`.

use compat_tests::{gateway_process::GatewayProcess, sample::Version};
use serde_json::Value;

use super::{checked, folder};
use crate::house::{House, Setting, command};

/// In front of a legacy with every weakness that a legacy brings.
fn weak() -> (Setting, String) {
    let mut setting = Setting::sample(Version::Newest);
    setting.profile = setting.profile.replace("# lifetime = \"30m\"", "lifetime = \"24h\"");
    let dotenv = format!(
        "ENVIRONMENT=staging\nDATABASE_URL={}\nSECRET_KEY=twenty bytes of key.\nLEGACY_URL={}\n\
         GATEWAY_LISTEN=127.0.0.1:0\nGATEWAY_ADMIN_LISTEN=127.0.0.1:0\n",
        setting.database_url, setting.legacy_url
    );
    (setting, dotenv)
}

/// The sample's lock, as if its CORS middleware allowed every origin with credentials.
fn open_cors(lock: &str) -> String {
    let mut lock: Value = serde_json::from_str(lock).unwrap();
    let middleware = lock["app"]["middleware"].as_array_mut().unwrap();
    let cors = middleware.iter_mut().find_map(|middleware| middleware.get_mut("cors")).unwrap();
    cors["allow_origins"] = vec!["*"].into();
    cors["allow_credentials"] = true.into();
    lock.to_string()
}

const PLACES: [&str; 3] = ["SECRET_KEY", "legacy.lock", "legacy.toml"];

#[tokio::test]
async fn the_legacy_s_weaknesses_are_told_loudly_and_served_all_the_same() {
    let (setting, dotenv) = weak();
    let folder = folder(&setting, &dotenv);
    let lock = open_cors(&std::fs::read_to_string(&setting.lock).unwrap());
    std::fs::write(folder.path().join("legacy.lock"), lock).unwrap();
    let (code, told) = checked(folder.path(), &[]);
    let places: Vec<_> =
        told["warnings"].as_array().unwrap().iter().map(|warning| &warning["place"]).collect();
    assert_eq!((code, places.as_slice()), (0, &PLACES.map(Value::from).each_ref()[..]), "{told}");

    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_gateway"));
    let gateway = GatewayProcess::start(binary, folder.path(), &[]).await.unwrap();
    let house = House { gateway, folder };
    let warned = [
        "SECRET_KEY: the secret has fewer than the 32 bytes that RFC 7518 asks for: it may be found from one token; help: ",
        "legacy.lock: the legacy's CORS allows every origin, with credentials: ",
        "legacy.toml: the legacy's tokens live 1 day: a stolen one works that long, unless somebody takes it back; help: ",
    ];
    for warning in warned {
        assert_eq!(house.told(warning), 1, "{warning}");
    }
    house.close_expecting(&warned);
}

#[test]
fn with_harden_they_are_mistakes_in_every_environment() {
    let (mut setting, dotenv) = weak();
    setting.profile = setting.profile.replace("# harden = true", "harden = true");
    let folder = folder(&setting, &dotenv);
    let lock = open_cors(&std::fs::read_to_string(&setting.lock).unwrap());
    std::fs::write(folder.path().join("legacy.lock"), lock).unwrap();
    for environment in ["local", "staging", "production"] {
        let environment = [("ENVIRONMENT", environment)];
        // First, because a `run` that does start never ends by itself.
        let (code, told) = checked(folder.path(), &environment);
        let mistakes = told["mistakes"].as_array().unwrap();
        let places: Vec<_> = mistakes.iter().map(|mistake| &mistake["place"]).collect();
        assert_eq!((code, places.as_slice()), (2, &PLACES.map(Value::from).each_ref()[..]), "{told}");
        let ended = command(&["run"], folder.path(), &environment);
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.ends_with("3 mistakes\nnothing was started\n"), "{}", ended.stderr);
    }
}

#[test]
fn a_route_about_users_that_the_legacy_does_not_have_is_told() {
    let (mut setting, dotenv) = weak();
    setting.profile = setting.profile.replace("\"POST /auth/login\"", "\"POST /auth/logon\"");
    let folder = folder(&setting, &dotenv);
    let (code, told) = checked(folder.path(), &[]);
    let warnings = told["warnings"].as_array().unwrap().iter();
    let told: Vec<_> =
        warnings.filter(|warning| warning["what"].as_str().unwrap().contains("[[auth.")).collect();
    let expected = serde_json::json!({
        "place": "legacy.toml",
        "what": "`[[auth.login]]`: `POST /auth/logon` is not a route in the lock",
        "help": "did you mean `\"POST /auth/login\"`?",
    });
    assert_eq!((code, told.as_slice()), (0, &[&expected][..]));
}

/// Which routes it describes is not known then, so nothing is said of those in `routes.toml`.
#[test]
fn a_mistake_of_the_profile_is_told_without_what_would_follow_from_it() {
    let (setting, dotenv) = weak();
    let mut setting = setting.with_routes(&[("POST /auth/login", "\"native\"")]);
    setting.profile = setting.profile.replace("body     = \"oauth2\"", "body     = \"oauth3\"");
    let folder = folder(&setting, &dotenv);
    let (code, told) = checked(folder.path(), &[]);
    let mistakes = told["mistakes"].as_array().unwrap();
    let whats: Vec<_> = mistakes.iter().map(|mistake| mistake["what"].as_str().unwrap()).collect();
    assert_eq!((code, whats.as_slice()), (2, &["`oauth3` is not a kind of bodies"][..]));
}
