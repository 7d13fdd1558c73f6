//! A client that takes nothing of an answer is cut, on each stream, and where hyper has left the stream already.

use super::frames::{CANCEL, DATA, END_STREAM, HEADERS, RESET, Raw, WINDOW_UPDATE, frame, get};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, routes},
};

const LARGE: usize = 200 << 10;

/// Answers much, a word, or never.
async fn house() -> (FakeLegacy, House) {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            if head.starts_with("GET /files/waiting") {
                while !connection.read().await?.is_empty() {}
                return Ok(());
            }
            let body =
                if head.starts_with("GET /files/large") { "x".repeat(LARGE) } else { "word".to_owned() };
            connection.answer(&body).await?;
        }
    })
    .await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes = routes(&[]) + "[limits]\nreading = \"500ms\"\n";
    let house = House::open(&setting).await;
    (legacy, house)
}

async fn cut_for_reading(house: &House) -> String {
    let page = house.admin("/metrics").await.text();
    page.lines().find(|line| line.starts_with("gateway_limited_total{limit=\"reading\"}")).unwrap().to_owned()
}

fn named<'r>(path: &'r str, id: &'r str) -> Vec<(&'r str, &'r str)> {
    let mut fields = get(path);
    fields.push(("x-request-id", id));
    fields
}

#[tokio::test]
async fn a_stream_is_reset_and_the_log_says_why() {
    let (_legacy, house) = house().await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    raw.want(0).await;
    raw.ask(1, END_STREAM, &named("/files/large", "unread")).await;
    assert_eq!(raw.next_of(RESET).await.stream, 1);
    let line = house.gateway.logged_request("unread").await.unwrap();
    assert_eq!(
        (&line["complete"], &line["error.kind"], &line["error.reason"]),
        (&false.into(), &"client_left".into(), &"reading".into()),
        "{line}"
    );
    // The others go on.
    raw.want(64 << 10).await;
    raw.ask(3, END_STREAM, &named("/files/small", "read")).await;
    assert_eq!(raw.next_of(DATA).await.payload, b"word");
    let line = house.gateway.logged_request("read").await.unwrap();
    assert_eq!((&line["complete"], line.get("error.reason")), (&true.into(), None), "{line}");
    assert!(cut_for_reading(&house).await.ends_with(" 1"));
    house.close();
}

#[tokio::test]
async fn the_end_of_an_answer_that_nobody_takes_ends_the_connection() {
    let (_legacy, house) = house().await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    // hyper hands a piece over as soon as there is room for a byte of it.
    raw.want(1).await;
    // This one alone would keep it open.
    raw.ask(1, END_STREAM, &named("/files/waiting", "beside")).await;
    raw.ask(3, END_STREAM, &named("/files/small", "small")).await;
    assert_eq!(raw.next_of(HEADERS).await.stream, 3);
    assert_eq!(raw.next_of(DATA).await.payload, b"w");
    while let Some(frame) = raw.next().await {
        assert!(![DATA, RESET].contains(&frame.kind), "{frame:?}");
    }
    for (name, sent) in [("beside", 0), ("small", 1)] {
        let line = house.gateway.logged_request(name).await.unwrap();
        assert_eq!(
            (&line["complete"], &line["bytes_out"], &line["error.kind"], &line["error.reason"]),
            (&false.into(), &sent.into(), &"client_left".into(), &"reading".into()),
            "{line}"
        );
    }
    assert!(cut_for_reading(&house).await.ends_with(" 1"));
    house.close();
}

/// hyper and h2 have all of it long before.
#[tokio::test]
async fn a_request_is_over_when_the_last_of_its_answer_is_written_or_given_up() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.answer("word").await?;
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    raw.want(1).await;
    for (stream, id) in [(1, "written"), (3, "reset")] {
        raw.ask(stream, END_STREAM, &named("/a", id)).await;
        assert_eq!(raw.next_of(DATA).await.payload, b"w");
    }
    let in_flight = async || {
        let page = house.admin("/metrics").await.text();
        page.lines().find(|line| line.starts_with("gateway_requests_in_flight ")).unwrap().to_owned()
    };
    assert_eq!(in_flight().await, "gateway_requests_in_flight 2");
    raw.send(&frame(RESET, 0, 3, &CANCEL.to_be_bytes())).await.unwrap();
    let line = house.gateway.logged_request("reset").await.unwrap();
    assert_eq!(
        (&line["status"], &line["complete"], &line["bytes_out"], &line["error.kind"]),
        (&200.into(), &false.into(), &1.into(), &"client_left".into()),
        "{line}"
    );
    assert_eq!(in_flight().await, "gateway_requests_in_flight 1");
    raw.send(&frame(WINDOW_UPDATE, 0, 1, &3_u32.to_be_bytes())).await.unwrap();
    assert_eq!(raw.next_of(DATA).await.payload, b"ord");
    let line = house.gateway.logged_request("written").await.unwrap();
    assert_eq!(
        (&line["complete"], &line["bytes_out"], line.get("error.kind")),
        (&true.into(), &4.into(), None),
        "{line}"
    );
    house.close();
}
