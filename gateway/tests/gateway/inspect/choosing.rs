//! Which table it is: where several could be, where none is, and where somebody may not look.

use super::stand::{Stand, told, value};

const TWO: &str = "CREATE TABLE clients (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password text NOT NULL); \
    CREATE TABLE clerks (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password text NOT NULL); \
    INSERT INTO clients (email, password) SELECT 'client' || i || '@example.com', {bcrypt} FROM generate_series(1, 5) i; \
    INSERT INTO clerks (email, password) SELECT 'clerk' || i || '@example.com', {bcrypt} FROM generate_series(1, 5) i";

#[tokio::test]
async fn two_that_are_equally_good_are_told_apart_by_a_person_or_the_profile() {
    let stand = Stand::with(TWO).await;
    let object = stand.object(&[], 1).await;
    let problems = told(&object, "problems");
    assert!(
        problems.contains("`clerks` (`password`) and `clients` (`password`) look equally like"),
        "{problems}"
    );
    assert_eq!(object["fragment"], "");
    assert_eq!(object["candidates"].as_array().unwrap().len(), 2);
    let object = stand.object(&["--table", "public.clerks"], 0).await;
    assert_eq!(value(&object, "users", "table"), "\"clerks\"");
    let profile = "[legacy.users]\ntable = \"clients\"\nid = { column = \"id\", type = \"int\" }\nlogin = [\"email\"]\n\
                   password = { column = \"password\" }\n";
    let profile = super::stand::whole(&serde_json::json!({ "fragment": profile }));
    std::fs::write(stand.profile_path(), profile).unwrap();
    let object = stand.object(&[], 0).await;
    assert_eq!(value(&object, "users", "table"), "\"clients\"");
    let object = stand.object(&["--table", "clerks"], 1).await;
    let contradictions = told(&object, "contradictions");
    assert!(contradictions.contains("`table` in [legacy.users] is `clients`"), "{contradictions}");
}

#[tokio::test]
async fn what_is_no_table_of_users_is_not_taken_for_one() {
    let stand = Stand::with(
        "CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password_hint text); \
         CREATE TABLE notes (id serial PRIMARY KEY, email text UNIQUE, password text); \
         CREATE TABLE pairs (a int, b int, email text UNIQUE, password text, PRIMARY KEY (a, b)); \
         INSERT INTO users (email, password_hint) VALUES ('somebody@example.com', 'the name of my dog'); \
         INSERT INTO notes (email, password) VALUES ('anybody@example.com', 'written on the wall'); \
         INSERT INTO pairs SELECT i, i, 'pair' || i, {bcrypt} FROM generate_series(1, 3) i",
    )
    .await;
    let object = stand.object(&[], 1).await;
    assert!(told(&object, "problems").contains("no table has a column to log in with"), "{object:#}");
    assert_eq!(object["candidates"], serde_json::json!([]));
    for (table, expected) in [
        ("people", "there is no table `people`"),
        ("app.users", "there is no table `app.users`"),
        ("pairs", "`pairs` has no primary key of one column"),
        ("notes", "most of what `password` holds is of no form of hash that is known"),
    ] {
        let object = stand.object(&["--table", table], 1).await;
        let problems = told(&object, "problems");
        assert!(problems.contains(expected), "{table}: {problems}");
    }
}

#[tokio::test]
async fn of_a_table_that_a_person_names_the_hashes_say_which_column_it_is() {
    let stand = Stand::with(
        "CREATE TABLE accounts (uid uuid PRIMARY KEY, login text NOT NULL UNIQUE, pw text NOT NULL, about text); \
         CREATE TABLE keepers (id serial PRIMARY KEY, email text NOT NULL UNIQUE, proof text, old_proof text); \
         CREATE TABLE guests (id serial PRIMARY KEY, email text NOT NULL UNIQUE, about text); \
         CREATE TABLE doors (id serial PRIMARY KEY, proof text); \
         INSERT INTO accounts SELECT gen_random_uuid(), 'account' || i, {bcrypt} FROM generate_series(1, 5) i; \
         INSERT INTO keepers (email, proof, old_proof) SELECT 'keeper' || i, {bcrypt}, {bcrypt} FROM generate_series(1, 5) i; \
         INSERT INTO guests (email, about) VALUES ('somebody@example.com', 'likes the garden')",
    )
    .await;
    let object = stand.object(&[], 0).await;
    assert_eq!(value(&object, "users", "table"), "\"accounts\"");
    assert_eq!(value(&object, "users", "password"), "{ column = \"pw\", new = \"bcrypt:12\" }");
    let object = stand.object(&["--table", "keepers"], 0).await;
    assert_eq!(value(&object, "users", "password"), "{ column = \"proof\", new = \"bcrypt:12\" }");
    for (table, expected) in [
        ("guests", "neither `guests` nor a table that refers to it has a column with hashes of passwords"),
        ("doors", "`doors` has no column that sounds like a login"),
    ] {
        let object = stand.object(&["--table", table], 1).await;
        let problems = told(&object, "problems");
        assert!(problems.contains(expected) && !problems.contains("--table"), "{table}: {problems}");
    }
}

