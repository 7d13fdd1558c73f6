//! Where hashes stand, and how many there are: names of nobody have the forms of the whole table.

use compat_tests::sample::Version;

use super::{
    super::stand::{EPHEMERAL, setting},
    ALONE, ask_all, crowd, log_in,
};
use crate::{
    house::{House, migrated_database},
    units::session::Session,
};

/// As wide as rows of users are: together they fill more pages than are looked at.
const MANY: &str = "INSERT INTO users (email, hashed_password, full_name, is_active, created_at) \
    SELECT 'many' || at || '@example.com', CASE WHEN at <= 10000 THEN '{old}' ELSE '{new}' END, \
    repeat('x', 120), true, now() FROM generate_series(1, 20000) at";

const APART: &str = "CREATE TABLE credentials (user_id int PRIMARY KEY, phc text); \
    INSERT INTO credentials SELECT id, '{new}' FROM users; \
    ALTER TABLE users ALTER COLUMN hashed_password DROP NOT NULL";

#[tokio::test]
async fn names_of_nobody_have_the_forms_of_old_and_new_users_wherever_these_stand() {
    let url = migrated_database();
    let session = Session::open(&url).await;
    let (old, new) = (crowd::hash("bcrypt:4").await, crowd::hash("pbkdf2-sha256:1000").await);
    session.execute(&MANY.replace("{old}", &old).replace("{new}", &new)).await;
    let pages = "SELECT pg_relation_size('users') / current_setting('block_size')::int > 512";
    assert_eq!(session.text(pages).await, "t");
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    let names: Vec<_> = (0..100).map(|number| log_in(&format!("n{number}"), "wrong")).collect();
    let house = House::open(&setting).await;
    let (_, work) = ask_all(&house, &names).await;
    assert_eq!(work.values().sum::<usize>(), 100);
    assert!(work["bcrypt"].abs_diff(50) <= 20 && work["pbkdf2"].abs_diff(50) <= 20, "{work:?}");
    house.close_expecting(&[EPHEMERAL, ALONE]);

    session.execute(&APART.replace("{new}", &new)).await;
    let apart = "{ column = \"phc\", table = \"credentials\", key = \"user_id\", ";
    setting.profile = setting.profile.replace("{ column = \"hashed_password\", ", apart);
    let house = House::open(&setting).await;
    let (_, work) = ask_all(&house, &names[..10]).await;
    assert_eq!(work.into_iter().collect::<Vec<_>>(), [("pbkdf2".to_owned(), 10)]);
    house.close_expecting(&[EPHEMERAL, ALONE]);
}
