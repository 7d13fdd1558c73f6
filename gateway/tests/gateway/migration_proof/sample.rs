//! The sample's tasks go through a whole change of shape, while the legacy and the gateway both answer from them.

use compat_tests::sample::{SampleLegacy, Version};

use super::{adopted::migrate, folder::Files, sql::Sql};
use crate::house::{self, House, Setting};

/// Beside Alembic: our own tables are none that it would want to drop.
#[tokio::test]
async fn alembic_check_stays_clean_beside_our_migrations() {
    let database = house::database();
    let settings = house::settings(Version::Newest, database.clone());
    let migrations = compat_tests::repository().join("migrations");
    SampleLegacy::check(&settings).unwrap();
    for verb in [&["adopt"][..], &["up"], &["down"], &["up"]] {
        let done = migrate(verb, &database, &migrations);
        assert_eq!(done.code, Some(0), "{verb:?} {done:?}");
        SampleLegacy::check(&settings).unwrap();
    }
    let sql = Sql::open(&database).await;
    sql.run("ALTER TABLE tasks ADD by_hand text").await;
    assert!(SampleLegacy::check(&settings).unwrap_err().to_string().contains("by_hand"));
}

#[tokio::test]
async fn tasks_change_their_shape_while_both_sides_answer() {
    let database = house::database();
    let files = Files::write(&[
        (
            "phase=expand transaction=on reversible=archive",
            "ALTER TABLE public.tasks ADD rank integer;",
            "ALTER TABLE public.tasks DROP rank;",
        ),
        (
            "phase=migrate transaction=on reversible=lossless",
            "UPDATE public.tasks SET rank = priority WHERE rank IS NULL;",
            "UPDATE public.tasks SET rank = NULL WHERE rank = priority;",
        ),
        (
            "phase=expand transaction=off reversible=lossless",
            "CREATE INDEX CONCURRENTLY tasks_by_rank ON public.tasks (rank);",
            "DROP INDEX CONCURRENTLY public.tasks_by_rank;",
        ),
        (
            "phase=contract transaction=on reversible=archive",
            "ALTER TABLE public.tasks DROP rank;",
            "ALTER TABLE public.tasks ADD rank integer; CREATE INDEX tasks_by_rank ON public.tasks (rank);",
        ),
    ]);
    let done = migrate(&["adopt", "--freeze"], &database, files.path());
    assert_eq!(done.code, Some(0), "{done:?}");
    let legacy = house::serve(Version::Newest, &database);
    let setting = Setting {
        legacy_url: legacy.url(),
        database_url: database.clone(),
        ..Setting::sample(Version::Newest)
    };
    let native = House::open(&setting.with_routes(&[(house::TASK, "\"native\"")])).await;
    let bearer = house::bearer(&house::token(1));
    let both = async || {
        let mut direct = compat_tests::client::Client::connect(legacy.address()).await.unwrap();
        let asked = [("authorization", bearer.as_str())];
        let theirs = direct.request("GET", "/api/tasks/1", &asked, b"").await.unwrap();
        let ours = native.get("/api/tasks/1", &asked).await;
        assert_eq!((theirs.status, theirs.text()), (ours.status, ours.text()));
        assert_eq!(ours.status, 200);
        ours.text()
    };
    let before = both().await;
    let sql = Sql::open(&database).await;
    let ranks = "SELECT concat(id, ' ', row_to_json(t)::jsonb -> 'rank') FROM tasks t ORDER BY id";
    let mut after = Vec::new();
    for version in ["1", "2", "3", "4"] {
        let up = migrate(&["up", "--to", version], &database, files.path());
        assert_eq!(up.code, Some(0), "{version} {up:?}");
        assert_eq!(both().await, before);
        after.push(sql.texts(ranks).await);
    }
    for (version, expected) in [("3", 2), ("2", 1), ("1", 0)] {
        let down = migrate(&["down", "--to", version], &database, files.path());
        assert_eq!(down.code, Some(0), "{version} {down:?}");
        assert_eq!(both().await, before);
        assert_eq!(sql.texts(ranks).await, after[expected], "taken back to {version}");
    }
    native.close();
}
