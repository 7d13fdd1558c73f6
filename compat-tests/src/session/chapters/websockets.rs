//! WebSockets, frame by frame: text, bytes, fragments, pings, closing from either end, and being refused.

use super::super::step::{Step, Turn, get, websocket};
use crate::client::websocket::Frame;

pub(super) fn steps() -> Vec<Step> {
    use Turn::{Hear, Say};
    let bye = || Say(Frame::text("bye"));
    vec![
        websocket("/live", [Hear, bye()]),
        websocket("/live", [Hear, Say(Frame::text("grüße 👋")), Hear, Say(Frame::text("")), Hear, bye()]),
        websocket("/live", [Hear, Say(Frame::binary(vec![0, 255, 7])), Hear, bye()]),
        websocket("/live", [Hear, Say(Frame::binary(vec![42; 70_000])), Hear, bye()]),
        websocket("/live", [Hear, Say(Frame::first("in ")), Say(Frame::last("two")), Hear, bye()]),
        websocket("/live", [Hear, Say(Frame::ping("still there?")), Hear, bye()]),
        websocket("/live", [Hear, Say(Frame::close(1000, "enough"))]),
        websocket("/live", [Hear, Say(Frame::close(4321, "our own code"))]),
        websocket("/live", [Hear, Say(Frame { first: 0x81, payload: b"\xff"[..].into() })]),
        websocket("/live?a=b", [Hear, bye()])
            .header("origin", "http://localhost:5173")
            .header("sec-websocket-extensions", "permessage-deflate; client_max_window_bits"),
        websocket("/live", [Hear, bye()]).header("sec-websocket-protocol", "chat, superchat"),
        websocket(
            "/ws/tasks?token={ada}",
            [
                Hear,
                Say(Frame::text(r#"{"ask":"count"}"#)),
                Hear,
                Say(Frame::text(r#"{"ask":"anything"}"#)),
                Hear,
                Say(Frame::text("no JSON")),
                Hear,
                bye(),
            ],
        ),
        websocket("/ws/tasks?token={zoe}", [Hear, Say(Frame::text(r#" {"ask": "count"} "#)), Hear, bye()]),
        websocket("/ws/tasks?token={ada}", [Hear, Say(Frame::close(1001, "going away"))]),
        websocket("/ws/tasks?token=x", []).gives(403),
        websocket("/ws/tasks", []).gives(403),
        websocket("/ws/tasks", []).by("ada").gives(403),
        websocket("/live/", []).gives(403),
        websocket("/nowhere", []).gives(403),
        get("/live").gives(404),
        get("/live").header("connection", "Upgrade").header("upgrade", "websocket").gives_either([400, 404]),
    ]
}
