//! The environment as projects have it, good and bad.

use super::*;

const GOOD: &[(&str, &str)] = &[
    ("DATABASE_URL", "postgresql+asyncpg://u:p@localhost/app"),
    ("LEGACY_URL", "http://127.0.0.1:8000"),
    ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
];

fn read(environment: &[(&str, &str)], dotenv: &[(&str, &str)]) -> Result<(Shared, Config), String> {
    let mut mistakes = Mistakes::default();
    match Config::from_source(&Source::of(environment, dotenv), &mut mistakes) {
        (shared, Some(config)) if mistakes.is_empty() => Ok((shared, config)),
        _ => Err(mistakes.to_string()),
    }
}

#[test]
fn a_fastapi_projects_own_env_file_is_enough() {
    let (shared, config) = read(&[], GOOD).expect("good");
    assert_eq!(config.environment, Environment::Production);
    assert_eq!(shared.jwt_secret.expect("an alias").expose().len(), 32);
    assert_eq!(config.listen.public.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listen.admin.to_string(), "127.0.0.1:9090");
    assert_eq!(shared.files.routes.to_str(), Some("routes.toml"));
}

#[test]
fn the_environment_wins_over_the_file_and_empty_is_not_set() {
    let dotenv = [GOOD, &[("GATEWAY_LISTEN", "127.0.0.1:1"), ("LOG_FORMAT", "")]].concat();
    let (_, config) = read(&[("GATEWAY_LISTEN", "127.0.0.1:2")], &dotenv).expect("good");
    assert_eq!(config.listen.public.port(), 2);
}

#[test]
fn every_mistake_is_told_at_once_and_no_secret_with_it() {
    let report = read(
        &[
            ("ENVIRONMENT", "produktion"),
            ("GATEWAY_LISTEN", "localhost"),
            ("GATEWAY_LISTN", "127.0.0.1:1"),
            ("LEGACY_URL", "127.0.0.1:8000"),
            ("DATABASE_URL", "postgresql://u:hunter2@h/db?sslmod=require"),
            ("LEGACY_JWT_SECRET", "hunter2"),
            ("LOG_LEVEL", "loud"),
        ],
        &[],
    )
    .expect_err("bad");
    for name in [
        "ENVIRONMENT",
        "GATEWAY_LISTEN",
        "GATEWAY_LISTN",
        "LEGACY_URL",
        "DATABASE_URL",
        "LEGACY_JWT_SECRET",
        "LOG_LEVEL",
    ] {
        assert!(report.lines().any(|line| line.starts_with(&format!("{name}:"))), "{name} in:\n{report}");
    }
    assert!(!report.contains("hunter2"), "{report}");
    assert!(report.contains("did you mean `GATEWAY_LISTEN`"), "{report}");
}

#[test]
fn production_refuses_what_development_lets_pass() {
    let plain = [("DATABASE_URL", "postgresql://u@db.example.com/app"), ("SECRET_KEY", "changethis")];
    let report = read(&plain, &[]).expect_err("production");
    assert!(report.contains("not be encrypted") && report.contains("tutorials"), "{report}");
    let local = [&plain[..], &[("ENVIRONMENT", "local")]].concat();
    read(&local, &[]).expect("development");
    assert!(read(&[("ENVIRONMENT", "local")], &[]).expect("development").1.database.url.is_none());
    assert!(read(&[], &[]).expect_err("production").contains("DATABASE_URL"));
}
