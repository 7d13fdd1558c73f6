//! A head stands in a recording as its client wrote it, whatever the gateway makes of it.

use super::{TEST_DATA, closed, find, open};
use crate::{fake_legacy::FakeLegacy, house::Setting};

#[tokio::test]
async fn names_order_and_target_are_those_of_the_client() {
    let legacy = FakeLegacy::reached().await;
    let house = open(Setting::in_front_of(legacy.address()), TEST_DATA).await;
    let target = "/a//b/%7Ec/d?b=2&a=%31&a=1&empty";
    let sent = [
        ("Host", "api"),
        ("X-Second", "2"),
        ("x-FIRST", "1"),
        ("X-Second", "again"),
        ("Connection", "keep-alive"),
        ("TE", "trailers"),
        ("Accept", "*/*"),
    ];
    let answer = house.client().await.request("GET", target, &sent, b"").await.unwrap();
    assert_eq!(answer.text(), "reached");
    let recording = closed(house, 1, &[]).await;
    let request = &find(&recording, target).request;
    let names: Vec<_> = request.headers.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, sent.map(|(name, _)| name), "also of what goes no further than one hop");
    assert_eq!((&*request.method, &*request.version), ("GET", "1.1"));
    let answered = find(&recording, target).answered().unwrap();
    assert_eq!(answered.header("x-request-id").map(str::len), Some(36), "as the client got it");
}
