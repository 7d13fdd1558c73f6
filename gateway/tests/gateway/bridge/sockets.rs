//! A handshake's token, wherever it stands, and a socket that ends with it.

use compat_tests::client::websocket::{ACCEPT, Frame};
use serde_json::json;
use tokio::{sync::mpsc::unbounded_channel, time::timeout};

use super::{Stage, assert_minted, bridge_token, credentials, expired, now, with_auth};
use crate::{
    attacks::armory::{Armory, Signer},
    fake_legacy::{FakeLegacy, header},
    house::{House, PATIENCE, Setting, bearer, token},
};

/// What stands in the place of the token that is asked with.
async fn target(stage: &Stage, asked: &str) -> String {
    let mut client = stage.house.client().await;
    client.handshake(asked, &[]).await.unwrap();
    client.rest().await.unwrap();
    stage.last().split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn the_token_of_a_handshake_is_bridged_wherever_it_stands() {
    let stage = Stage::open("").await;
    let own = stage.armory.token(Signer::Own);
    for asked in ["/ws/tasks?token=", "/live?a=%20b&%74oken=", "/nowhere?token="] {
        let seen = target(&stage, &format!("{asked}{own}")).await;
        let minted = seen.strip_prefix(asked).unwrap_or_else(|| panic!("{seen}"));
        assert_minted(&[bearer(minted)]);
    }
    let escaped = target(&stage, &format!("/ws/tasks?token={}&b=1", own.replace('.', "%2E"))).await;
    let minted = escaped.strip_prefix("/ws/tasks?token=").unwrap().strip_suffix("&b=1").unwrap();
    assert_minted(&[bearer(minted)]);

    for unchanged in [token(1), expired(&stage.armory), "x".to_owned(), String::new()] {
        let asked = format!("/ws/tasks?token={unchanged}&token=&=&b");
        assert_eq!(target(&stage, &asked).await, asked);
    }
    let stolen = bridge_token();
    for spelled in [stolen.clone(), format!("{stolen}="), format!("{stolen}%21"), format!("+{stolen}")] {
        assert_eq!(target(&stage, &format!("/ws/tasks?a&token={spelled}&b")).await, "/ws/tasks?a&b");
        assert_eq!(target(&stage, &format!("/ws/tasks?token={spelled}")).await, "/ws/tasks");
    }
    let mut client = stage.house.client().await;
    let authorization = bearer(&own);
    client.handshake("/ws/tasks", &[("authorization", &authorization)]).await.unwrap();
    client.rest().await.unwrap();
    assert_minted(&credentials(&stage.last()));
    // Over plain HTTP a parameter is a parameter.
    let plain = stage.house.get(&format!("/health?token={own}"), &[]).await;
    // Its line comes a moment later, behind those of all requests before it.
    stage.house.gateway.logged_request(plain.headers.one("x-request-id").unwrap()).await.unwrap();
    assert!(stage.last().starts_with(&format!("GET /health?token={own} ")));
    let log = format!("{:?}", stage.house.gateway.log());
    assert!(!log.contains(&own) && !log.contains("gwb"));
    stage.house.close();
}

#[tokio::test]
async fn a_token_among_subprotocols_is_found_whatever_stands_around_it() {
    let mut stage = Stage::open("").await;
    let mut setting = stage.armory.setting(stage._legacy.address());
    let section = "\n[auth.websocket]\n";
    setting.profile = setting.profile.replacen(section, &format!("{section}protocol = \"bearer\"\n"), 1);
    std::mem::replace(&mut stage.house, House::open(&setting).await).close();
    let stolen = bridge_token();
    for (offered, left) in [
        (format!("bearer, {stolen}"), "bearer"),
        (format!("Bearer,{stolen}"), "Bearer"),
        (format!("bearer, chat, {stolen}"), "bearer, chat"),
        (format!("bearer, {stolen}, {stolen}\u{a0}, chat"), "bearer, chat"),
        (format!("bearer, {stolen}\u{a0}"), "bearer"),
        (stolen.clone(), ""),
    ] {
        let mut client = stage.house.client().await;
        let told = client.handshake("/ws/tasks", &[("sec-websocket-protocol", &offered)]).await.unwrap();
        client.rest().await.unwrap();
        assert_eq!(told.status, 200, "{offered}");
        let head = stage.last();
        assert!(!head.contains(&stolen), "{offered}");
        assert_eq!(header(&head, "sec-websocket-protocol").unwrap_or(""), left);
    }
    stage.house.close();
}

/// A legacy that agrees to the last subprotocol that is offered, greets, and then says nothing more.
pub(crate) async fn greeting(complete: bool) -> FakeLegacy {
    FakeLegacy::play(move |mut connection| async move {
        let (head, _) = connection.request().await?;
        let offered = header(&head, "sec-websocket-protocol").unwrap_or("");
        let chosen = offered.rsplit(", ").next().unwrap_or("");
        connection
            .send(format!(
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                 sec-websocket-accept: {ACCEPT}\r\nsec-websocket-protocol: {chosen}\r\n\r\n"
            ))
            .await?;
        connection.send(b"\x81\x05hello").await?;
        if !complete {
            connection.send(b"\x81\x05hel").await?;
        }
        while !connection.read().await?.is_empty() {
            if !complete {
                connection.send(b"lo\x81\x04more").await?;
            }
        }
        Ok(())
    })
    .await
}

fn short(armory: &Armory) -> String {
    let mut claims = Armory::claims(Signer::Own);
    // Long enough for a handshake on a busy machine: who comes later comes without a token.
    claims["exp"] = json!(now() + 4);
    armory.signed(Signer::Own, &armory.header(Signer::Own), &claims.to_string())
}

#[tokio::test]
async fn a_socket_ends_with_its_token_between_two_frames_and_names_the_subprotocol_that_was_offered() {
    for complete in [true, false] {
        let legacy = greeting(complete).await;
        let armory = Armory::new();
        let mut setting = armory.setting(legacy.address());
        setting.profile = setting.profile.replacen(
            "\n[auth.websocket]\n",
            "\n[auth.websocket]\nprotocol = \"bearer\"\nclose_at_expiry = true\n",
            1,
        );
        let house = House::open(&setting).await;
        let own = short(&armory);
        let mut client = house.client().await;
        let offered = format!("bearer, {own}");
        let head = client.handshake("/live", &[("sec-websocket-protocol", &offered)]).await.unwrap();
        assert_eq!((head.status, head.headers.one("sec-websocket-protocol")), (101, Some(own.as_str())));
        let mut socket = client.into_websocket();
        assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("hello")));
        if !complete {
            socket.say(&Frame::text("go on")).await.unwrap();
            assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("hello")));
            assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("more")));
        }
        let last = socket.hear().await.unwrap().unwrap();
        assert_eq!(last.close_code(), Some(1008));
        assert!(now() >= super::claims(&own)["exp"].as_u64().unwrap());
        assert_eq!(socket.hear().await.unwrap(), None);
        house.close();
    }
}

