//! One user has one account by whatever name they are asked for, and no two users share one.

use std::{net::Ipv4Addr, path::Path};

use serde_json::json;

use super::siege::{AWAY, HOME, RIGHT, Siege, count, email, status};
use crate::house::{House, Setting, command, keys};

async fn folded(siege: &Siege) -> Setting {
    let index = "CREATE UNIQUE INDEX ON users (lower(email)); \
                 UPDATE users SET email = 'É7@example.com' WHERE id = 117; \
                 UPDATE users SET email = 'é7@example.com' WHERE id = 118";
    siege.database.execute(index).await;
    let mut setting = siege.setting("networks = \"all\"");
    setting.profile = setting.profile.replace("login_case = \"exact\"", "login_case = \"lower\"");
    setting
}

/// The database of these tests folds ASCII alone, so the two are not one name there, as they are elsewhere.
#[tokio::test]
async fn whoever_is_called_nearly_the_same_resets_nothing() {
    let siege = Siege::begin().await;
    let house = House::open(&folded(&siege).await).await;
    let to = house.gateway.public();
    for _ in 0..4 {
        assert_eq!(status(HOME, to, "É7@example.com", "wrong").await, 401);
    }
    assert_eq!(status(HOME, to, "é7@example.com", RIGHT).await, 200);
    assert_eq!(status(HOME, to, "É7@example.com", "wrong").await, 401);
    siege.hold().await;
    assert_eq!(status(HOME, to, "É7@example.com", "wrong").await, 429);
    assert_eq!(status(HOME, to, "é7@example.com", "wrong").await, 401);
    house.close();
}

#[tokio::test]
async fn spellings_of_one_name_are_one_account_whether_anybody_has_it_or_not() {
    let siege = Siege::begin().await;
    let house = House::open(&folded(&siege).await).await;
    let to = house.gateway.public();
    for names in [["u116@example.com", "U116@EXAMPLE.com"], ["nobody@example.com", "NoBody@example.com"]] {
        for guess in 0..5 {
            assert_eq!(status(HOME, to, names[guess % 2], "wrong").await, 401);
        }
        siege.hold().await;
        for name in names {
            assert_eq!(status(HOME, to, name, "wrong").await, 429, "{name}");
        }
    }
    house.close();
}

#[tokio::test]
async fn a_user_with_two_names_has_one_account() {
    let siege = Siege::begin().await;
    let names = "UPDATE users SET full_name = 'name' || id; CREATE UNIQUE INDEX ON users (full_name)";
    siege.database.execute(names).await;
    let mut setting = siege.setting("networks = \"all\"\nper_hour = 20");
    let both = "login = [\"email\", \"full_name\"]";
    setting.profile = setting.profile.replace("login      = [\"email\"]", both);
    assert!(setting.profile.contains(both));
    let house = House::open(&setting).await;
    let to = house.gateway.public();
    let names = [email(119), "name119".to_owned()];
    let mut statuses = Vec::new();
    for guess in 0..30_u8 {
        let from = Ipv4Addr::new(127, 1, guess / 2, 1);
        statuses.push(status(from, to, &names[usize::from(guess % 2)], "wrong").await);
    }
    assert_eq!(statuses[..20], [401; 20]);
    assert_eq!(count(&statuses[20..], 429), 10, "{statuses:?}");
    // Each name is waited for by itself: nobody learns from it that two names are one user's.
    for (names, user) in
        [([email(120), "name120".to_owned()], 120), ([email(220), "name220".to_owned()], 220)]
    {
        for _ in 0..5 {
            assert_eq!(status(HOME, to, &names[0], "wrong").await, 401, "{user}");
        }
        siege.hold().await;
        assert_eq!(status(HOME, to, &names[0], "wrong").await, 429, "{user}");
        assert_eq!(status(HOME, to, &names[1], "wrong").await, 401, "{user}");
    }
    // Whoever helps the user helps them by all their names.
    let environment = [
        ("ENVIRONMENT", "test"),
        ("DATABASE_URL", siege.url.as_str()),
        ("GATEWAY_KEYS_DIR", keys().to_str().unwrap()),
    ];
    let folder: &Path = house.folder.path();
    let done = command(&["auth", "unblock", "--login", "name119", "--json"], folder, &environment);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&done.stdout).unwrap(), json!({ "cleared": true }));
    assert_eq!(status(AWAY, to, &names[0], RIGHT).await, 200);
    house.close();
}
