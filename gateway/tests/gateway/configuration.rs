//! The configuration as the one who runs the gateway sees it: `.env` files of real projects, what `check` shows of
//! them, and that no secret is ever among it.

mod broken;
mod canary;
mod inherited;
mod which_files;

use std::{net::TcpListener, path::Path};

use compat_tests::{gateway_process::GatewayProcess, sample::Version};
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::house::{House, SECRET, Setting, TASK, bearer, command, shared, token};

/// A folder with the files of a healthy installation and this `.env`.
fn folder(setting: &Setting, dotenv: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    std::fs::copy(&setting.lock, folder.path().join("legacy.lock")).unwrap();
    std::fs::write(folder.path().join(".env"), dotenv).unwrap();
    folder
}

/// `check --json`, and the exit code.
fn checked(folder: &Path, environment: &[(&str, &str)]) -> (i32, Value) {
    let ended = command(&["check", "--json"], folder, environment);
    assert_eq!(ended.stderr, "");
    (ended.code.unwrap(), serde_json::from_str(&ended.stdout).unwrap())
}

/// The line of `check`'s table, with single blanks.
fn row(table: &str, setting: &str) -> String {
    let row = table.lines().find(|line| line.split(' ').next() == Some(setting));
    row.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names are those of the full-stack FastAPI template.
fn template(database: &Url, legacy: &str) -> String {
    format!(
        "# Domain
DOMAIN=localhost
FRONTEND_HOST=http://localhost:5173
ENVIRONMENT=local

PROJECT_NAME=\"Full Stack FastAPI Project\"
STACK_NAME=full-stack-fastapi-project

# Backend
BACKEND_CORS_ORIGINS=\"http://localhost,http://localhost:5173\"
SECRET_KEY='{SECRET}'
FIRST_SUPERUSER=admin@example.com
FIRST_SUPERUSER_PASSWORD=changethis

SMTP_HOST=
SMTP_TLS=True
SMTP_PORT=587

# Postgres
POSTGRES_SERVER={}
POSTGRES_PORT={}
POSTGRES_DB={}
POSTGRES_USER={}
POSTGRES_PASSWORD={}

SENTRY_DSN=
DOCKER_IMAGE_BACKEND=backend

# The gateway
LEGACY_URL={legacy}
GATEWAY_LISTEN=127.0.0.1:0
GATEWAY_ADMIN_LISTEN=127.0.0.1:0
LOG_FORMAT=json
",
        database.host_str().unwrap(),
        database.port().unwrap(),
        database.path().trim_start_matches('/'),
        database.username(),
        database.password().unwrap(),
    )
}

#[tokio::test]
async fn a_template_s_own_env_file_serves_a_native_route() {
    let setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    let database = Url::parse(&shared(Version::Newest).database_url).unwrap();
    let folder = folder(&setting, &template(&database, &setting.legacy_url));
    let shown = command(&["check"], folder.path(), &[]);
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""), "{}", shown.stdout);
    let place = format!(
        "{}@{}:{}{} sslmode=disable",
        database.username(),
        database.host_str().unwrap(),
        database.port().unwrap(),
        database.path()
    );
    let composed =
        "composed from POSTGRES_SERVER, POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB";
    for expected in [
        "ENVIRONMENT local .env line 4".to_owned(),
        "LEGACY_JWT_SECRET <secret> .env line 11 (alias SECRET_KEY)".to_owned(),
        format!("DATABASE_URL {place} {composed}"),
        "POSTGRES_PASSWORD <secret> .env line 24".to_owned(),
        "ROUTES_FILE routes.toml default".to_owned(),
    ] {
        let name = expected.split(' ').next().unwrap();
        assert_eq!(row(&shown.stdout, name), expected);
    }
    assert!(!shown.stdout.contains("warning:") && shown.stdout.contains("\n\ngood: "), "{}", shown.stdout);

    let binary = Path::new(env!("CARGO_BIN_EXE_gateway"));
    let gateway = GatewayProcess::start(binary, folder.path(), &[]).await.unwrap();
    let house = House { gateway, folder };
    let answer = house.get("/api/tasks/1", &[("authorization", &bearer(&token(1)))]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    house.close();
}

