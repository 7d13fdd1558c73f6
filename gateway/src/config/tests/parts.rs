//! A database named by its parts, and the direct way to it.

use super::{Seen, read};

const REST: &str = "ENVIRONMENT=local\n";

fn url(seen: &Seen) -> (String, String) {
    (seen.row("DATABASE_URL"), seen.mistakes.clone())
}

#[test]
fn the_parts_make_a_url_and_any_character_may_stand_in_them() {
    let dotenv = format!(
        "{REST}POSTGRES_SERVER=localhost\nPOSTGRES_PORT=5433\nPOSTGRES_USER=a@b\nPOSTGRES_PASSWORD='p:/?#@ %'\nPOSTGRES_DB=my/app\n"
    );
    let seen = read(&[], &dotenv);
    let row = "DATABASE_URL a@b@localhost:5433/my/app sslmode=disable composed from POSTGRES_SERVER, \
               POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB";
    assert_eq!(url(&seen), (row.to_owned(), String::new()));
    assert_eq!(seen.row("POSTGRES_PASSWORD"), "POSTGRES_PASSWORD <secret> .env line 5");
    let url = seen.config.expect("good").database.url.expect("composed");
    assert!(url.has_password("p:/?#@ %"));
}

#[test]
fn a_project_s_part_comes_before_the_shell_s() {
    let shell = [("PGHOST", "elsewhere"), ("PGUSER", "me"), ("PGDATABASE", "mine"), ("PGSSLMODE", "require")];
    let seen = read(&shell, &format!("{REST}POSTGRES_HOST=db.example.com\nPOSTGRES_DB=app\n"));
    let row = "DATABASE_URL me@db.example.com:5432/app sslmode=require composed from POSTGRES_HOST, PGUSER, \
               POSTGRES_DB, PGSSLMODE";
    assert_eq!(url(&seen), (row.to_owned(), String::new()));
    let seen = read(&shell, &format!("{REST}DATABASE_URL=postgresql://u@localhost/app\n"));
    assert_eq!(seen.row("DATABASE_URL"), "DATABASE_URL u@localhost:5432/app sslmode=disable .env line 2");
    assert_eq!(seen.row("PGHOST"), "", "what is not used is not shown");
}

#[test]
fn parts_that_are_missing_or_wrong_are_told_together() {
    for (parts, told) in [
        (
            "POSTGRES_PASSWORD=x\nPGPORT=1\n",
            "DATABASE_URL: is not set, and of its parts only PGPORT, POSTGRES_PASSWORD\nhelp: set POSTGRES_SERVER \
             (the host) and POSTGRES_USER (the user) and POSTGRES_DB (the database) as well, or DATABASE_URL",
        ),
        (
            "PGHOST=db:5432\nPGUSER=u\nPGDATABASE=d\nPGPORT=0\n",
            "PGHOST: is not a host\nhelp: write a name or an IP address alone; the port belongs into POSTGRES_PORT\n\n\
             PGPORT: is not a port\nhelp: write a number from 1 to 65535",
        ),
        (
            "PGHOST=::1\nPGUSER=u\nPGDATABASE=d\nPGSSLMODE=on\n",
            "PGSSLMODE: is not a mode of TLS\nhelp: write require, verify-full, prefer or disable",
        ),
        ("PGPORT=5432\nPGSSLMODE=require\n", ""),
        ("PGHOST=::1\nPGUSER=u\nPGDATABASE=d\n", ""),
        ("PGHOST=/var/run/postgresql\nPGUSER=u\nPGDATABASE=d\n", ""),
    ] {
        assert_eq!(read(&[], &format!("{REST}{parts}")).mistakes, told, "{parts}");
    }
}

#[test]
fn a_part_that_may_be_a_whole_url_is_neither_shown_nor_quoted() {
    let url = "postgresql://u:hidden@h/d";
    for parts in [
        format!("POSTGRES_SERVER={url}\n"),
        format!("PGHOST=//u:hidden@h/d\nPGUSER=u\nPGDATABASE=d\nPGSSLMODE={url}\n"),
        format!("POSTGRES_HOST=/u:hidden@h/d\nPOSTGRES_PORT={url}\nPOSTGRES_USER=u\nPOSTGRES_DB=d\n"),
        format!("PGPORT={url}\nPGPASSWORD=x\n"),
        format!("PGPORT={url}\nPGSSLMODE={url}\n"),
    ] {
        let seen = read(&[], &format!("{REST}{parts}"));
        let shown = format!("{}{}", seen.shared.effective, seen.mistakes);
        assert!(!shown.contains("hidden"), "{parts}\n{shown}");
    }
    let seen = read(&[], &format!("{REST}POSTGRES_SERVER={url}\nPGPORT=x\n"));
    assert_eq!(seen.row("POSTGRES_SERVER"), "POSTGRES_SERVER a mistake, see below .env line 2");
    assert_eq!(seen.mistakes.matches("help: ").count(), 3, "{}", seen.mistakes);
}

#[test]
fn the_direct_way_is_written_or_derived() {
    let pooled = "postgresql://u:p@ep-a-1-pooler.eu.aws.neon.tech/app?sslmode=require";
    let seen = read(&[], &format!("{REST}NEON_DATABASE_URL={pooled}\n"));
    let row =
        "DIRECT_DATABASE_URL u@ep-a-1.eu.aws.neon.tech:5432/app sslmode=require derived from DATABASE_URL";
    assert_eq!(seen.row("DIRECT_DATABASE_URL"), row);
    let parts = "POSTGRES_SERVER=ep-a-1-pooler.eu.aws.neon.tech\nPOSTGRES_USER=u\nPOSTGRES_DB=app\nPGSSLMODE=require\n";
    assert_eq!(read(&[], &format!("{REST}{parts}")).row("DIRECT_DATABASE_URL"), row);
    let dotenv = format!("{REST}DATABASE_URL={pooled}\nDIRECT_URL=postgresql://u@localhost/app\n");
    let seen = read(&[], &dotenv);
    let row = "DIRECT_DATABASE_URL u@localhost:5432/app sslmode=disable .env line 3 (alias DIRECT_URL)";
    assert_eq!(seen.row("DIRECT_DATABASE_URL"), row);
}
