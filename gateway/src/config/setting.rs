//! Every variable this process reads: its names, whether it is secret, what holds without it, what it means.
//!
//! One table: reading, `gateway check`, `--help`, the hint for a misspelt name, the documentation and the tests use it.

pub struct Setting {
    pub name: &'static str,
    /// Other names that FastAPI projects use for it; of several that are set, the first holds.
    pub aliases: &'static [&'static str],
    /// Never shown; may also be the content of the file that `…_FILE` names.
    pub secret: bool,
    /// What holds when nothing is set; empty: nothing does.
    pub default: &'static str,
    pub meaning: &'static str,
}

impl Setting {
    const fn plain(name: &'static str, default: &'static str, meaning: &'static str) -> Self {
        Self { name, aliases: &[], secret: false, default, meaning }
    }

    const fn secret(name: &'static str, meaning: &'static str) -> Self {
        Self { name, aliases: &[], secret: true, default: "", meaning }
    }

    const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// The names, and for a secret those of files that hold it.
    pub fn variables(&self) -> impl Iterator<Item = String> + use<> {
        let secret = self.secret;
        self.names().flat_map(move |name| {
            std::iter::once(name.to_owned()).chain(secret.then(|| format!("{name}_FILE")))
        })
    }
}

pub static ENVIRONMENT: Setting = Setting::plain(
    "ENVIRONMENT",
    "production",
    "`local`, `dev`, `development` or `test`; `staging`; `prod` or `production`",
);
pub static GATEWAY_LISTEN: Setting =
    Setting::plain("GATEWAY_LISTEN", "127.0.0.1:8080", "where clients ask: IP and port");
pub static GATEWAY_ADMIN_LISTEN: Setting = Setting::plain(
    "GATEWAY_ADMIN_LISTEN",
    "127.0.0.1:9090",
    "`/healthz`, `/readyz`, `/metrics`, `/api/…`; keep it private",
);
pub static GATEWAY_TRUSTED_PROXIES: Setting = Setting::plain(
    "GATEWAY_TRUSTED_PROXIES",
    "",
    "networks, comma-separated, of proxies before this one whose `X-Forwarded-*` and `Forwarded` are believed",
);
pub static GATEWAY_RUN_DIR: Setting = Setting::plain(
    "GATEWAY_RUN_DIR",
    "",
    "where `run --upgrade` finds the running process: a folder that only its user can enter; made where it is missing",
)
.or(&["RUNTIME_DIRECTORY"]);
pub static GATEWAY_DRAIN_DELAY: Setting = Setting::plain(
    "GATEWAY_DRAIN_DELAY",
    "0s",
    "after SIGTERM: how long new connections are still taken, for a balancer that has yet to hear of `/readyz`",
);
pub static GATEWAY_TLS_CERT: Setting = Setting::plain(
    "GATEWAY_TLS_CERT",
    "",
    "a file: the certificate clients are shown, and its chain, as PEM; with it clients speak TLS, and nothing else",
);
pub static GATEWAY_TLS_KEY: Setting =
    Setting::plain("GATEWAY_TLS_KEY", "", "a file: the key of that certificate, as PEM");
pub static LEGACY_URL: Setting = Setting::plain(
    "LEGACY_URL",
    "",
    "where the backend listens; several, comma-separated, share the requests. `[legacy] urls` in `routes.toml` comes first",
);
pub static LEGACY_CA_FILE: Setting = Setting::plain(
    "LEGACY_CA_FILE",
    "",
    "a PEM file: the authorities that a backend at `https://` is verified against, instead of the system's",
);
pub static LEGACY_JWT_SECRET: Setting =
    Setting::secret("LEGACY_JWT_SECRET", "the secret that the backend signs tokens with").or(&[
        "SECRET_KEY",
        "JWT_SECRET_KEY",
        "JWT_SECRET",
        "BETTER_AUTH_SECRET",
    ]);
pub static ACCESS_TOKEN_EXPIRE_MINUTES: Setting = Setting::plain(
    "ACCESS_TOKEN_EXPIRE_MINUTES",
    "",
    "the backend's own: how long tokens live, where `legacy.toml` does not say it; over an hour is warned of",
);
pub static GATEWAY_KEYS_DIR: Setting =
    Setting::plain("GATEWAY_KEYS_DIR", "", "the folder of the gateway's own signing keys");
pub static DATABASE_URL: Setting =
    Setting::secret("DATABASE_URL", "the backend's database, in any of SQLAlchemy's forms").or(&[
        "NEON_DATABASE_URL",
        "POSTGRES_URL",
        "SQLALCHEMY_DATABASE_URI",
    ]);
pub static DIRECT_DATABASE_URL: Setting = Setting::secret(
    "DIRECT_DATABASE_URL",
    "the same database without a pooler, for migrations; by default Neon's pooled host without `-pooler`, or `DATABASE_URL`",
)
.or(&["DIRECT_URL", "DATABASE_URL_SYNC", "DATABASE_URL_UNPOOLED", "POSTGRES_URL_NON_POOLING"]);
pub static POSTGRES_SERVER: Setting =
    Setting::plain("POSTGRES_SERVER", "", "part of `DATABASE_URL`: the host").or(&["POSTGRES_HOST"]);
