//! Users as the templates and libraries of FastAPI keep them.

use gateway::contract::profile::users::{IdKind, LoginCase};

use super::stand::{Stand, proof, told, value};

#[tokio::test]
async fn the_full_stack_template() {
    let stand = Stand::with(
        "CREATE TABLE \"user\" (id uuid PRIMARY KEY, email varchar(255) NOT NULL, is_active boolean NOT NULL, \
             is_superuser boolean NOT NULL, full_name varchar(255), hashed_password varchar NOT NULL); \
         CREATE UNIQUE INDEX ix_user_email ON \"user\" (email); \
         CREATE TABLE item (id uuid PRIMARY KEY, title varchar(255) NOT NULL, owner_id uuid NOT NULL \
             REFERENCES \"user\" (id) ON DELETE CASCADE); \
         INSERT INTO \"user\" SELECT gen_random_uuid(), 'person' || i || '@example.com', i <> 3, i = 1, \
             'Person ' || i, {bcrypt} FROM generate_series(1, 40) i; \
         UPDATE \"user\" SET email = 'Mixed@Example.com' WHERE email = 'person7@example.com'",
    )
    .await;
    let (users, object) = stand.users(&[], 0).await;
    assert_eq!((users.table.to_string().as_str(), users.id.kind), ("user", IdKind::Uuid));
    assert_eq!((users.login.as_slice(), users.login_case), (&["email".to_owned()][..], LoginCase::Exact));
    assert_eq!(value(&object, "users", "password"), "{ column = \"hashed_password\", new = \"bcrypt:12\" }");
    assert_eq!(proof(&object, "users", "password"), "`character varying`: 40 bcrypt:12");
    assert_eq!(value(&object, "users", "active"), "{ column = \"is_active\", equals = true }");
    assert_eq!(proof(&object, "users", "active"), "`boolean`; 1 of 40 rows are not active");
    assert_eq!(
        value(&object, "users", "roles"),
        "{ column = \"is_superuser\", map = { true = [\"admin\"] } }"
    );
    assert_eq!(
        value(&object, "users", "insert"),
        "{ id = \"new_uuid\", is_active = true, is_superuser = false }"
    );
    let case = proof(&object, "users", "login_case");
    assert_eq!(case, "the unique index compares exactly; 1 of 40 rows are not in lower case");
}

#[tokio::test]
async fn the_realworld_application_with_its_salt() {
    let stand = Stand::with(
        "CREATE TABLE users (id serial PRIMARY KEY, username text NOT NULL UNIQUE, email text NOT NULL UNIQUE, \
             salt text NOT NULL, hashed_password text, bio text NOT NULL DEFAULT '', image text, \
             created_at timestamptz NOT NULL DEFAULT now()); \
         INSERT INTO users (username, email, salt, hashed_password) SELECT 'writer' || i, \
             'writer' || i || '@example.com', '$2b$12$' || rpad(md5('s' || i), 22, 'a'), {bcrypt} \
             FROM generate_series(1, 20) i",
    )
    .await;
    let (users, object) = stand.users(&[], 0).await;
    assert_eq!(users.id.kind, IdKind::Int);
    assert_eq!(users.login, ["email"]);
    assert_eq!(
        value(&object, "users", "password"),
        "{ column = \"hashed_password\", transform = \"prefix:salt\", new = \"bcrypt:12\" }"
    );
    assert_eq!(value(&object, "users", "insert"), "");
    let notes = told(&object, "notes");
    assert!(
        notes.contains("unique as well, so add it to `login` if users log in with it: `username`"),
        "{notes}"
    );
    assert!(notes.contains("`salt` holds what bcrypt makes as a salt"), "{notes}");
    assert!(notes.contains("a new row needs a value in `username`"), "{notes}");
}

