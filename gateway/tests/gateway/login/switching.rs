//! The login goes to the gateway and back to the legacy, at any moment and for every user, old or new.

use std::net::SocketAddr;

use compat_tests::sample::Version;

use super::stand::{Ask, EPHEMERAL, ROUTES, setting, text};
use crate::{
    house::{House, bearer, migrated_database, routes, serve},
    units::session::Session,
};

async fn log_in(gateway: SocketAddr, email: &str, password: &str) -> u16 {
    let body = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
    Ask::json("/auth/login/json", body).send(gateway).await.status
}

async fn register(gateway: SocketAddr, email: &str, password: &str) {
    let body = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
    let answer = Ask::json("/auth/register", body).send(gateway).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

async fn change(gateway: SocketAddr, email: &str, old: &str, new: &str) {
    let body = format!(r#"{{"email":"{email}","password":"{old}"}}"#);
    let token = text(&Ask::json("/auth/login/json", body).send(gateway).await, "access_token");
    let body = format!(r#"{{"current_password":"{old}","new_password":"{new}"}}"#);
    let answer = Ask::patch("/users/me/password", body).by(&bearer(&token)).send(gateway).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn every_user_logs_in_on_either_side_whichever_made_them() {
    let url = migrated_database();
    let legacy = serve(Version::Newest, &url);
    let house = House::open(&setting(Version::Newest, legacy.url(), &url)).await;
    let gateway = house.gateway.public();
    let ada = ("ada@example.com", "correct horse battery staple");
    let watcher = Session::open(&url).await;
    let sides = "SELECT user_key, left(phc, 9) FROM gateway.user_password ORDER BY 1";

    // Native: an old user, who gets a better hash beside the legacy's, and a new one.
    assert_eq!(log_in(gateway, ada.0, ada.1).await, 200);
    assert_eq!(watcher.text(sides).await, "1|$argon2id");
    register(gateway, "native@example.com", "made natively").await;
    assert_eq!(log_in(gateway, "native@example.com", "made natively").await, 200);

    // Back at the legacy everybody is known, and it makes and changes users of its own.
    house.write_routes(&routes(&[]), "routes file taken").await;
    assert_eq!(log_in(gateway, ada.0, ada.1).await, 200);
    assert_eq!(log_in(gateway, "native@example.com", "made natively").await, 200);
    register(gateway, "legacy@example.com", "made by legacy").await;
    change(gateway, ada.0, ada.1, "changed by legacy").await;

    // Native again: what the legacy wrote counts, and the better hash of the old password does not.
    house.write_routes(&routes(&ROUTES), "routes file taken").await;
    assert_eq!(log_in(gateway, ada.0, ada.1).await, 401);
    assert_eq!(log_in(gateway, ada.0, "changed by legacy").await, 200);
    assert_eq!(log_in(gateway, "legacy@example.com", "made by legacy").await, 200);
    change(gateway, "legacy@example.com", "made by legacy", "changed natively").await;

    house.write_routes(&routes(&[]), "routes file taken").await;
    assert_eq!(log_in(gateway, "legacy@example.com", "made by legacy").await, 401);
    assert_eq!(log_in(gateway, "legacy@example.com", "changed natively").await, 200);
    assert_eq!(log_in(gateway, ada.0, "changed by legacy").await, 200);
    house.close_expecting(&[EPHEMERAL]);
    legacy.stop().unwrap();
}