pub static POSTGRES_PORT: Setting = Setting::plain("POSTGRES_PORT", "", "part: the port; 5432 without it");
pub static POSTGRES_USER: Setting = Setting::plain("POSTGRES_USER", "", "part: the user");
pub static POSTGRES_PASSWORD: Setting = Setting::secret("POSTGRES_PASSWORD", "part: the password");
pub static POSTGRES_DB: Setting = Setting::plain("POSTGRES_DB", "", "part: the database");
pub static PGHOST: Setting = Setting::plain("PGHOST", "", "the host, where `POSTGRES_SERVER` is not set");
pub static PGPORT: Setting = Setting::plain("PGPORT", "", "the port, where `POSTGRES_PORT` is not set");
pub static PGUSER: Setting = Setting::plain("PGUSER", "", "the user, where `POSTGRES_USER` is not set");
pub static PGPASSWORD: Setting =
    Setting::secret("PGPASSWORD", "the password, where `POSTGRES_PASSWORD` is not set");
pub static PGDATABASE: Setting =
    Setting::plain("PGDATABASE", "", "the database, where `POSTGRES_DB` is not set");
pub static PGSSLMODE: Setting = Setting::plain(
    "PGSSLMODE",
    "",
    "part: `require`, `verify-full`, `prefer` or `disable`, as `sslmode` in a URL",
);
pub static DATABASE_POOL_MAX: Setting = Setting::plain(
    "DATABASE_POOL_MAX",
    "16",
    "connections to the database at most; fewer where the server allows fewer",
);
pub static GATEWAY_REPLICAS: Setting =
    Setting::plain("GATEWAY_REPLICAS", "1", "how many gateways share what the server allows");
pub static DATABASE_CANCEL: Setting = Setting::plain(
    "DATABASE_CANCEL",
    "on",
    "`off` where a pooler cannot take a cancel, as PgBouncer 1.18: then the server's own timeouts end a late statement",
);
pub static GATEWAY_PG_BIN: Setting = Setting::plain(
    "GATEWAY_PG_BIN",
    "",
    "PostgreSQL's binaries, for the private cluster of a development machine",
);
pub static LOG_LEVEL: Setting =
    Setting::plain("LOG_LEVEL", "info", "`error`, `warn`, `info`, `debug` or `trace`");
pub static LOG_FORMAT: Setting =
    Setting::plain("LOG_FORMAT", "json", "`json` or `text`; without it `text` in development");
pub static ROUTES_FILE: Setting = Setting::plain("ROUTES_FILE", "routes.toml", "who answers what");
pub static LEGACY_PROFILE: Setting =
    Setting::plain("LEGACY_PROFILE", "legacy.toml", "what the backend's tokens and errors look like");
pub static LEGACY_LOCK: Setting =
    Setting::plain("LEGACY_LOCK", "legacy.lock", "the backend's routes, from `gateway legacy import`");
pub static MIGRATIONS_DIR: Setting =
    Setting::plain("MIGRATIONS_DIR", "migrations", "the folder of `gateway migrate`");

/// In the order in which they are shown.
pub static SETTINGS: [&Setting; 36] = [
    &ENVIRONMENT,
    &GATEWAY_LISTEN,
    &GATEWAY_ADMIN_LISTEN,
    &GATEWAY_TRUSTED_PROXIES,
    &GATEWAY_RUN_DIR,
    &GATEWAY_DRAIN_DELAY,
    &GATEWAY_TLS_CERT,
    &GATEWAY_TLS_KEY,
    &LEGACY_URL,
    &LEGACY_CA_FILE,
    &LEGACY_JWT_SECRET,
    &ACCESS_TOKEN_EXPIRE_MINUTES,
    &GATEWAY_KEYS_DIR,
    &DATABASE_URL,
    &DIRECT_DATABASE_URL,
    &POSTGRES_SERVER,
    &POSTGRES_PORT,
    &POSTGRES_USER,
    &POSTGRES_PASSWORD,
    &POSTGRES_DB,
    &PGHOST,
    &PGPORT,
    &PGUSER,
    &PGPASSWORD,
    &PGDATABASE,
    &PGSSLMODE,
    &DATABASE_POOL_MAX,
    &GATEWAY_REPLICAS,
    &DATABASE_CANCEL,
    &GATEWAY_PG_BIN,
    &LOG_LEVEL,
    &LOG_FORMAT,
    &ROUTES_FILE,
    &LEGACY_PROFILE,
    &LEGACY_LOCK,
    &MIGRATIONS_DIR,
];

/// The name that somebody most likely meant by one that no setting has.
pub(super) fn nearest(written: &str) -> String {
    let scored = SETTINGS.iter().flat_map(|setting| setting.variables());
    let scored = scored.map(|known| (strsim::jaro_winkler(&known, written), known));
    scored.max_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, known)| known).unwrap_or_default()
}

pub(super) fn is_known(variable: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.variables().any(|known| known == variable))
}
