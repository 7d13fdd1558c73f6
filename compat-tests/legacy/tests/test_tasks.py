"""Tasks and projects: whose they are, how they are listed, what their JSON looks like."""

from datetime import datetime

import pytest
from app import seed_data
from conftest import ADA, GRACE, LINUS, ZOE, bearer

FIELDS = [
    "id",
    "title",
    "description",
    "status",
    "priority",
    "estimate_hours",
    "created_at",
    "updated_at",
    "due_at",
    "owner_id",
    "project_id",
]
SAMPLES = seed_data.tasks()


def ids(answer):
    return [task["id"] for task in answer.json()["data"]]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])
def test_only_the_owner_reads_a_task_and_reads_what_was_stored(client, sample):
    for user in [ADA, GRACE, ZOE]:
        answer = client.get(f"/api/tasks/{sample['id']}", headers=bearer(user))
        if user != sample["owner_id"]:
            assert answer.status_code == 404
            assert answer.json() == {"detail": "Task not found"}
            continue
        assert answer.status_code == 200
        task = answer.json()
        assert list(task) == FIELDS
        for name in ["created_at", "updated_at", "due_at"]:
            task[name] = task[name] and datetime.fromisoformat(task[name])
        assert task == sample


def test_unknown_task_is_not_found(client, ada):
    answer = client.get("/api/tasks/999", headers=ada)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Task not found"}


@pytest.mark.parametrize("bad", ["abc", "1.5", "0x1", "1e3"])
def test_bad_id_is_unprocessable(client, ada, bad):
    answer = client.get(f"/api/tasks/{bad}", headers=ada)
    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"], error["input"]) == (
        "int_parsing",
        ["path", "task_id"],
        bad,
    )


@pytest.mark.parametrize("user", [ADA, GRACE, ZOE])
def test_summary_is_not_taken_for_an_id(client, user):
    answer = client.get("/api/tasks/summary", headers=bearer(user))
    assert answer.status_code == 200
    mine = [sample["status"] for sample in SAMPLES if sample["owner_id"] == user]
    assert answer.json() == {name: mine.count(name) for name in ["todo", "doing", "done"]}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", lambda task: True),
        ("status=doing", lambda task: task["status"] == "doing"),
        ("project_id=3", lambda task: task["project_id"] == 3),
        ("status=done&project_id=1", lambda t: t["status"] == "done" and t["project_id"] == 1),
        ("q=PROGRAM", lambda task: "program" in task["title"].lower()),
        ("q=100%25", lambda task: "100%" in task["title"]),
        ("q=%E8%A8%AD", lambda task: "設" in task["title"]),
        ("q=nowhere", lambda task: False),
    ],
)
def test_filters_count_everything_and_show_one_page(client, ada, query, wanted):
    mine = [t["id"] for t in SAMPLES if t["owner_id"] == ADA and wanted(t)]
    answer = client.get(f"/api/tasks?{query}", headers=ada)
    assert answer.json()["count"] == len(mine)
    assert ids(answer) == mine[:20]


def test_pages_join_without_gap_or_overlap(client, ada):
    mine = [task["id"] for task in SAMPLES if task["owner_id"] == ADA]
    pages = [
        ids(client.get(f"/api/tasks?skip={skip}&limit=7", headers=ada))
        for skip in range(0, len(mine) + 7, 7)
    ]
    assert sum(pages, []) == mine
    assert pages[-1] == []


def test_tasks_come_in_the_order_of_a_column_and_then_of_ids(client, ada):
    mine = [task for task in SAMPLES if task["owner_id"] == ADA]
    for name in ["id", "priority", "due_at"]:
        for sign in ["", "-"]:
            # PostgreSQL puts NULL last, and first when the order is descending.
            absent = [task for task in mine if task[name] is None]
            wanted = [task for task in mine if task[name] is not None]
            wanted.sort(key=lambda task: task[name], reverse=sign == "-")
            wanted = absent + wanted if sign else wanted + absent
            answer = client.get(f"/api/tasks?sort={sign}{name}&limit=100", headers=ada)
            assert ids(answer) == [task["id"] for task in wanted], sign + name
    assert ids(client.get("/api/tasks", headers=ada)) == [task["id"] for task in mine[:20]]


