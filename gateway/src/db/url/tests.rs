//! Every form of `.env` files, every refusal, and that no refusal shows a part of what was written.

use std::{fs, net::Ipv4Addr};

use proptest::prelude::{prop, prop_assert, prop_assume, proptest};

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

/// Both spellings of each form found in FastAPI projects, and what becomes of them.
#[test]
fn every_key_that_libpq_and_drivers_of_python_have_is_honoured_or_left_out() {
    for (keys, shown) in [
        ("ssl=require", "require"),
        ("ssl=true", "require"),
        ("ssl=verify-full", "require"),
        ("ssl=prefer", "prefer"),
        ("ssl=disable", "disable"),
        ("ssl=false", "disable"),
        ("sslmode=require&channel_binding=require", "require"),
        ("sslmode=verify-ca", "require"),
        ("sslmode=verify-full", "require"),
        ("sslmode=verify-full&sslrootcert=system", "require"),
        ("sslmode=require&sslnegotiation=direct", "require"),
        ("sslnegotiation=postgres", "prefer"),
        ("options=endpoint%3Dep-x", "prefer"),
        ("options=project%3Dx", "prefer"),
        ("pgbouncer=true&connection_limit=1&pool_timeout=20&schema=public", "prefer"),
        ("prepared_statement_cache_size=0&statement_cache_size=0", "prefer"),
        ("application_name=x&client_encoding=utf8&gssencmode=disable", "prefer"),
        ("target_session_attrs=read-write", "prefer"),
        ("target_session_attrs=any&hostaddr=192.0.2.1", "prefer"),
    ] {
        let text = format!("postgresql+asyncpg://u:p@db.example.com/app?{keys}");
        assert_eq!(
            parse(&text).expect(&text).to_string(),
            format!("u@db.example.com:5432/app sslmode={shown}"),
            "{keys}"
        );
    }
}

#[test]
fn every_wait_has_an_end_unless_the_url_says_another_one() {
    let seconds = Duration::from_secs;
    for (keys, connect, idle, interval, retries, unacknowledged, keepalives) in [
        ("", seconds(2), seconds(5), seconds(2), 2, seconds(3), true),
        ("connect_timeout=10", seconds(10), seconds(5), seconds(2), 2, seconds(3), true),
        (
            "keepalives=1&keepalives_idle=30&keepalives_interval=10&keepalives_count=3&tcp_user_timeout=1500",
            seconds(2),
            seconds(30),
            seconds(10),
            3,
            Duration::from_millis(1500),
            true,
        ),
        ("keepalives=0", seconds(2), seconds(5), seconds(2), 2, seconds(3), false),
    ] {
        let url = parse(&format!("postgresql://u@h/db?{keys}")).expect(keys);
        let config = url.config();
        assert_eq!(config.get_connect_timeout(), Some(&connect), "{keys}");
        assert_eq!(config.get_keepalives_idle(), idle, "{keys}");
        assert_eq!(config.get_keepalives_interval(), Some(interval), "{keys}");
        assert_eq!(config.get_keepalives_retries(), Some(retries), "{keys}");
        assert_eq!(config.get_tcp_user_timeout(), Some(&unacknowledged), "{keys}");
        assert_eq!(config.get_keepalives(), keepalives, "{keys}");
    }
}

