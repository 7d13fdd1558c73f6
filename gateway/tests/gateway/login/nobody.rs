//! Nobody learns from a login whether somebody has that name: the same bytes, the same work, the same statements.

mod crowd;
mod tables;
mod timed;

use std::collections::{BTreeMap, BTreeSet};

use compat_tests::sample::Version;

use super::stand::{Ask, EPHEMERAL, setting};
use crate::{
    house::{House, Setting, bearer, comparable, migrated_database, token},
    native::statements::wire::Wire,
    units::session::Session,
};
use crowd::{Crowd, PASSWORD};

/// How many users have which form, once the better hashes beside the table are counted.
const FORMS: [(&str, usize); 5] =
    [("argon2", 18), ("bcrypt", 12), ("pbkdf2", 12), ("sha_crypt", 12), ("template", 6)];

/// None of these can be computed.
const UNUSABLE: [&str; 4] =
    ["", "!", "neither hash nor salt", "$2b$99$3UlsYVqMNTsgUjBS.xYcGOL2klscvIOMZaRgiyzLhF7m7kyRikWvG"];

const NO_LIST: &str = "a new password may be one that everybody tries first";
/// No legacy is there: whoever logs in here asks none.
const ALONE: &str = "degraded";

fn hardened(setting: &mut Setting) {
    setting.profile = setting.profile.replace("# harden = true", "harden = true");
}

fn log_in(name: &str, password: &str) -> Ask {
    Ask::form("/auth/login", format!("username={name}@example.com&password={password}"))
}

type Seen = (u16, Vec<(String, String)>, String);

/// What the gateway answers to this, and which hashes it has computed for it.
async fn ask_all(house: &House, asks: &[Ask]) -> (BTreeSet<Seen>, BTreeMap<String, usize>) {
    let (before, mut answers) = (computed(house).await, BTreeSet::new());
    for ask in asks {
        answers.insert(comparable(&ask.send(house.gateway.public()).await));
    }
    let counts = computed(house).await.into_iter().map(|(form, count)| (form.clone(), count - before[&form]));
    (answers, counts.filter(|(_, count)| *count > 0).collect())
}

async fn computed(house: &House) -> BTreeMap<String, usize> {
    let metrics = house.admin("/metrics").await.text();
    let lines =
        metrics.lines().filter_map(|line| line.strip_prefix("gateway_passwords_compared_total{form=\""));
    let counts = lines.filter_map(|line| line.split_once("\"} "));
    counts.map(|(form, count)| (form.to_owned(), count.parse().unwrap())).collect()
}

fn counts(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
    of.iter().map(|(form, count)| ((*form).to_owned(), *count)).collect()
}

/// Users of all forms, every fifth of them inactive; those of the sample can be nobody.
async fn crowd(session: &Session) -> Crowd {
    session.execute("UPDATE users SET hashed_password = '!'").await;
    let mut crowd = Crowd::default();
    let users = [
        ("bcrypt:4", 20),
        ("argon2id:m=64,t=1,p=1", 10),
        ("pbkdf2-sha256:1000", 12),
        ("sha512-crypt:1000", 12),
        ("template", 6),
    ];
    for (new, count) in users {
        crowd.add(new, count).await;
    }
    for hash in UNUSABLE {
        crowd.push("unusable", hash);
    }
    session.execute(&crowd.rows(5)).await;
    let better = crowd::hash("argon2id:m=64,t=1,p=1").await;
    session.execute(&crowd.better(8, &better)).await;
    crowd
}

#[tokio::test]
async fn nobody_hears_or_costs_something_else_with_harden() {
    let url = migrated_database();
    let session = Session::open(&url).await;
    let crowd = crowd(&session).await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    setting.profile = crowd::with_template(&setting.profile);
    hardened(&mut setting);
    let house = House::open(&setting).await;

    let known: Vec<_> = crowd.names("u").map(|name| log_in(name, "wrong")).collect();
    let (mut answers, work) = ask_all(&house, &known).await;
    assert_eq!(work, counts(&FORMS));
    let right = crowd.inactive().map(|name| log_in(name, PASSWORD)).collect::<Vec<_>>();
    let (more, work) = ask_all(&house, &right).await;
    answers.extend(more);
    assert_eq!((right.len(), work.values().sum::<usize>()), (12, 12));
    let unusable: Vec<_> = crowd.names("unusable").map(|name| log_in(name, PASSWORD)).collect();
    let (more, work) = ask_all(&house, &unusable).await;
    answers.extend(more);
    assert_eq!(work.values().sum::<usize>(), unusable.len(), "one hash for each: {work:?}");

    let names: Vec<_> = (0..300).map(|number| format!("n{number:03}")).collect();
    let unknown: Vec<_> = names.iter().map(|name| log_in(name, PASSWORD)).collect();
    let (more, work) = ask_all(&house, &unknown).await;
    answers.extend(more);
    assert_eq!(work.values().sum::<usize>(), unknown.len(), "one hash for each: {work:?}");
    for (form, users) in FORMS {
        // Four times what chance makes of it.
        let (count, share) = (work[form] as f64, users as f64 / 60.0);
        assert!((count - 300.0 * share).abs() < 4.0 * (300.0 * share * (1.0 - share)).sqrt(), "{work:?}");
    }
    // A name that nobody has costs the same each time.
    let (_, first) = ask_all(&house, &unknown[..40]).await;
    assert_eq!(ask_all(&house, &unknown[..40]).await.1, first);

    let wrong = r#"{"detail":"Incorrect email or password"}"#;
    let said: Vec<_> = answers.iter().map(|(status, _, body)| (*status, body.as_str())).collect();
    assert_eq!(said, [(401, wrong)], "{answers:#?}");

    // Longer than any password: nothing is computed, whoever it is.
    let long = "x".repeat(1025);
    let asks = [crowd.name(1), crowd.name(26), crowd.name(62), "n999"].map(|name| log_in(name, &long));
    let (more, work) = ask_all(&house, &asks).await;
    assert_eq!((more, work), (answers, BTreeMap::new()));

    tokens_of_no_user(&house).await;
    house.close_expecting(&[EPHEMERAL, NO_LIST, ALONE]);
}

