//! Every metric with its labels and meaning; `docs/observability.md` says the same for people, a test compares.

use prometheus::{HistogramOpts, Opts};

pub struct Name {
    pub name: &'static str,
    pub help: &'static str,
    /// In the order in which values are given.
    pub labels: &'static [&'static str],
}

impl Name {
    const fn new(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Self {
        Self { name, help, labels }
    }

    pub fn opts(&self) -> Opts {
        Opts::new(self.name, self.help)
    }

    pub fn histogram(&self, buckets: &[f64]) -> HistogramOpts {
        HistogramOpts::new(self.name, self.help).buckets(buckets.to_vec())
    }
}

pub const REQUESTS: Name =
    Name::new("gateway_requests_total", &["route", "owner", "status_class"], "Requests answered");
pub const REQUEST_SECONDS: Name = Name::new(
    "gateway_request_seconds",
    &["route", "owner"],
    "Time from the first byte of a request to the last of its answer",
);
pub const LEGACY_FIRST_BYTE_SECONDS: Name = Name::new(
    "gateway_legacy_first_byte_seconds",
    &["route"],
    "Time from the first byte of a request to the head of the legacy's answer",
);
pub const REFUSED: Name = Name::new("gateway_refused_total", &["reason"], "Requests refused at the door");
pub const REFUSE_REPORTED: Name = Name::new(
    "gateway_refuse_reported_total",
    &["reason"],
    "Requests that were let through by [refuse], and would have been refused",
);
pub const LIMITED: Name = Name::new(
    "gateway_limited_total",
    &["limit"],
    "Times that somebody met one of the limits of routes.toml",
);
pub const HTTP2_GOAWAYS: Name = Name::new(
    "gateway_http2_goaways_total",
    &["reason"],
    "Connections of HTTP/2 that were ended because of what the client did, or did not do",
);
pub const WEBSOCKETS: Name = Name::new("gateway_websockets", &[], "WebSockets that are open");
pub const AUTH_REFUSED: Name =
    Name::new("gateway_auth_refused_total", &["reason"], "Requests whose token was missing or bad");
pub const AUTH_REPORTED: Name =
    Name::new("gateway_auth_reported_total", &["reason"], "Requests let through by auth = \"report\"");
pub const AUTH_CACHE: Name = Name::new(
    "gateway_auth_cache_total",
    &["result"],
    "Tokens with a public key whose signature was verified: known already (hit), or computed (miss)",
);
pub const LOGIN_ATTEMPTS: Name = Name::new(
    "gateway_login_attempts_total",
    &["outcome"],
    "Passwords that were looked at (allowed), and those that were not because of this bucket",
);
pub const PANICS: Name =
    Name::new("gateway_panics_total", &[], "Requests answered 500 because our own code panicked");

pub const PASSWORDS_WAITING: Name =
    Name::new("gateway_passwords_waiting", &[], "Requests that wait for a thread that hashes passwords");
pub const PASSWORDS_RUNNING: Name =
    Name::new("gateway_passwords_running", &[], "Threads that hash a password at this moment");
pub const PASSWORD_SECONDS: Name =
    Name::new("gateway_password_seconds", &[], "Time that hashing a password took, without the queue");
pub const PASSWORDS_COMPARED: Name = Name::new(
    "gateway_passwords_compared_total",
    &["form"],
    "Passwords that were compared with a stored hash, or with the stand-in for one, by its form",
);
pub const PASSWORDS_REFUSED: Name = Name::new(
    "gateway_passwords_refused_total",
    &["reason"],
    "Requests that were turned away because too many passwords were being hashed",
);
pub const PASSWORDS_UNUSABLE: Name = Name::new(
    "gateway_passwords_unusable_total",
    &["reason"],
    "Logins of users whose stored password is none that anybody can log in with",
);

pub const SESSIONS_OPENED: Name =
    Name::new("gateway_sessions_opened_total", &["by"], "Sessions that began with a login or a registration");
pub const REFRESHES: Name =
    Name::new("gateway_auth_refreshes_total", &["result"], "Refresh tokens that were shown");
pub const SESSIONS_ENDED: Name = Name::new(
    "gateway_sessions_ended_total",
    &["reason"],
    "Sessions that this process ended before their time",
);

pub const RECORDING_EXCHANGES: Name = Name::new(
    "gateway_recording_exchanges_total",
    &[],
    "Requests that were recorded, from when a crash no longer takes them away",
);
pub const RECORDING_GAPS: Name = Name::new(
    "gateway_recording_gaps_total",
    &["reason"],
    "Requests that are missing in a recording while one was made",
);
pub const RECORDING_BYTES: Name =
    Name::new("gateway_recording_bytes_total", &[], "Bytes of recordings that were written");
pub const RECORDING_HELD: Name = Name::new(
    "gateway_recording_held_bytes",
    &[],
    "Memory of what is recorded and not written yet, at most 64 MiB",
);

pub const RELOADS: Name =
    Name::new("gateway_routes_reloads_total", &["result"], "Changes of routes.toml that were seen");
pub const MISTAKES: Name = Name::new(
    "gateway_routes_mistakes",
    &[],
    "Mistakes in routes.toml as it is on disk; the last good file stays in force",
);
pub const REVISION: Name = Name::new("gateway_routes_revision", &[], "How many good files have been taken");
pub const ROUTES_CHECKED: Name =
    Name::new("gateway_routes_checked_timestamp_seconds", &[], "When routes.toml was last looked at");
pub const ROUTES_TAKEN: Name =
    Name::new("gateway_routes_taken_timestamp_seconds", &[], "When the routes.toml in force was taken");
pub const KEYS_RELOADS: Name =
    Name::new("gateway_keys_reloads_total", &["result"], "Changes of the directory of keys that were seen");
pub const KEYS_INFO: Name = Name::new(
    "gateway_keys_info",
    &["kid", "alg", "state"],
    "Always 1, for each key of the gateway's own that is in force",
);
pub const TLS_RELOADS: Name = Name::new(
    "gateway_tls_reloads_total",
    &["result"],
    "Changes of the certificate or its key that were seen",
);
pub const TLS_EXPIRES: Name = Name::new(
    "gateway_tls_certificate_expires_timestamp_seconds",
    &[],
    "When the certificate that clients are shown expires, 0 without TLS",
);
pub const CONFIG_INFO: Name = Name::new(
    "gateway_config_info",
    &["routes_sha256", "lock_sha256", "profile_sha256", "version"],
    "Always 1; the labels are the configuration in force",
);

pub const ERRORS: Name = Name::new(
    "gateway_errors_total",
    &["kind", "origin"],
    "Answers that the gateway made itself because something was wrong, or that broke off",
);
pub const LOG_LOST: Name = Name::new(
    "gateway_log_lines_lost_total",
    &[],
    "Lines of requests that were not written, because too many waited for whoever reads the log",
);
pub const IN_FLIGHT: Name =
    Name::new("gateway_requests_in_flight", &[], "Requests that have begun and are not over");
pub const CLIENT_CONNECTIONS: Name = Name::new(
    "gateway_client_connections",
    &[],
    "Connections of clients that are open; WebSockets, once open, are not among them",
);
pub const READY: Name = Name::new("gateway_ready", &[], "1 while the process may get traffic");
pub const DRAINING: Name = Name::new("gateway_draining", &[], "1 once the process is on its way out");
pub const DEGRADED: Name = Name::new(
    "gateway_degraded",
    &["part"],
    "1 while the part cannot be used, as far as the last probe found; see /readyz for why",
);
pub const PROBED: Name =
    Name::new("gateway_probed_timestamp_seconds", &[], "When parts were last probed, 0 before");

pub const DATABASE_CONNECTIONS: Name = Name::new(
    "gateway_database_connections",
    &["state"],
    "Connections of the pool, those being opened among those in use",
);
pub const DATABASE_CONNECTIONS_MAX: Name =
    Name::new("gateway_database_connections_max", &[], "Connections that the pool may have at most");
pub const DATABASE_WAITING: Name =
    Name::new("gateway_database_waiting", &[], "Requests that wait for a connection of the pool");
pub const DATABASE_BREAKER: Name = Name::new(
    "gateway_database_breaker_state",
    &[],
    "0 while requests may use the database, 1 while ever more may, 2 while none may",
);
pub const DATABASE_FAILURES: Name = Name::new(
    "gateway_database_failures_total",
    &["meaning"],
    "Statements and connections of requests that failed",
);
pub const DATABASE_REFUSED: Name = Name::new(
    "gateway_database_refused_total",
    &["reason"],
    "Requests for the database that were turned away before they had a connection",
);
pub const DATABASE_PROBES: Name = Name::new(
    "gateway_database_probes_total",
    &["result"],
    "Times the database was asked whether it is there, on behalf of nobody",
);
pub const DATABASE_CONNECTS: Name =
    Name::new("gateway_database_connects_total", &["result"], "Connections opened for requests");
pub const DATABASE_RETRIES: Name = Name::new(
    "gateway_database_retries_total",
    &["reason"],
    "Units of work that were run again because another transaction stood in their way",
);
pub const REVOCATIONS_AWAKE: Name = Name::new(
    "gateway_revocations_awake",
    &[],
    "1 while somebody asks and revocations are followed, 0 while the database is left alone",
);
pub const REVOCATIONS_STALENESS: Name = Name::new(
    "gateway_revocations_staleness_seconds",
    &[],
    "For how long it has not been known what was revoked; 0 while nobody asks",
);
pub const REVOCATIONS_LOOKS: Name = Name::new(
    "gateway_revocations_polls_total",
    &["result"],
    "Times the database was asked what was revoked since the last time",
);
pub const REVOCATIONS_NOTICES: Name = Name::new(
    "gateway_revocations_notifications_total",
    &[],
    "Times the database said by itself that something was revoked",
);
pub const REVOCATIONS_REMEMBERED: Name = Name::new(
    "gateway_revocations_remembered",
    &["kind"],
    "Sessions, tokens and users of which something is refused that would be good otherwise",
);
pub const LEGACY_CONNECTIONS: Name = Name::new(
    "gateway_legacy_connections",
    &["state"],
    "Connections to the legacy; WebSockets, once open, are not among them",
);
pub const LEGACY_OPENED: Name =
    Name::new("gateway_legacy_connections_opened_total", &[], "Connections to the legacy that were opened");
pub const LEGACY_CONNECT_FAILURES: Name = Name::new(
    "gateway_legacy_connect_failures_total",
    &["kind"],
    "Connections to the legacy that could not be opened for a request",
);

pub const LEGACY_RETRIES: Name = Name::new(
    "gateway_legacy_retries_total",
    &["reason"],
    "Requests that were sent again, where that could do nothing twice",
);
pub const LEGACY_OVER_BUDGET: Name = Name::new(
    "gateway_legacy_retries_refused_total",
    &[],
    "Requests that were not sent again, because too many of the last ten seconds had been",
);
pub const LEGACY_FAILS_OPEN: Name = Name::new(
    "gateway_legacy_fails_open",
    &[],
    "1 while no instance of the legacy is healthy, so that all of them are used",
);
pub const INSTANCE_HEALTHY: Name = Name::new(
    "gateway_legacy_instance_healthy",
    &["instance"],
    "1 while the health checks of the instance are good, or nobody makes any",
);
pub const INSTANCE_EJECTED: Name = Name::new(
    "gateway_legacy_instance_ejected",
    &["instance"],
    "1 while requests keep away from the instance, because the last ones failed there",
);
pub const INSTANCE_IN_FLIGHT: Name =
    Name::new("gateway_legacy_instance_in_flight", &["instance"], "Requests that the instance is busy with");
pub const INSTANCE_REQUESTS: Name = Name::new(
    "gateway_legacy_instance_requests_total",
    &["instance"],
    "Requests that were given to the instance, those sent again included",
);
pub const INSTANCE_FAILURES: Name = Name::new(
    "gateway_legacy_instance_failures_total",
    &["instance"],
    "Requests that failed at the instance: no connection, none or half of an answer, a 5xx where that counts",
);
pub const INSTANCE_EJECTIONS: Name = Name::new(
    "gateway_legacy_instance_ejections_total",
    &["instance"],
    "Times requests began to keep away from the instance",
);
pub const INSTANCE_CHECKS: Name = Name::new(
    "gateway_legacy_instance_checks_total",
    &["instance", "result"],
    "Health checks of the addresses of the instance",
);

pub const PROCESS_CPU_SECONDS: Name =
    Name::new("process_cpu_seconds_total", &[], "Processor time, user and system");
pub const PROCESS_RESIDENT_BYTES: Name =
    Name::new("process_resident_memory_bytes", &[], "Memory that is in RAM");
pub const PROCESS_THREADS: Name = Name::new("process_threads", &[], "Threads of the process");
pub const PROCESS_OPEN_FILES: Name = Name::new("process_open_fds", &[], "Open files, sockets among them");
pub const PROCESS_MOST_FILES: Name = Name::new("process_max_fds", &[], "Files that may be open at most");
pub const PROCESS_START: Name =
    Name::new("process_start_time_seconds", &[], "When the process began to count");