#[test]
fn what_cannot_be_honoured_is_refused_by_its_key() {
    const OPTIONS: &str = "`options` sets something for the session";
    for (keys, told) in [
        ("options=-c%20statement_timeout%3D5s", OPTIONS),
        ("options=-csearch_path%3Dother", OPTIONS),
        ("options=endpoint%3Dep-x%20-csearch_path%3Dother", OPTIONS),
        ("schema=other", "`schema` names another schema than `public`"),
        ("sslrootcert=/nowhere/to/be/found.pem", "the file that `sslrootcert` names cannot be read"),
        ("sslnegotiation=direct", "`sslnegotiation=direct` without `sslmode=require`"),
        ("channel_binding=require", "`channel_binding=require` without `sslmode=require`"),
        ("channel_binding=require&ssl=disable", "`channel_binding=require` without `sslmode=require`"),
        ("host=other", "`host` names another one than stands before the path"),
        ("ssl=maybe", "the value of `ssl` is not known"),
        ("sslnegotiation=maybe", "the value of `sslnegotiation` is not known"),
        ("connect_timeout=0", "the value of `connect_timeout` is not known"),
        ("connect_timeout=soon", "the value of `connect_timeout` is not known"),
        ("keepalives=yes", "the value of `keepalives` is not known"),
        ("keepalives_retries=99999999999", "the value of `keepalives_retries` is not known"),
        ("tcp_user_timeout=0", "the value of `tcp_user_timeout` is not known"),
        ("target_session_attrs=standby", "the value of `target_session_attrs` is not known"),
        ("hostaddr=db.example.com", "the value of `hostaddr` is not known"),
        ("channel_binding=maybe", "the value of `channel_binding` is not known"),
        ("client_encoding=latin1", "the value of `client_encoding` is not known"),
        ("gssencmode=require", "the value of `gssencmode` is not known"),
        ("sslcert=/a.pem", "the key `sslcert` is not known"),
        ("sslmode=require&Hunter2", "has a key that is not known, and that does not look like one"),
    ] {
        let error = parse(&format!("postgresql://u:p@h/db?{keys}")).expect_err(keys);
        assert_eq!(error.to_string(), told, "{keys}");
        assert!(!error.remedy().is_empty(), "{keys}");
    }
}

#[test]
fn one_host_wherever_it_stands_and_never_several() {
    for (text, shown) in [
        ("postgresql://u:p@/app?host=/var/run/postgresql", "u@/var/run/postgresql:5432/app sslmode=disable"),
        ("postgresql:///app?host=db.example.com&port=6432", "db.example.com:6432/app sslmode=prefer"),
        ("postgresql://u@[2001:db8::1]:6432/app", "u@[2001:db8::1]:6432/app sslmode=prefer"),
        ("  postgresql://u@h/app\n", "u@h:5432/app sslmode=prefer"),
        (
            "postgresql://u@db.example.com/app?host=DB.example.com&port=6432",
            "u@db.example.com:6432/app sslmode=prefer",
        ),
        ("postgresql://u@[::2]:6432/app?host=::2&port=6432", "u@[::2]:6432/app sslmode=prefer"),
        ("postgresql://%2Fvar%2Frun/app?host=/var/run", "/var/run:5432/app sslmode=disable"),
    ] {
        assert_eq!(parse(text).expect(text).to_string(), shown);
    }
    for (text, expected) in [
        ("postgresql://u:p@a,b/app", BadDatabaseUrl::SeveralHosts),
        ("postgresql://u@h/app?host=other", BadDatabaseUrl::Twice("host")),
        ("postgresql://u@h/app?host=h&host=other", BadDatabaseUrl::Twice("host")),
        ("postgresql://u@h/app?host=/var/run/postgresql", BadDatabaseUrl::Twice("host")),
        ("postgresql://%2Fvar%2Frun/app?host=/tmp", BadDatabaseUrl::Twice("host")),
        ("postgresql://u@h:5432/app?port=6432", BadDatabaseUrl::Twice("port")),
        ("postgresql://u@h/app?port=6432&port=5432", BadDatabaseUrl::Twice("port")),
        ("postgresql://u@h:5432/app?port=x", BadDatabaseUrl::BadValue("port")),
        ("postgresql://u:p@a:1,b:2/app", BadDatabaseUrl::SeveralHosts),
        ("postgresql://a,b/app?target_session_attrs=any", BadDatabaseUrl::SeveralHosts),
        ("postgresql:///app?host=a,b", BadDatabaseUrl::SeveralHosts),
        ("postgresql://u:p,x/y@h/app", BadDatabaseUrl::NotAUrl),
        ("postgresql://u:p\nx@h/app", BadDatabaseUrl::ControlCharacter),
        ("postgresql://u%FF:p@h/app", BadDatabaseUrl::BadEscape),
        ("postgresql://u@h:0/app", BadDatabaseUrl::BadValue("port")),
        ("postgresql:///app?host=h&port=x", BadDatabaseUrl::BadValue("port")),
    ] {
        assert_eq!(parse(text).expect_err(text), expected, "{text}");
    }
}

