"""The routes that are not JSON, and what the framework answers around all routes."""

import hashlib

import pytest
from app.routers.files import TREE
from starlette.websockets import WebSocketDisconnect


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("readme.txt", "readme.txt"),
        ("notes/2026/plan.txt", "notes/2026/plan.txt"),
        ("notes%2F2026%2Fplan.txt", "notes/2026/plan.txt"),
        ("notes/%C3%BCbersicht.txt", "notes/übersicht.txt"),
        ("with%20space.txt", "with space.txt"),
        ("100%25.txt", "100%.txt"),
        ("empty.txt", "empty.txt"),
    ],
)
def test_file_is_found_by_its_decoded_path(client, path, name):
    answer = client.get(f"/files/{path}")
    assert (answer.status_code, answer.text) == (200, TREE[name])
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_empty_path_lists_the_files(client):
    assert client.get("/files/").text.splitlines() == sorted(TREE)


@pytest.mark.parametrize("path", ["nothing", "notes", "/readme.txt", "notes//2026/plan.txt"])
def test_unknown_file_is_not_found(client, path):
    answer = client.get(f"/files/{path}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "File not found"})


@pytest.mark.parametrize("count", [0, 1, 3])
def test_events_end_by_themselves(client, count):
    answer = client.get(f"/api/events?count={count}&interval=0")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    ticks = [f'id: {n}\nevent: tick\ndata: {{"tick": {n}}}' for n in range(1, count + 1)]
    assert answer.text.split("\n\n") == [*ticks, "event: end\ndata: {}", ""]


@pytest.mark.parametrize("query", ["count=-1", "count=1001", "interval=-1", "interval=5.1"])
def test_events_out_of_bounds_are_unprocessable(client, query):
    assert client.get(f"/api/events?{query}").status_code == 422


def test_websocket_greets_echoes_and_leaves(client):
    with client.websocket_connect("/live") as live:
        assert live.receive_json() == {"event": "hello"}
        live.send_text("grüße 👋")
        assert live.receive_text() == "grüße 👋"
        live.send_bytes(b"\x00\xff")
        assert live.receive_bytes() == b"\x00\xff"
        live.send_text("")
        assert live.receive_text() == ""
        live.send_text("bye")
        with pytest.raises(WebSocketDisconnect) as left:
            live.receive_text()
    assert (left.value.code, left.value.reason) == (1000, "bye")


@pytest.mark.parametrize("body", [b"", b"abc", bytes(range(256)) * 4096])
def test_echo_tells_what_arrived(client, body):
    answer = client.post("/api/echo", content=body)
    assert answer.json() == {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def test_streamed_echo_adds_up(client):
    answer = client.post("/api/echo", content=iter([b"ab", b"", b"c"]))
    assert answer.json() == {"size": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}


def test_health_is_public(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_trailing_slash_redirects_and_keeps_the_query(client):
    answer = client.post("/api/tasks/?a=1", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "http://testserver/api/tasks?a=1"


def test_wrong_method_names_the_first_route_of_the_path(client):
    answer = client.put("/api/tasks/1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert client.head("/health").status_code == 405


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:3000", True),
        ("http://localhost:5173", True),
        ("http://localhost:5174", False),
        ("https://localhost:3000", False),
    ],
)
def test_listed_origins_may_read_even_errors(client, origin, allowed):
    for path in ["/health", "/users/me", "/nowhere"]:
        headers = client.get(path, headers={"Origin": origin}).headers
        assert headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert headers["access-control-expose-headers"] == "X-Total-Count"
        assert headers["access-control-allow-credentials"] == "true"


def test_preflight_needs_no_token(client):
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "DELETE"}
    assert client.options("/api/tasks/1", headers=asked).status_code == 200
    refused = client.options("/api/tasks/1", headers=asked | {"Origin": "http://evil.example"})
    assert (refused.status_code, refused.text) == (400, "Disallowed CORS origin")
