//! How long a refusal takes, by who was refused: only in a long run, because it needs thousands of them, and only of a release
//! build, because elsewhere reading a row takes a tenth of a millisecond.

use std::{collections::BTreeMap, time::Instant};

use compat_tests::{client::Client, sample::Version};

use super::{
    super::stand::{EPHEMERAL, setting},
    ALONE, NO_LIST, ask_all,
    crowd::{Crowd, PASSWORD},
    hardened, log_in,
};
use crate::{
    house::{House, migrated_database, show},
    units::session::Session,
};

/// Each a few milliseconds.
const FORMS: [(&str, &str); 4] = [
    ("argon2", "argon2id:m=4096,t=2,p=1"),
    ("bcrypt", "bcrypt:6"),
    ("pbkdf2", "pbkdf2-sha256:20000"),
    ("sha_crypt", "sha512-crypt:5000"),
];
const KINDS: [&str; 4] = ["wrong", "inactive", "unusable", "unknown"];
/// Names of each kind and form.
const NAMES: usize = 4;
const ROUNDS: usize = 250;
const TOLERATED: f64 = 0.02;

struct Login {
    form: usize,
    kind: usize,
    name: String,
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the length of a test run is not a setting of the gateway")]
async fn nobody_is_told_sooner_or_later_than_somebody() {
    let is_long = std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1");
    if !is_long || std::env::var_os("GATEWAY_TEST_BINARY").is_none() {
        show(
            "login, timed: only with GATEWAY_TEST_LONG, of the release build that GATEWAY_TEST_BINARY names",
        );
        return;
    }
    let url = migrated_database();
    let session = Session::open(&url).await;
    session.execute("UPDATE users SET hashed_password = '!'").await;
    let mut crowd = Crowd::default();
    for (_, new) in FORMS {
        crowd.add(new, 2 * NAMES).await;
    }
    session.execute(&crowd.rows(2)).await;
    let mut unusable = Crowd::default();
    (0..100).for_each(|_| unusable.push("x", "!"));
    session.execute(&unusable.rows(1)).await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    setting.profile.push_str("off = \"a thousand logins of one user are the test\"\n");
    hardened(&mut setting);
    let house = House::open(&setting).await;

    let mut logins = Vec::new();
    for (form, users) in crowd.names("u").collect::<Vec<_>>().chunks(2 * NAMES).enumerate() {
        for (at, name) in users.iter().enumerate() {
            logins.push(Login { form, kind: usize::from(at % 2 == 0), name: (*name).to_owned() });
        }
    }
    let nobody: Vec<_> = (0..100).map(|number| format!("n{number:03}")).collect();
    let unusable: Vec<_> = unusable.names("x").map(str::to_owned).collect();
    for (kind, names) in [(2, unusable), (3, nobody)] {
        logins.extend(by_form(&house, kind, names).await);
    }
    assert_eq!(logins.len(), FORMS.len() * KINDS.len() * NAMES);

    let mut medians = BTreeMap::<(usize, usize), Vec<f64>>::new();
    let mut client = house.client().await;
    for _ in 0..ROUNDS {
        fastrand::shuffle(&mut logins);
        for login in &logins {
            let taken = time(&mut client, login).await;
            medians.entry((login.form, login.kind)).or_default().push(taken);
        }
    }
    let mut apart = Vec::new();
    for (form, (name, _)) in FORMS.iter().enumerate() {
        let of: Vec<f64> =
            (0..KINDS.len()).map(|kind| median(medians.get_mut(&(form, kind)).unwrap())).collect();
        let (least, most) =
            (of.iter().copied().fold(f64::MAX, f64::min), of.iter().copied().fold(0.0, f64::max));
        let shown: Vec<_> = KINDS.iter().zip(&of).map(|(kind, taken)| format!("{kind} {taken:.3}")).collect();
        show(&format!(
            "login, timed, {name}, ms: {}; {:.2} % apart",
            shown.join(", "),
            (most / least - 1.0) * 100.0
        ));
        apart.push(most / least - 1.0);
    }
    assert!(apart.iter().all(|apart| *apart < TOLERATED), "{apart:?}");
    house.close_expecting(&[EPHEMERAL, NO_LIST, ALONE, "logins are not throttled"]);
}

/// Which form a name of nobody's has is seen from what is computed for it.
async fn by_form(house: &House, kind: usize, names: Vec<String>) -> Vec<Login> {
    let mut found = Vec::<Login>::new();
    for name in names {
        let (_, work) = ask_all(house, &[log_in(&name, "wrong")]).await;
        let form = FORMS.iter().position(|(form, _)| work.contains_key(*form)).unwrap();
        if found.iter().filter(|login| login.form == form).count() < NAMES {
            found.push(Login { form, kind, name });
        }
    }
    found
}

/// In milliseconds, of one refusal on a connection that is open.
async fn time(client: &mut Client, login: &Login) -> f64 {
    let password = if login.kind == 1 { PASSWORD } else { "wrong" };
    let body = format!("username={}@example.com&password={password}", login.name);
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let begun = Instant::now();
    let answer = client.request("POST", "/auth/login", &headers, body.as_bytes()).await.unwrap();
    let taken = begun.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(answer.status, 401, "{}", answer.text());
    taken
}

fn median(of: &mut [f64]) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}
