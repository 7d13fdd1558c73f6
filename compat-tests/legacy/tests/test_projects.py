"""Projects one by one: changed, deleted, their tasks, their figures, their order."""

import pytest
from app import seed_data
from conftest import ADA, GRACE, ZOE, bearer

FIELDS = ["id", "name", "description", "owner_id", "created_at"]
MISSING = (404, {"detail": "Project not found"})


def made(client, user, name):
    answer = client.post("/api/projects", headers=bearer(user), json={"name": name})
    return answer.json()["id"]


def test_project_is_read_by_its_owner(client, ada):
    answer = client.get("/api/projects/3", headers=ada)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": 3,
        "name": "Café ☕",
        "description": "Öffnungszeiten\nund Preise",
        "owner_id": ADA,
        "created_at": "2026-01-15T09:30:00.000003",
    }


@pytest.mark.parametrize("project_id", [2, 999])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/tasks"), ("GET", "/stats")],
)
def test_somebody_elses_project_does_not_exist(client, ada, method, path, project_id):
    answer = client.request(method, f"/api/projects/{project_id}{path}", headers=ada, json={})
    assert (answer.status_code, answer.json()) == MISSING
    assert client.request(method, f"/api/projects/{project_id}{path}").status_code == 401


def test_project_is_changed_only_where_it_is_said(client, ada, restored):
    before = client.get("/api/projects/3", headers=ada).json()
    changed = client.patch("/api/projects/3", headers=ada, json={"description": None})
    assert changed.status_code == 200
    assert changed.json() == before | {"description": None}
    renamed = client.patch("/api/projects/3", headers=ada, json={"name": "Bar"})
    assert renamed.json() == before | {"description": None, "name": "Bar"}
    assert client.get("/api/projects/3", headers=ada).json() == renamed.json()
    assert client.patch("/api/projects/3", headers=ada, json={}).json() == renamed.json()


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"name": None}, "string_type"), ({"name": ""}, "string_too_short")],
)
def test_unusable_change_is_refused(client, ada, change, kind):
    answer = client.patch("/api/projects/1", headers=ada, json=change)
    assert answer.status_code == 422
    assert [error["type"] for error in answer.json()["detail"]] == [kind]


def test_tasks_stay_when_their_project_goes(client, ada, restored):
    tasks = [t["id"] for t in client.get("/api/projects/3/tasks", headers=ada).json()["data"]]
    gone = client.delete("/api/projects/3", headers=ada)
    assert (gone.status_code, gone.content) == (204, b"")
    again = client.delete("/api/projects/3", headers=ada)
    assert (again.status_code, again.json()) == MISSING
    assert tasks
    for task_id in tasks:
        assert client.get(f"/api/tasks/{task_id}", headers=ada).json()["project_id"] is None


def test_tasks_of_a_project_are_paged(client, ada):
    wanted = [task["id"] for task in seed_data.tasks() if task["project_id"] == 1]
    whole = client.get("/api/projects/1/tasks?limit=100", headers=ada).json()
    assert list(whole) == ["data", "count"]
    assert [task["id"] for task in whole["data"]] == wanted
    page = client.get("/api/projects/1/tasks?skip=5&limit=3", headers=ada).json()
    assert ([task["id"] for task in page["data"]], page["count"]) == (wanted[5:8], len(wanted))
    one = client.get(f"/api/tasks/{wanted[5]}", headers=ada).json()
    assert page["data"][0] == one


def test_figures_of_a_project_are_rendered_as_a_plain_dict_is(client, ada):
    answer = client.get("/api/projects/1/stats", headers=ada)
    assert answer.text == (
        '{"project_id":1,"tasks":{"total":24,"done":7,"open":17},"hours":7.5,'
        '"done_share":0.2916666666666667,"last_change_at":"9999-12-31T23:59:59.999999",'
        '"first_due_at":"0001-01-01T00:00:00.000001+00:00","budget":null}'
    )


def test_a_project_without_tasks_has_no_share(client, restored):
    project_id = made(client, ZOE, "Empty")
    answer = client.get(f"/api/projects/{project_id}/stats", headers=bearer(ZOE))
    assert answer.json() == {
        "project_id": project_id,
        "tasks": {"total": 0, "done": 0, "open": 0},
        "hours": None,
        "done_share": None,
        "last_change_at": None,
        "first_due_at": None,
        "budget": None,
    }


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        (None, ["b", "a", "B", "ä"]),
        ("name", ["B", "a", "b", "ä"]),
        ("-name", ["ä", "b", "a", "B"]),
        ("created_at", ["b", "a", "B", "ä"]),
        ("-created_at", ["ä", "B", "a", "b"]),
    ],
)
def test_projects_are_sorted(client, restored, sort, names):
    for name in ["b", "a", "B", "ä"]:
        made(client, ZOE, name)
    query = {"sort": sort} if sort else {}
    answer = client.get("/api/projects", params=query, headers=bearer(ZOE))
    assert [project["name"] for project in answer.json()] == names
    assert answer.headers["x-total-count"] == "4"


def test_unknown_order_is_refused(client):
    answer = client.get("/api/projects?sort=id", headers=bearer(GRACE))
    assert answer.status_code == 422
    assert [error["type"] for error in answer.json()["detail"]] == ["enum"]