/// Who holds a token learns as little of its user.
async fn tokens_of_no_user(house: &House) {
    let change = r#"{"current_password":"a","new_password":"long enough"}"#;
    for ask in [Ask::new("GET", "/users/me", "", ""), Ask::patch("/users/me/password", change)] {
        let mut answers = BTreeSet::new();
        // Of an inactive user, of nobody, and of no form at all.
        for token in [token(3), token(999_999), "nonsense".to_owned()] {
            let answer = ask.clone().by(&bearer(&token)).send(house.gateway.public()).await;
            answers.insert(comparable(&answer));
        }
        let said: Vec<_> = answers.iter().map(|(status, _, body)| (*status, body.as_str())).collect();
        assert_eq!(said, [(401, r#"{"detail":"Could not validate credentials"}"#)], "{answers:#?}");
    }
}

#[tokio::test]
async fn the_same_is_asked_of_the_database_whoever_it_is() {
    let url = migrated_database();
    let crowd = crowd(&Session::open(&url).await).await;
    let (before, rest) = url.split_once("127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let wire = Wire::before(([127, 0, 0, 1], port.parse().unwrap()).into()).await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    setting.database_url = format!("{before}{}/{name}", wire.address);
    setting.profile = crowd::with_template(&setting.profile);
    hardened(&mut setting);
    let house = House::open(&setting.with_environment("DIRECT_DATABASE_URL", &url)).await;
    // The first looks at the table.
    ask_all(&house, &[log_in("somebody", "wrong")]).await;
    wire.take();
    let mut asked = BTreeMap::new();
    let inactive = crowd.inactive().next().unwrap();
    for (name, password) in
        [(crowd.name(1), "wrong"), ("nobody", "wrong"), (inactive, PASSWORD), (crowd.name(61), "wrong")]
    {
        ask_all(&house, &[log_in(name, password)]).await;
        let mut sent = wire.take();
        // What was revoked is looked for meanwhile, on behalf of no request.
        sent.retain(|sql| !sql.starts_with("SELECT 0 AS kind, clock_timestamp()"));
        asked.insert(name, sent);
    }
    let one = asked["nobody"].clone();
    assert!(one.len() > 1 && one.iter().any(|sql| sql.contains("auth_audit")), "{one:#?}");
    for (name, statements) in asked {
        assert_eq!(statements, one, "{name}");
    }
    house.close_expecting(&[EPHEMERAL, NO_LIST, ALONE]);
}

#[tokio::test]
async fn without_harden_the_words_are_the_legacys_and_the_work_is_the_same() {
    let url = migrated_database();
    let session = Session::open(&url).await;
    let crowd = crowd(&session).await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    setting.profile = crowd::with_template(&setting.profile);
    let house = House::open(&setting).await;
    let inactive: Vec<_> = crowd.inactive().map(|name| log_in(name, PASSWORD)).collect();
    let (answers, work) = ask_all(&house, &inactive).await;
    let said: Vec<_> = answers.iter().map(|(status, _, body)| (*status, body.as_str())).collect();
    assert_eq!(said, [(400, r#"{"detail":"Inactive user"}"#)]);
    assert_eq!(work.values().sum::<usize>(), 12);
    let audited =
        "SELECT count(*), min(detail->>'inactive') FROM gateway.auth_audit WHERE kind = 'login_failed'";
    assert_eq!(session.text(audited).await, "12|true");
    let names = ["n1", "n2", "n3", crowd.name(61)].map(|name| log_in(name, "wrong"));
    assert_eq!(ask_all(&house, &names).await.1.values().sum::<usize>(), 4);
    house.close_expecting(&[EPHEMERAL, ALONE]);

    // A table without a single hash: names of nobody cost what a new user's would.
    session.execute("UPDATE users SET hashed_password = '!'").await;
    let house = House::open(&setting).await;
    assert_eq!(ask_all(&house, &names).await.1, counts(&[("bcrypt", 4)]));
    house.close_expecting(&[EPHEMERAL, ALONE]);
}
