"""The WebSocket that needs a token."""

import pytest
from app import seed_data
from app.security import issue_token
from conftest import ADA, LINUS, ZOE
from starlette.websockets import WebSocketDisconnect


@pytest.mark.parametrize("user", [ADA, ZOE])
def test_it_counts_the_callers_tasks(client, user):
    mine = [task["status"] for task in seed_data.tasks() if task["owner_id"] == user]
    with client.websocket_connect(f"/ws/tasks?token={issue_token(user)}") as watch:
        assert watch.receive_json() == {"event": "hello", "user": user}
        for _ in range(2):
            watch.send_json({"ask": "count"})
            counts = watch.receive_json()
            assert counts == {name: mine.count(name) for name in ["todo", "doing", "done"]}
        watch.send_text("not json")
        assert watch.receive_json() == {"error": "not JSON"}
        watch.send_json({"ask": "why"})
        assert watch.receive_json() == {"error": "unknown question"}
        watch.send_text("bye")
        with pytest.raises(WebSocketDisconnect) as left:
            watch.receive_text()
    assert (left.value.code, left.value.reason) == (1000, "bye")


@pytest.mark.parametrize("token", [None, "", "garbage", issue_token(LINUS), issue_token(77)])
def test_it_is_not_opened_without_a_good_token(client, token):
    path = "/ws/tasks" if token is None else f"/ws/tasks?token={token}"
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(path):
        pass
    assert refused.value.code == 1008
