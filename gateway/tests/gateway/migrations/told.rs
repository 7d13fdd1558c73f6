//! Requests that lead nowhere, a connection that ends, a script that leaves another role behind: what is told then.

use super::workshop::{DOWN, UP, Workshop, table};

#[tokio::test]
async fn a_version_that_is_not_there_is_refused_by_plan_as_by_up() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    let told = "migrations: has no V0099\nhelp: the newest is V0001\n\n1 mistake\nnothing was begun\n";
    for verb in ["plan", "up"] {
        let refused = workshop.migrate(&[verb, "--to", "99"]);
        assert_eq!(refused, (2, String::new(), told.to_owned()), "{verb}");
    }
    assert_eq!(workshop.migrate(&["plan", "--to", "1"]).0, 0);
}

#[tokio::test]
async fn a_way_down_is_accepted_only_of_what_is_applied() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    let told = "migrations/V0001__first.down.sql: V0001 is not applied, so nothing remembers another way down of it\n\
                help: change the file as you like, or name a version that `gateway migrate status` shows as applied\n\n\
                1 mistake\nnothing was begun\n";
    let refused = workshop.migrate(&["repair", "--accept-down", "1"]);
    assert_eq!(refused, (2, String::new(), told.to_owned()));
}

#[tokio::test]
async fn a_connection_that_ends_is_told_with_its_cause() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; LOCK TABLE gateway.schema_history").await.unwrap();
    let begun = workshop.begin(&["up"]);
    let process = workshop.blocked("SELECT h.version").await;
    workshop.rows(&format!("SELECT pg_terminate_backend({process})")).await;
    let told =
        "the connection was lost: SQLSTATE 57P01: terminating connection due to administrator command\n";
    assert_eq!(begun.end(), (3, String::new(), told.to_owned()));
}

#[tokio::test]
async fn a_script_may_take_another_role_than_the_one_that_keeps_the_books() {
    let workshop = Workshop::open(&[]).await;
    let maker =
        workshop.rows("SELECT 'maker_' || oid FROM pg_database WHERE datname = current_database()").await;
    let maker = &maker[0];
    let granted = format!(
        "CREATE ROLE {maker}; CREATE SCHEMA gateway; GRANT USAGE, CREATE ON SCHEMA gateway TO {maker};
        CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('a')"
    );
    workshop.client.batch_execute(&granted).await.unwrap();
    assert_eq!(workshop.migrate(&["adopt", "--freeze"]).0, 0);
    let take = format!("SET LOCAL ROLE {maker};\n");
    workshop.write("V0001__made.up.sql", &format!("{UP}{take}CREATE TABLE gateway.made (id int);\n"));
    workshop.write("V0001__made.down.sql", &format!("{DOWN}{take}DROP TABLE gateway.made;\n"));
    let done = "1 migration applied: the database is at V0001\n";
    let up = workshop.migrate(&["up"]);
    assert_eq!((up.0, up.1.as_str()), (0, done), "{}", up.2);
    let owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'made'";
    assert_eq!(workshop.rows(owner).await, [maker.as_str()]);
    let down = workshop.migrate(&["down"]);
    assert_eq!(
        (down.0, down.1.as_str()),
        (0, "1 migration taken back: no migration is applied\n"),
        "{}",
        down.2
    );
    workshop.client.batch_execute(&format!("DROP OWNED BY {maker}; DROP ROLE {maker}")).await.unwrap();
}
