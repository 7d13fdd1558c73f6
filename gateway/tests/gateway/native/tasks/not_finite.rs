//! A number that is not finite: no client can store one, somebody with a database client can.

use compat_tests::sample::Version;

use crate::native::pair::{Ask, Pair};

/// pydantic-core writes `null`, `json.dumps` raises.
#[tokio::test]
async fn a_stored_number_that_json_does_not_have_is_answered_as_the_legacys_encoder_does() {
    for version in Version::ALL {
        let status = if version == Version::Newest { 200 } else { 500 };
        let mut pair = Pair::open(version).await;
        for number in ["NaN", "Infinity", "-Infinity"] {
            pair.execute(&format!("UPDATE tasks SET estimate_hours = '{number}' WHERE id = 1")).await;
            for ask in [
                Ask::new(1, "GET", "/api/tasks/1"),
                Ask::new(1, "GET", "/api/tasks?limit=100"),
                Ask::new(1, "PATCH", "/api/tasks/1").json("{\"title\":\"still no number\"}"),
            ] {
                assert_eq!(pair.same(&ask).await.status, status, "{version:?} {number} {ask:?}");
            }
        }
        let mended = Ask::new(1, "PATCH", "/api/tasks/1").json("{\"estimate_hours\":1}");
        assert_eq!(pair.same(&mended).await.status, 200);
        // Where the legacy raises it has stored the change before.
        pair.same_rows().await;
        pair.close();
    }
}