#[tokio::test]
async fn fastapi_users_with_argon2() {
    let stand = Stand::with(
        "CREATE TABLE \"user\" (id uuid PRIMARY KEY, email varchar(320) NOT NULL, \
             hashed_password varchar(1024) NOT NULL, is_active boolean NOT NULL, is_superuser boolean NOT NULL, \
             is_verified boolean NOT NULL); \
         CREATE UNIQUE INDEX ix_user_email ON \"user\" (email); \
         INSERT INTO \"user\" SELECT gen_random_uuid(), 'fan' || i || '@example.com', CASE WHEN i <= 4 THEN {bcrypt} \
             ELSE '$argon2id$v=19$m=65536,t=3,p=4$' || substr(translate(encode(decode(md5(i::text), 'hex'), 'base64'), \
             '=', ''), 1, 22) || '$' || rtrim(encode(sha256(i::text::bytea), 'base64'), '=') END, true, false, true \
             FROM generate_series(1, 30) i",
    )
    .await;
    let (users, object) = stand.users(&[], 0).await;
    assert_eq!((users.table.to_string().as_str(), users.id.kind), ("user", IdKind::Uuid));
    assert_eq!(
        proof(&object, "users", "password"),
        "`character varying(1024)`: 26 argon2id:m=65536,t=3,p=4, 4 bcrypt:12"
    );
    assert_eq!(users.password.rules.new.to_string(), "argon2id:m=65536,t=3,p=4");
    assert_eq!(object["hashes"][1]["count"], 4);
    assert_eq!(
        value(&object, "users", "insert"),
        "{ id = \"new_uuid\", is_active = true, is_superuser = false, is_verified = false }"
    );
}

#[tokio::test]
async fn case_by_the_type_or_by_an_index() {
    let rows = "INSERT INTO people (email, pwd_hash) SELECT 'Reader' || i || '@example.com', {bcrypt} \
                FROM generate_series(1, 12) i";
    let citext = Stand::with(&format!(
        "CREATE EXTENSION citext; CREATE SCHEMA app; CREATE TABLE app.people (id bigint GENERATED ALWAYS AS IDENTITY \
         PRIMARY KEY, email citext NOT NULL UNIQUE, pwd_hash varchar(60) NOT NULL, status text NOT NULL \
         DEFAULT 'active', deleted_at timestamptz); SET search_path = app, public; {rows}; RESET search_path; \
         UPDATE app.people SET status = 'suspended' WHERE id = 2; UPDATE app.people SET deleted_at = now() WHERE id = 5"
    ))
    .await;
    let (users, object) = citext.users(&[], 0).await;
    assert_eq!((users.table.to_string().as_str(), users.id.kind), ("app.people", IdKind::BigInt));
    assert_eq!(users.login_case, LoginCase::Citext);
    assert_eq!(value(&object, "users", "active"), "{ column = \"status\", equals = \"active\" }");
    assert_eq!(proof(&object, "users", "active"), "`text`; 1 of 12 rows are not active");
    assert_eq!(value(&object, "users", "deleted"), "{ column = \"deleted_at\", is_null = true }");
    assert!(proof(&object, "users", "deleted").ends_with("1 of 12 rows are deleted"));
    assert!(told(&object, "notes").contains("`pwd_hash` has room for 60 characters, and argon2id takes 97"));

    let lower = Stand::with(&format!(
        "CREATE TABLE people (id serial PRIMARY KEY, email varchar NOT NULL, pwd_hash text NOT NULL, enabled int \
         NOT NULL DEFAULT 1); CREATE UNIQUE INDEX ON people (lower(email)); {rows}; \
         UPDATE people SET enabled = 0 WHERE id = 1"
    ))
    .await;
    let (users, object) = lower.users(&[], 0).await;
    assert_eq!(users.login_case, LoginCase::Lower);
    assert_eq!(
        proof(&object, "users", "login_case"),
        "a unique index on lower(email); 12 of 12 rows are not in lower case"
    );
    assert_eq!(value(&object, "users", "active"), "{ column = \"enabled\", equals = 1 }");
}