/// Agrees to a WebSocket.
fn switching() -> String {
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {ACCEPT}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_socket_ends_with_its_token_though_its_client_takes_nothing() {
    let (tell_end, mut ended) = unbounded_channel();
    let legacy = FakeLegacy::play(move |mut connection| {
        let tell_end = tell_end.clone();
        async move {
            connection.request().await?;
            connection.send(switching()).await?;
            // Soon nobody between here and the client has room for more.
            let message = [b"\x82\x7e\xff\xff".as_slice(), &[b'x'; 0xffff]].concat();
            while connection.send(&message).await.is_ok() {}
            let _ = tell_end.send(());
            Ok(())
        }
    })
    .await;
    let armory = Armory::new();
    let mut setting = armory.setting(legacy.address());
    let named = "\n[auth.websocket]\n";
    setting.profile = setting.profile.replacen(named, &format!("{named}close_at_expiry = true\n"), 1);
    // Whoever takes a little now and then would not meet it either.
    setting.routes = format!("{}\n[limits]\nreading = \"off\"\n", setting.routes);
    let house = House::open(&setting).await;
    let mut client = house.client().await;
    let head = client.handshake(&format!("/ws/tasks?token={}", short(&armory)), &[]).await.unwrap();
    assert_eq!(head.status, 101);
    timeout(PATIENCE, ended.recv()).await.expect("the legacy to be left").unwrap();
    drop(client);
    house.close();
}

#[tokio::test]
async fn a_socket_that_the_legacy_has_closed_does_not_wait_for_its_client() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        connection.send(switching()).await?;
        connection.send(b"\x88\x02\x03\xf0").await
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    assert_eq!(client.handshake("/live", &[]).await.unwrap().status, 101);
    let mut socket = client.into_websocket();
    assert_eq!(socket.hear().await.unwrap().and_then(|last| last.close_code()), Some(1008));
    assert_eq!(socket.hear().await.unwrap(), None);
    let is_open = async || {
        let page = house.admin("/metrics").await.text();
        page.lines().any(|line| line == "gateway_websockets 1")
    };
    timeout(PATIENCE, async { while is_open().await {} }).await.expect("its end");
    house.close();
}

#[tokio::test]
async fn a_socket_outlives_its_token_unless_the_profile_says_otherwise() {
    let legacy = greeting(true).await;
    let armory = Armory::new();
    let mut setting = armory.setting(legacy.address());
    setting.profile = with_auth(&setting, "issuer = \"gateway\"");
    let house = House::open(&setting).await;
    let mut claims = Armory::claims(Signer::Own);
    claims["exp"] = json!(now() + 1);
    let own = armory.signed(Signer::Own, &armory.header(Signer::Own), &claims.to_string());
    let mut client = house.client().await;
    client.handshake(&format!("/ws/tasks?token={own}"), &[]).await.unwrap();
    let mut socket = client.into_websocket();
    assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("hello")));
    let silent = tokio::time::timeout(std::time::Duration::from_millis(1500), socket.hear()).await;
    assert!(silent.is_err(), "{silent:?}");
    house.close();
}
