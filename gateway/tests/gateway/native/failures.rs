//! What a native route does when something is wrong with a token, the database or the handler itself.

use compat_tests::sample::Version;

use super::stored::execute;
use crate::house::{House, SECRET, Setting, TASK, bearer, database, signed, token};

#[tokio::test]
async fn a_token_that_names_no_number_is_refused_at_the_door() {
    let house = House::open(&Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")])).await;
    let odd = signed(&serde_json::json!({ "sub": "1 OR 1=1", "exp": 4_000_000_000_u32 }), SECRET);
    let answer = house.get("/api/tasks/1", &[("authorization", &bearer(&odd))]).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (401, "{\"detail\":\"Could not validate credentials\"}")
    );
    house.close();
}

#[tokio::test]
async fn a_database_that_is_away_is_503_with_retry_after_and_proxied_routes_go_on() {
    let setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]).without_database();
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let answer = house.get("/api/tasks/1", &[("authorization", &authorization)]).await;
    assert_eq!((answer.status, answer.text().as_str()), (503, "{\"detail\":\"Service Unavailable\"}"));
    // Until the next probe, and a part of a second at random.
    let after: u64 = answer.headers.one("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&after), "{after}");
    assert_eq!(house.get("/users/me", &[("authorization", &authorization)]).await.status, 200);
    let ready = house.admin("/readyz").await.text();
    assert!(ready.contains("{\"part\":\"database\",\"why\":\"connection refused\""), "{ready}");
    house.close_expecting(&["database cannot be used", "degraded"]);
}

#[tokio::test]
async fn a_column_of_another_type_is_a_500_and_is_told_in_the_log() {
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.database_url = database();
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    execute(&setting.database_url, "ALTER TABLE tasks ALTER COLUMN priority TYPE text").await;
    let answer = house.get("/api/tasks/1", &[("authorization", &authorization)]).await;
    assert_eq!((answer.status, answer.text().as_str()), (500, "Internal Server Error"));
    house.close_expecting(&["read the column `priority`"]);
}