#[tokio::test]
async fn a_role_that_may_not_look_is_told_so_and_the_database_is_never_changed() {
    let stand = Stand::with(TWO).await;
    stand
        .session
        .execute("DROP TABLE clerks; CREATE ROLE inspect_visitor LOGIN PASSWORD 'comes to look'")
        .await;
    let (_, place) = stand.url.split_once('@').unwrap();
    let visitor = format!("postgresql://inspect_visitor:comes%20to%20look@{place}");
    let ask = async |code: i32| {
        let environment = [("ENVIRONMENT", "test"), ("DATABASE_URL", visitor.as_str())];
        let told = stand.inspect_in(&environment, &["--table", "clients"]).await;
        assert_eq!(told.code, Some(code), "{told:?}");
        told.stdout
    };
    assert!(ask(1).await.contains("this role may not read the table `clients`: grant SELECT on it"));
    let environment = [("ENVIRONMENT", "test"), ("DATABASE_URL", visitor.as_str())];
    let blind = stand.inspect_in(&environment, &[]).await;
    let told = "this role may not read 1 of 1 tables, which were not looked at";
    assert!(blind.stdout.contains(told), "{}", blind.stdout);
    stand.session.execute("GRANT SELECT ON clients TO inspect_visitor").await;
    assert!(ask(0).await.contains("table = \"clients\""));
    stand.session.execute("DROP OWNED BY inspect_visitor; DROP ROLE inspect_visitor").await;
}

#[tokio::test]
async fn logins_of_several_users_are_counted_and_an_empty_table_is_known_by_its_names() {
    let stand = Stand::with(
        "CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password text NOT NULL); \
         INSERT INTO users (email, password) SELECT 'twin' || i || '@example.com', {bcrypt} FROM generate_series(1, 6) i; \
         INSERT INTO users (email, password) SELECT upper(email), password FROM users WHERE id <= 2",
    )
    .await;
    let (_, object) = stand.users(&[], 0).await;
    let notes = told(&object, "notes");
    assert!(
        notes.contains("2 of the logins in `email` are those of several users if case does not count"),
        "{notes}"
    );
    stand.session.execute("ALTER TABLE users DROP CONSTRAINT users_email_key").await;
    let object = stand.object(&[], 1).await;
    let problems = told(&object, "problems");
    assert!(problems.contains("no unique index holds the login `email` to one user"), "{problems}");
    stand
        .session
        .execute("ALTER TABLE users ADD UNIQUE (email); CREATE TABLE other AS SELECT * FROM users")
        .await;
    stand.session.execute("DELETE FROM users").await;
    let object = stand.object(&[], 0).await;
    assert!(told(&object, "notes").contains("nobody has a password in `password` yet"), "{object:#}");
    assert_eq!(value(&object, "users", "password"), "{ column = \"password\" }");
}

#[tokio::test]
async fn what_cannot_be_asked_ends_with_its_code() {
    let stand = Stand::with(TWO).await;
    let away = [("ENVIRONMENT", "test"), ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")];
    assert_eq!(stand.inspect_in(&away, &[]).await.code, Some(3));
    let none = stand.inspect_in(&[("ENVIRONMENT", "test")], &[]).await;
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.stderr.contains("DATABASE_URL"), "{none:?}");
    for arguments in
        [&["--table", "a.b.c"][..], &["--token", ""], &["--token-file", "nowhere"], &["--token", "a.b"]]
    {
        let told = stand.inspect(arguments).await;
        assert_eq!(told.code, Some(2), "{told:?}");
    }
}

#[tokio::test]
async fn of_a_large_table_a_sample_is_read() {
    let stand = Stand::with(
        "CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password text, is_active boolean \
             NOT NULL DEFAULT true); \
         INSERT INTO users (email, password) SELECT 'many' || i || '@example.com', {bcrypt} \
             FROM generate_series(1, 30000) i",
    )
    .await;
    let object = stand.object(&[], 0).await;
    let counts: Vec<_> =
        object["hashes"].as_array().unwrap().iter().map(|form| form["count"].as_u64().unwrap()).collect();
    assert!((1_000..=10_000).contains(&counts.iter().sum::<u64>()), "{counts:?}");
    assert_eq!(super::stand::proof(&object, "users", "table"), "about 30000 rows by the statistics");
}
