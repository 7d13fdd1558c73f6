"""Comments: read with a cursor, written by those who own the task, changed by their author."""

import pytest
from app.seed_details import comments
from conftest import GRACE, bearer

FIELDS = ["id", "body", "task_id", "author_id", "created_at", "edited_at"]


def test_pages_join_without_gap_or_overlap(client, ada):
    wanted = [row["id"] for row in comments() if row["task_id"] == 1]
    found, after = [], 0
    while after is not None:
        page = client.get(f"/api/tasks/1/comments?after={after}&limit=7", headers=ada).json()
        assert list(page) == ["items", "next"]
        found += [comment["id"] for comment in page["items"]]
        assert page["next"] in (None, found[-1])
        after = page["next"]
    assert found == wanted


def test_the_last_page_knows_that_it_is_the_last(client, ada):
    assert client.get("/api/tasks/1/comments?limit=25", headers=ada).json()["next"] is None
    assert client.get("/api/tasks/1/comments?limit=24", headers=ada).json()["next"] == 24
    assert len(client.get("/api/tasks/1/comments", headers=ada).json()["items"]) == 20
    nothing = client.get("/api/tasks/1/comments?after=25", headers=ada)
    assert nothing.text == '{"items":[],"next":null}'


def test_instants_of_comments_have_a_zone(client, ada):
    answer = client.get("/api/tasks/1/comments?after=6&limit=1", headers=ada)
    assert answer.text == (
        '{"items":[{"id":7,"body":"{\\"looks\\": \\"like json\\", \\"n\\": 1.0}","task_id":1,'
        '"author_id":1,"created_at":"2026-02-01T07:00:00.000001Z",'
        '"edited_at":"2026-06-01T17:00:00Z"}],"next":7}'
    )


@pytest.mark.parametrize("query", ["after=-1", "after=2147483648", "limit=0", "limit=101"])
def test_cursor_out_of_bounds_is_unprocessable(client, ada, query):
    assert client.get(f"/api/tasks/1/comments?{query}", headers=ada).status_code == 422


def test_a_comment_lives_and_dies(client, ada, restored):
    made = client.post("/api/tasks/1/comments", headers=ada, json={"body": "Grüße 👋"})
    assert made.status_code == 201
    comment = made.json()
    assert list(comment) == FIELDS
    assert (comment["task_id"], comment["author_id"], comment["edited_at"]) == (1, 1, None)
    assert comment["created_at"].endswith("Z")
    path = f"/api/comments/{comment['id']}"
    changed = client.patch(path, headers=ada, json={"body": "Bye"})
    assert changed.status_code == 200
    edited_at = changed.json()["edited_at"]
    assert edited_at is not None
    assert changed.json() == comment | {"body": "Bye", "edited_at": edited_at}
    for method in ["PATCH", "DELETE"]:
        foreign = client.request(method, path, headers=bearer(GRACE), json={"body": "x"})
        assert (foreign.status_code, foreign.json()) == (404, {"detail": "Comment not found"})
    assert client.delete(path, headers=ada).status_code == 204
    assert client.delete(path, headers=ada).status_code == 404


def test_comments_go_with_their_task(client, ada, restored):
    assert client.delete("/api/tasks/1", headers=ada).status_code == 204
    assert client.delete("/api/comments/1", headers=ada).status_code == 404
    assert client.get("/api/attachments/1", headers=ada).status_code == 404
    assert client.get("/api/tasks/1/comments", headers=ada).json() == {"detail": "Task not found"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "missing"),
        ({"body": ""}, "string_too_short"),
        ({"body": "x" * 10_001}, "string_too_long"),
        ({"body": None}, "string_type"),
    ],
)
def test_unusable_comment_is_refused(client, ada, body, kind):
    for answer in [
        client.post("/api/tasks/1/comments", headers=ada, json=body),
        client.patch("/api/comments/1", headers=ada, json=body),
    ]:
        assert answer.status_code == 422
        assert [error["type"] for error in answer.json()["detail"]] == [kind]


def test_nobody_comments_on_somebody_elses_task(client):
    for method in ["GET", "POST"]:
        path, body = "/api/tasks/1/comments", {"body": "x"}
        answer = client.request(method, path, headers=bearer(GRACE), json=body)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Task not found"})
        assert client.request(method, path, json=body).status_code == 401
    for method in ["PATCH", "DELETE"]:
        assert client.request(method, "/api/comments/1", json={"body": "x"}).status_code == 401