def test_titles_up_and_down_are_each_others_reverse(client, ada):
    up = ids(client.get("/api/tasks?sort=title&limit=100", headers=ada))
    down = ids(client.get("/api/tasks?sort=-title&limit=100", headers=ada))
    titles = {task["id"]: task["title"] for task in SAMPLES}
    assert [titles[id] for id in up] == [titles[id] for id in reversed(down)]
    assert up != sorted(up)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("skip=-1", "greater_than_equal"),
        ("skip=10001", "less_than_equal"),
        ("limit=0", "greater_than_equal"),
        ("limit=101", "less_than_equal"),
        ("limit=ten", "int_parsing"),
        ("status=later", "enum"),
        ("q=" + "x" * 101, "string_too_long"),
        ("sort=created_at", "enum"),
    ],
)
def test_query_out_of_bounds_is_unprocessable(client, ada, query, kind):
    answer = client.get(f"/api/tasks?{query}", headers=ada)
    assert answer.status_code == 422
    assert [error["type"] for error in answer.json()["detail"]] == [kind]
    assert answer.json()["detail"][0]["loc"] == ["query", query.split("=")[0]]


@pytest.mark.parametrize("query", ["skip=10000", "limit=1", "limit=100"])
def test_the_bounds_themselves_are_allowed(client, ada, query):
    assert client.get(f"/api/tasks?{query}", headers=ada).status_code == 200


def test_task_lives_and_dies(client, ada):
    made = client.post("/api/tasks", headers=ada, json={"title": "New", "project_id": 1})
    assert made.status_code == 201
    task = made.json()
    assert list(task) == FIELDS
    assert task["id"] > 1000
    assert (task["owner_id"], task["status"], task["updated_at"]) == (ADA, "todo", None)
    path = f"/api/tasks/{task['id']}"

    for method in ["GET", "PATCH", "DELETE"]:
        foreign = client.request(method, path, headers=bearer(GRACE), json={"title": "Mine"})
        assert (foreign.status_code, foreign.json()) == (404, {"detail": "Task not found"})

    change = {"status": "doing", "estimate_hours": 0.5, "due_at": "2026-06-01T12:00:00+02:00"}
    changed = client.patch(path, headers=ada, json=change).json()
    assert changed["updated_at"] is not None
    assert changed == task | {
        "status": "doing",
        "estimate_hours": 0.5,
        "due_at": "2026-06-01T10:00:00Z",
        "updated_at": changed["updated_at"],
    }
    assert client.get(path, headers=ada).json() == changed
    assert client.patch(path, headers=ada, json={"project_id": None}).json()["project_id"] is None

    gone = client.delete(path, headers=ada)
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(path, headers=ada).status_code == 404
    assert client.delete(path, headers=ada).status_code == 404


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"title": None}, "string_type"),
        ({"title": ""}, "string_too_short"),
        ({"title": "x" * 256}, "string_too_long"),
        ({"status": "later"}, "enum"),
        ({"priority": 2**31}, "less_than_equal"),
        ({"estimate_hours": -0.5}, "greater_than_equal"),
        ({"due_at": "tomorrow"}, "datetime_from_date_parsing"),
    ],
)
def test_unusable_task_is_refused(client, ada, change, kind):
    for answer in [
        client.post("/api/tasks", headers=ada, json={"title": "New"} | change),
        client.patch("/api/tasks/1", headers=ada, json=change),
    ]:
        assert answer.status_code == 422
        found = [(error["loc"], error["type"]) for error in answer.json()["detail"]]
        assert found == [(["body", *change], kind)]


def test_task_cannot_enter_somebody_elses_project(client, ada):
    for project in [2, 999]:
        for answer in [
            client.post("/api/tasks", headers=ada, json={"title": "New", "project_id": project}),
            client.patch("/api/tasks/1", headers=ada, json={"project_id": project}),
        ]:
            assert (answer.status_code, answer.json()) == (404, {"detail": "Project not found"})


def test_projects_are_the_callers_and_counted_in_a_header(client):
    for user, names in [(ADA, ["Analytical Engine", "Café ☕"]), (GRACE, ["Compiler"])]:
        answer = client.get("/api/projects?limit=1", headers=bearer(user))
        assert [project["name"] for project in answer.json()] == names[:1]
        assert answer.headers["x-total-count"] == str(len(names))


def test_project_is_created_for_the_caller(client):
    owner = bearer(ZOE)
    made = client.post("/api/projects", headers=owner, json={"name": "Bücher"})
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["owner_id"]) == ("Bücher", ZOE)
    assert made.json() in client.get("/api/projects", headers=owner).json()


def test_everything_of_a_user_needs_a_token(client):
    for method, path in [
        ("GET", "/users/me"),
        ("GET", "/api/projects"),
        ("POST", "/api/projects"),
        ("GET", "/api/tasks"),
        ("POST", "/api/tasks"),
        ("GET", "/api/tasks/summary"),
        ("GET", "/api/tasks/1"),
        ("PATCH", "/api/tasks/1"),
        ("DELETE", "/api/tasks/1"),
    ]:
        assert client.request(method, path).status_code == 401, (method, path)
        inactive = client.request(method, path, headers=bearer(LINUS), json={})
        assert inactive.status_code == 400, (method, path)