#[test]
fn a_project_on_neon_is_good_in_production_and_its_direct_url_is_found() {
    let setting = Setting::sample(Version::Newest);
    let dotenv = format!(
        "DATABASE_URL='postgresql+asyncpg://app_owner:npg_Hidden77@ep-dark-rain-a2-pooler.eu-central-1.aws.neon.tech\
         /app?sslmode=require&channel_binding=require'\nJWT_SECRET_KEY=\"{SECRET}\"\nLEGACY_URL={}\n\
         GATEWAY_LISTEN=127.0.0.1:0\nGATEWAY_ADMIN_LISTEN=127.0.0.1:0\n",
        setting.legacy_url
    );
    let folder = folder(&setting, &dotenv);
    let (code, told) = checked(folder.path(), &[("LOG_LEVEL", "debug")]);
    assert_eq!(
        (code, &told["good"], &told["mistakes"], &told["warnings"]),
        (0, &true.into(), &Value::Array(vec![]), &Value::Array(vec![]))
    );
    let settings = told["settings"].as_array().unwrap();
    let of = |name: &str| {
        let setting = settings.iter().find(|setting| setting["name"] == name).unwrap();
        (setting["value"].as_str(), setting["origin"].as_str(), setting["secret"].as_bool())
    };
    let host = |endpoint| format!("app_owner@{endpoint}.eu-central-1.aws.neon.tech:5432/app sslmode=require");
    let pooled = host("ep-dark-rain-a2-pooler");
    let direct = host("ep-dark-rain-a2");
    assert_eq!(of("ENVIRONMENT"), (Some("production"), Some("default"), Some(false)));
    assert_eq!(of("DATABASE_URL"), (Some(pooled.as_str()), Some(".env line 1"), Some(true)));
    assert_eq!(
        of("DIRECT_DATABASE_URL"),
        (Some(direct.as_str()), Some("derived from DATABASE_URL"), Some(true))
    );
    assert_eq!(
        of("LEGACY_JWT_SECRET"),
        (Some("<secret>"), Some(".env line 2 (alias JWT_SECRET_KEY)"), Some(true))
    );
    assert_eq!(of("LOG_LEVEL"), (Some("debug"), Some("environment"), Some(false)));
    assert_eq!(of("GATEWAY_KEYS_DIR"), (None, None, Some(false)));
}

#[test]
fn a_port_in_use_is_a_warning_of_check_and_an_address_elsewhere_a_mistake() {
    let setting = Setting::sample(Version::Newest);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let dotenv = format!(
        "ENVIRONMENT=test\nDATABASE_URL={}\nSECRET_KEY={SECRET}\nLEGACY_URL={}\nGATEWAY_ADMIN_LISTEN=127.0.0.1:0\n",
        setting.database_url, setting.legacy_url
    );
    let folder = folder(&setting, &dotenv);
    let (code, told) = checked(folder.path(), &[("GATEWAY_LISTEN", &address.to_string())]);
    assert_eq!((code, &told["good"]), (0, &true.into()), "{told}");
    let what = format!("{address} is in use: `run` would not start beside what has it");
    assert_eq!(
        (&told["warnings"][0]["place"], &told["warnings"][0]["what"]),
        (&"GATEWAY_LISTEN".into(), &what.into())
    );

    // A documentation address: no machine has it.
    let (code, told) = checked(folder.path(), &[("GATEWAY_LISTEN", "192.0.2.1:8080")]);
    assert_eq!((code, &told["good"], &told["routes"]), (2, &false.into(), &Value::Null), "{told}");
    let mistake = &told["mistakes"][0];
    assert!(mistake["what"].as_str().unwrap().starts_with("cannot listen on 192.0.2.1:8080: "), "{told}");
    assert_eq!(mistake["help"], "write an address of this machine; `0.0.0.0` and `[::]` are all of them");
}

#[test]
fn a_virtual_environment_named_as_the_file_is_no_file() {
    let setting = Setting::sample(Version::Newest);
    let folder = folder(&setting, "");
    std::fs::remove_file(folder.path().join(".env")).unwrap();
    std::fs::create_dir(folder.path().join(".env")).unwrap();
    let environment = [
        ("ENVIRONMENT", "test"),
        ("DATABASE_URL", &setting.database_url),
        ("SECRET_KEY", SECRET),
        ("LEGACY_URL", &setting.legacy_url),
        ("GATEWAY_LISTEN", "127.0.0.1:0"),
        ("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0"),
    ];
    let (code, told) = checked(folder.path(), &environment);
    assert_eq!((code, &told["good"]), (0, &true.into()), "{told}");
}

#[test]
fn addresses_in_the_routes_file_are_shown_as_the_ones_that_hold() {
    let mut setting = Setting::sample(Version::Newest);
    setting.routes = "schema = 1\n[legacy]\nurls = [\"http://127.0.0.1:7\"]\n".to_owned();
    let dotenv = format!(
        "ENVIRONMENT=test\nDATABASE_URL={}\nSECRET_KEY={SECRET}\nLEGACY_URL={}\nGATEWAY_LISTEN=127.0.0.1:0\nGATEWAY_ADMIN_LISTEN=127.0.0.1:0\n",
        setting.database_url, setting.legacy_url
    );
    let shown = command(&["check"], folder(&setting, &dotenv).path(), &[]);
    let expected = "LEGACY_URL http://127.0.0.1:7 [legacy] urls in the routes file";
    assert_eq!(row(&shown.stdout, "LEGACY_URL"), expected, "{}", shown.stderr);
}
