//! A `.env` with eight mistakes, and every word that is said about it.

use compat_tests::sample::Version;

use super::folder;
use crate::house::{Setting, command};

const DOTENV: &str = "\
ENVIRONMENT=produktion
GATEWAY_LISTEN=localhost:8080
GATEWAY_ADMIN_LISTN=127.0.0.1:9090
LEGACY_URL=127.0.0.1:8000
POSTGRES_SERVER=db.example.com
POSTGRES_PASSWORD=Zq7vX2kW
SECRET_KEY=changethis
LOG_LEVEL=loud
LOG_FORMAT=xml
ACCESS_TOKEN_EXPIRE_MINUTES=11520
";

const TABLE: &str = "\
SETTING                      VALUE                 ORIGIN
ENVIRONMENT                  a mistake, see below  .env line 1
GATEWAY_LISTEN               a mistake, see below  .env line 2
GATEWAY_ADMIN_LISTEN         127.0.0.1:9090        default
GATEWAY_TRUSTED_PROXIES      not set
GATEWAY_RUN_DIR              not set
GATEWAY_DRAIN_DELAY          0s                    default
GATEWAY_TLS_CERT             not set
GATEWAY_TLS_KEY              not set
LEGACY_URL                   a mistake, see below  .env line 4
LEGACY_CA_FILE               not set
LEGACY_JWT_SECRET            <secret>              .env line 7 (alias SECRET_KEY)
ACCESS_TOKEN_EXPIRE_MINUTES  11520                 .env line 10
GATEWAY_KEYS_DIR             not set
DATABASE_URL                 a mistake, see below
DIRECT_DATABASE_URL          not set
POSTGRES_SERVER              db.example.com        .env line 5
POSTGRES_PASSWORD            <secret>              .env line 6
DATABASE_POOL_MAX            16                    default
GATEWAY_REPLICAS             1                     default
DATABASE_CANCEL              on                    default
GATEWAY_PG_BIN               not set
LOG_LEVEL                    a mistake, see below  .env line 8
LOG_FORMAT                   a mistake, see below  .env line 9
ROUTES_FILE                  routes.toml           default
LEGACY_PROFILE               legacy.toml           default
LEGACY_LOCK                  legacy.lock           default
MIGRATIONS_DIR               migrations            default

warning: ACCESS_TOKEN_EXPIRE_MINUTES: the legacy's tokens live 8 days: a stolen one works that long, unless somebody takes it back
help: let the legacy issue tokens for an hour or less

";

const MISTAKES: &str = "\
DATABASE_URL: is not set, and of its parts only POSTGRES_SERVER, POSTGRES_PASSWORD
help: set POSTGRES_USER (the user) and POSTGRES_DB (the database) as well, or DATABASE_URL

ENVIRONMENT: `produktion`: not an environment
help: write local, dev, development or test; staging; prod or production (the default)

GATEWAY_ADMIN_LISTN: no setting has this name
help: did you mean `GATEWAY_ADMIN_LISTEN`? remove it otherwise

GATEWAY_LISTEN: `localhost:8080`: invalid socket address syntax
help: write IP:PORT, as in `127.0.0.1:8080` or `[::1]:8080`; port 0 lets the system choose

LEGACY_URL: the address has no scheme
help: write `http://` or `https://` in front of it

LOG_FORMAT: `xml`: not a log format
help: write text or json

LOG_LEVEL: `loud`: not a log level
help: write error, warn, info, debug or trace

SECRET_KEY: the secret is one that tutorials print: everybody can forge tokens
help: give the legacy a strong one, made with `openssl rand -hex 32`, and set the same here

8 mistakes
";

#[test]
fn eight_mistakes_are_told_at_once_word_for_word() {
    let folder = folder(&Setting::sample(Version::Newest), DOTENV);
    let shown = command(&["check"], folder.path(), &[]);
    assert_eq!((shown.code, shown.stdout.as_str(), shown.stderr.as_str()), (Some(2), TABLE, MISTAKES));
    let run = command(&["run"], folder.path(), &[]);
    let expected = format!("{MISTAKES}nothing was started\n");
    assert_eq!((run.code, run.stdout.as_str(), run.stderr), (Some(2), "", expected));
}