#[test]
fn a_password_is_the_bytes_that_were_meant() {
    for (written, meant) in [
        ("p%40%3A%2F%25", &b"p@:/%"[..]),
        ("a+b", b"a+b"),
        ("100%", b"100%"),
        ("%FF%00", b"\xFF\0"),
        ("sp ace", b"sp ace"),
        ("k&y=1;$'\"*()", b"k&y=1;$'\"*()"),
        ("p%c3%a9", "p\u{e9}".as_bytes()),
        ("p\u{e9}", "p\u{e9}".as_bytes()),
        ("a:b", b"a:b"),
    ] {
        let text = format!("postgresql://u:{written}@h/db");
        assert_eq!(parse(&text).expect(written).config().get_password(), Some(meant), "{written}");
    }
}

#[test]
fn authorities_of_the_url_are_those_of_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = rcgen::generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()]).expect("a certificate");
    let (good, empty) = (folder.path().join("good.pem"), folder.path().join("empty.pem"));
    fs::write(&good, key.cert.pem()).expect("written");
    fs::write(&empty, "not a certificate").expect("written");
    let with = |path: &std::path::Path| {
        parse(&format!("postgresql://u@h/db?sslmode=verify-full&sslrootcert={}", path.display()))
    };
    assert_eq!(with(&good).expect("good").authorities().len(), 1);
    assert_eq!(with(&empty).expect_err("empty"), BadDatabaseUrl::NoAuthorities);
    assert_eq!(with(folder.path()).expect_err("a folder"), BadDatabaseUrl::UnreadableAuthorities);
}

#[test]
fn an_address_beside_a_local_name_is_where_the_connection_goes() {
    let private = |text: &str| parse(text).expect(text).is_private();
    assert!(!private("postgresql://u@localhost/x?hostaddr=192.0.2.1"));
    assert!(private("postgresql://u@localhost/x?hostaddr=127.0.0.1"));
}

proptest! {
    /// However it is broken, what is told of it is made of our own words and the names of keys.
    #[test]
    fn no_error_holds_a_part_of_what_was_written(
        secret in "[A-Za-z0-9]{6,12}",
        mark in prop::sample::select(vec!["", "@", ":", "/", "?", "#", "%", "%FF", "&", ",", "[", "\n", " "]),
        place in 0_usize..8,
        key in prop::sample::select(vec![
            "sslmode", "ssl", "channel_binding", "connect_timeout", "keepalives", "options", "schema",
            "sslrootcert", "target_session_attrs", "hostaddr", "port", "host", "gssencmode", "client_encoding",
        ]),
    ) {
        let hidden = format!("{mark}Q{secret}Z{mark}");
        let text = match place {
            0 => format!("postgresql://{hidden}:p@h/db?sslmode=no"),
            1 => format!("postgresql://u:{hidden}@h/db?sslmode=no"),
            2 => format!("postgresql://u:p@{hidden}/db?sslmode=no"),
            3 => format!("postgresql://u:p@h/{hidden}?sslmode=no"),
            4 => format!("postgresql://u:p@h/db?{key}={hidden}"),
            5 => format!("postgresql://u:p@h:{hidden}/db"),
            6 => format!("{hidden}://u:p@h/db"),
            _ => format!("postgresql://u:p@h/db?sslmode=require&{hidden}"),
        };
        let parsed = parse(&text);
        prop_assume!(parsed.is_err());
        let error = parsed.expect_err("bad");
        let told = format!("{error} {error:?} {}", error.remedy()).to_lowercase();
        prop_assert!(!told.contains(&format!("q{secret}z").to_lowercase()), "{told}");
    }
}
