//! Users: who they are, as they are stored.

use compat_tests::sample::Version;

use super::{
    pair::{Ask, Pair},
    sweep::USERS,
};

#[tokio::test]
async fn who_asks_is_told_as_the_legacy_tells_it() {
    for version in Version::ALL {
        let mut pair = Pair::open(version).await;
        for user in USERS {
            for target in ["/users/me", "/users/me?x=1"] {
                pair.same(&Ask::new(user, "GET", target)).await;
                pair.same(&Ask::new(user, "GET", target).json("{")).await;
            }
            // The legacy's own 405 and redirect, whoever owns the route.
            for (method, target) in [("HEAD", "/users/me"), ("POST", "/users/me"), ("GET", "/users/me/")] {
                pair.same(&Ask::new(user, method, target)).await;
            }
        }
        for sql in [
            "UPDATE users SET full_name = '' WHERE id = 1",
            "UPDATE users SET full_name = E'\\\\ \" \\u2028 </b>', email = 'ä@b' WHERE id = 1",
            "UPDATE users SET created_at = '9999-12-31 23:59:59.999999' WHERE id = 1",
            "UPDATE users SET created_at = '10000-01-01' WHERE id = 1",
        ] {
            pair.execute(sql).await;
            pair.same(&Ask::new(1, "GET", "/users/me")).await;
        }
        pair.same_rows().await;
        pair.has_met(&[("GET /users/me", &[200, 500])]);
        pair.show("users");
        pair.close();
    }
}
