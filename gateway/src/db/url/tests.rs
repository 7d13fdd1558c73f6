//! Every form of `.env` files, every refusal, and that no refusal shows a part of what was written.

use super::*;

fn parse(text: &str) -> Result<DatabaseUrl, BadDatabaseUrl> {
    DatabaseUrl::parse(text)
}

#[test]
fn every_form_that_fastapi_projects_write_is_accepted() {
    for good in [
        "postgresql://u:p@h/db",
        "postgres://u@h:5433/db",
        "postgresql+asyncpg://u:p@h/db?ssl=require",
        "postgresql+psycopg2://u:p%40@h/db?sslmode=verify-full&channel_binding=require",
        "postgresql+psycopg://u:p@[::1]/db?pgbouncer=true",
    ] {
        parse(good).expect(good);
    }
    let url = parse("postgresql+psycopg://u%40x:p%2F@h:1/my%20db").expect("good");
    assert_eq!(url.config().get_user(), Some("u@x"));
    assert_eq!(url.config().get_password(), Some(&b"p/"[..]));
    assert_eq!(url.config().get_dbname(), Some("my db"));
}

const STRAY: &str = "has a second `@` or one behind the host, most likely in a password that is not escaped";

#[test]
fn a_url_is_shown_without_its_password() {
    for (text, shown) in [
        ("postgresql://u:hidden@db.example.com/app", "u@db.example.com:5432/app sslmode=prefer"),
        ("postgresql+asyncpg://u:hidden@[::1]:1/app", "u@[::1]:1/app sslmode=disable"),
        ("postgresql://%2Fvar%2Frun/app?sslmode=require", "/var/run:5432/app sslmode=require"),
    ] {
        assert_eq!(parse(text).expect(text).to_string(), shown);
    }
}

#[test]
fn only_a_pooled_host_of_neons_has_a_direct_one() {
    let pooled = "postgresql://u:p@ep-cool-1-pooler.eu-central-1.aws.neon.tech/app?sslmode=require";
    let direct = DatabaseUrl::parse_unpooled(pooled).expect("pooled");
    assert_eq!(direct.to_string(), "u@ep-cool-1.eu-central-1.aws.neon.tech:5432/app sslmode=require");
    assert!(direct.has_password("p"));
    for other in ["postgresql://u@ep-cool-1.aws.neon.tech/app", "postgresql://u@x-pooler.example.com/app"] {
        assert!(DatabaseUrl::parse_unpooled(other).is_none(), "{other}");
    }
}

#[test]
fn a_bad_url_is_reported_without_its_values() {
    for (text, expected) in [
        ("nonsense", "is not a URL"),
        ("mysql://u:hidden@h/db", "is not a PostgreSQL URL"),
        ("postgresql:///db", "names no host"),
        ("postgresql://u:1/hidden@h/db", STRAY),
        ("postgresql://u:1/db?hidden@h/db", STRAY),
        ("postgresql://u:1/db#hidden@h/db", STRAY),
        ("postgresql://u:hid@den@h/db", STRAY),
        ("postgresql://u:hidden@h", "names no database"),
        ("postgresql://u:hidden@h/db?sslmode=maybe", "the value of `sslmode` is not known"),
        ("postgresql://u:hidden@h/db?sslmod=require", "the key `sslmod` is not known"),
    ] {
        assert_eq!(parse(text).expect_err(text).to_string(), expected);
    }
}

#[test]
fn only_tls_or_this_machine_is_private() {
    for (text, private) in [
        ("postgresql://u@db.example.com/x", false),
        ("postgresql://u@db.example.com/x?sslmode=prefer", false),
        ("postgresql://u@db.example.com/x?ssl=require", true),
        ("postgresql://u@localhost/x", true),
    ] {
        assert_eq!(parse(text).expect(text).is_private(), private, "{text}");
    }
}