#[tokio::test]
async fn ids_that_are_texts_and_passwords_in_another_table() {
    let stand = Stand::with(
        "CREATE TYPE standing AS ENUM ('active', 'locked'); \
         CREATE TABLE \"Members\" (\"memberId\" text PRIMARY KEY, \"E_Mail\" text NOT NULL UNIQUE, nick text, \
             status standing NOT NULL DEFAULT 'active', role text NOT NULL); \
         CREATE TABLE credentials (id serial PRIMARY KEY, member text NOT NULL UNIQUE REFERENCES \"Members\", \
             password_hash text NOT NULL); \
         INSERT INTO \"Members\" SELECT 'member-' || i, 'member' || i || '@example.com', 'nick' || i, 'active', 'reader' \
             FROM generate_series(1, 15) i; \
         INSERT INTO credentials (member, password_hash) SELECT 'member-' || i, '$pbkdf2-sha256$29000$' || \
             translate(rtrim(encode(decode(md5(i::text), 'hex'), 'base64'), '='), '+', '.') || '$' || \
             translate(rtrim(encode(sha256(i::text::bytea), 'base64'), '='), '+', '.') FROM generate_series(1, 15) i",
    )
    .await;
    let (users, object) = stand.users(&[], 0).await;
    assert_eq!((users.table.to_string().as_str(), users.id.kind), ("Members", IdKind::Text));
    assert_eq!(users.login, ["E_Mail"]);
    assert_eq!(
        value(&object, "users", "password"),
        "{ column = \"password_hash\", table = \"credentials\", key = \"member\", new = \"pbkdf2-sha256:29000\" }"
    );
    assert_eq!(value(&object, "users", "active"), "{ column = \"status\", equals = \"active\" }");
    assert_eq!(value(&object, "users", "roles"), "{ column = \"role\" }");
    assert!(told(&object, "notes").contains("a new row needs a value in `memberId`"), "{object:#}");
    // Which of several is the password nothing tells.
    stand.session.execute("ALTER TABLE credentials DROP CONSTRAINT credentials_member_key").await;
    let object = stand.object(&[], 1).await;
    let problems = told(&object, "problems");
    assert!(
        problems.contains("no unique index holds `member`, the `key` of the passwords in `credentials`"),
        "{problems}"
    );
}

#[tokio::test]
async fn digests_that_do_not_say_how_they_were_made_are_left_to_a_person() {
    let stand = Stand::with(
        "CREATE TABLE accounts (id serial PRIMARY KEY, login varchar(40) NOT NULL UNIQUE, password varchar(64) \
             NOT NULL, password_salt varchar(16) NOT NULL); \
         INSERT INTO accounts (login, password, password_salt) SELECT 'clerk' || i, encode(sha256(('s' || i)::bytea), \
             'hex'), 'saltsalt' || i FROM generate_series(1, 9) i",
    )
    .await;
    let (_, object) = stand.users(&[], 1).await;
    assert_eq!(
        value(&object, "users", "password"),
        "{ column = \"password\", template = \"sha256(salt+password)\", salt = \"column:password_salt\", \
         new = \"template\" }"
    );
    let problems = told(&object, "problems");
    assert!(problems.contains("the digests in `password` do not say how they were made"), "{problems}");
    assert_eq!(proof(&object, "users", "password"), "`character varying(64)`: 9 a bare sha256");
}

#[tokio::test]
async fn hashes_of_django_and_users_who_are_banned_in_two_ways_are_left_to_a_person() {
    let stand = Stand::with(
        "CREATE TABLE auth_user (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password text NOT NULL, \
             is_active boolean NOT NULL, banned boolean NOT NULL); \
         INSERT INTO auth_user (email, password, is_active, banned) SELECT 'old' || i || '@example.com', \
             'pbkdf2_sha256$600000$somesalt' || i || '$' || encode(sha256(i::text::bytea), 'base64'), true, i = 2 \
             FROM generate_series(1, 5) i",
    )
    .await;
    let (_, object) = stand.users(&[], 1).await;
    let problems = told(&object, "problems");
    assert!(problems.contains("5 of the 5 hashes in `password` are Django's or Werkzeug's"), "{problems}");
    assert!(problems.contains("these may say as well who may come in: `banned`"), "{problems}");
}
