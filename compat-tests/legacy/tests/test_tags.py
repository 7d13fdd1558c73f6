"""Tags: unique for their owner, sorted, and tied to tasks as often as one likes."""

import pytest
from app.seed_details import TAGS, task_tags
from conftest import ADA, GRACE, ZOE, bearer

FIELDS = ["id", "name", "color", "weight", "created_at"]
MISSING = (404, {"detail": "Tag not found"})


@pytest.mark.parametrize("user", [ADA, GRACE, ZOE])
def test_tags_are_the_callers(client, user):
    answer = client.get("/api/tags", headers=bearer(user)).json()
    mine = [tag["id"] for tag in TAGS if tag["owner_id"] == user]
    assert ([tag["id"] for tag in answer["data"]], answer["count"]) == (mine, len(mine))
    assert list(answer["data"][0]) == FIELDS


def test_a_weight_is_rendered_with_its_cents(client, ada):
    tags = client.get("/api/tags", headers=ada).json()["data"]
    assert [tag["weight"] for tag in tags] == ["9999.99", None, "0.10", "0.00", "-1.50"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("sort=name", [4, 3, 2, 1, 5]),
        ("sort=-name", [5, 1, 2, 3, 4]),
        ("sort=weight", [2, 5, 4, 3, 1]),
        ("sort=-weight", [1, 3, 4, 5, 2]),
        ("sort=name&skip=1&limit=2", [3, 2]),
        ("q=E&sort=name", [4, 3, 2, 1]),
        ("q=%25", [4]),
        ("q=%F0%9F%9A%80", [5]),
        ("q=nothing", []),
    ],
)
def test_tags_are_searched_sorted_and_paged(client, ada, query, wanted):
    answer = client.get(f"/api/tags?{query}", headers=ada)
    assert [tag["id"] for tag in answer.json()["data"]] == wanted


@pytest.mark.parametrize("query", ["sort=id", "limit=0", "limit=101", "skip=-1", "q=" + "x" * 101])
def test_query_out_of_bounds_is_unprocessable(client, ada, query):
    assert client.get(f"/api/tags?{query}", headers=ada).status_code == 422


def test_a_tag_lives_and_dies(client, ada, restored):
    made = client.post("/api/tags", headers=ada, json={"name": "new", "weight": "1.5"})
    assert made.status_code == 201
    tag = made.json()
    assert list(tag) == FIELDS
    assert (tag["color"], tag["weight"]) == ("blue", "1.50")
    path = f"/api/tags/{tag['id']}"
    changed = client.patch(path, headers=ada, json={"color": "red", "weight": None})
    assert changed.json() == tag | {"color": "red", "weight": None}
    for method in ["PATCH", "DELETE"]:
        foreign = client.request(method, path, headers=bearer(GRACE), json={})
        assert (foreign.status_code, foreign.json()) == MISSING
    assert (client.delete(path, headers=ada).status_code) == 204
    assert (client.delete(path, headers=ada).status_code) == 404


def test_a_name_is_taken_once_for_each_owner(client, ada, restored):
    taken = {"detail": {"code": "tag_exists", "name": "urgent"}}
    for answer in [
        client.post("/api/tags", headers=ada, json={"name": "urgent"}),
        client.patch("/api/tags/2", headers=ada, json={"name": "urgent"}),
    ]:
        assert (answer.status_code, answer.json()) == (409, taken)
    assert client.patch("/api/tags/1", headers=ada, json={"name": "urgent"}).status_code == 200
    free = client.post("/api/tags", headers=bearer(ZOE), json={"name": "urgent"})
    assert free.status_code == 201


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"name": ""}, "string_too_short"),
        ({"name": "x" * 51}, "string_too_long"),
        ({"color": "pink"}, "enum"),
        ({"weight": 12345.67}, "decimal_max_digits"),
        ({"weight": "0.001"}, "decimal_max_places"),
        ({"weight": "NaN"}, "finite_number"),
        ({"weight": "heavy"}, "decimal_parsing"),
    ],
)
def test_unusable_tag_is_refused(client, ada, change, kind):
    for answer in [
        client.post("/api/tags", headers=ada, json={"name": "other"} | change),
        client.patch("/api/tags/1", headers=ada, json=change),
    ]:
        assert answer.status_code == 422
        assert [error["type"] for error in answer.json()["detail"]] == [kind]


def test_only_a_number_is_the_id_of_a_tag(client, ada):
    assert client.get("/api/tags/1", headers=ada).status_code == 405
    for path in ["/api/tags/x", "/api/tags/-1", "/api/tags/1.0", "/api/tags/%201"]:
        answer = client.delete(path, headers=ada)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_a_task_carries_the_tags_of_the_seed(client, ada):
    for task_id in [1, 2, 120]:
        wanted = [row["tag_id"] for row in task_tags() if row["task_id"] == task_id]
        answer = client.get(f"/api/tasks/{task_id}/tags", headers=ada)
        if task_id == 120:
            assert answer.json() == []
        else:
            assert [tag["id"] for tag in answer.json()] == wanted
            assert wanted


def test_tying_and_untying_may_be_repeated(client, ada, restored):
    path = "/api/tasks/1/tags/5"
    for method, tags in [("PUT", [1, 2, 5]), ("DELETE", [1, 2])]:
        for _ in range(2):
            answer = client.request(method, path, headers=ada)
            assert (answer.status_code, answer.content) == (204, b"")
            carried = client.get("/api/tasks/1/tags", headers=ada).json()
            assert [tag["id"] for tag in carried] == tags


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/api/tasks/1/tags/6", "Tag not found"),
        ("/api/tasks/1/tags/999", "Tag not found"),
        ("/api/tasks/4/tags/1", "Task not found"),
        ("/api/tasks/999/tags/999", "Task not found"),
    ],
)
def test_nothing_of_somebody_else_is_tied(client, ada, path, detail):
    for method in ["PUT", "DELETE"]:
        answer = client.request(method, path, headers=ada)
        assert (answer.status_code, answer.json()) == (404, {"detail": detail})
        assert client.request(method, path).status_code == 401


def test_a_deleted_tag_leaves_its_tasks(client, ada, restored):
    assert client.delete("/api/tags/1", headers=ada).status_code == 204
    assert [tag["id"] for tag in client.get("/api/tasks/1/tags", headers=ada).json()] == [2]


def test_everything_of_tags_needs_a_token(client):
    for method, path in [
        ("GET", "/api/tags"),
        ("POST", "/api/tags"),
        ("PATCH", "/api/tags/1"),
        ("DELETE", "/api/tags/1"),
        ("GET", "/api/tasks/1/tags"),
    ]:
        assert client.request(method, path).status_code == 401
