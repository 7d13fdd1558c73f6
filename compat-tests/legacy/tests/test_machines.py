"""What needs the API key, what the OpenAPI document hides, and the application below `/admin`."""

import pytest
from conftest import IS_0_115, KEY, ZOE, bearer
from sqlalchemy import text

# What the framework answers where the header is missing.
REFUSED = 403 if IS_0_115 else 401

WITH_KEY = [
    ("GET", "/api/admin/stats"),
    ("POST", "/internal/reindex"),
    ("GET", "/admin/users/1"),
    ("POST", "/admin/users/4/deactivate"),
]


@pytest.mark.parametrize(("method", "path"), WITH_KEY)
def test_without_the_key_nothing_is_told(client, method, path):
    def shaped(status, message):
        if path.startswith("/admin"):
            return {"error": {"code": status, "message": message}}
        return {"detail": message}

    for headers in [{}, bearer(ZOE)]:
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == REFUSED
        assert answer.json() == shaped(REFUSED, "Not authenticated")
        challenge = answer.headers.get("www-authenticate")
        assert challenge == (None if IS_0_115 else "APIKey")
    for wrong in ["x", KEY["X-API-Key"] + "x"]:
        answer = client.request(method, path, headers={"X-API-Key": wrong})
        assert (answer.status_code, answer.json()) == (403, shaped(403, "Invalid API key"))


def test_statistics_count_every_table(client, session):
    told = client.get("/api/admin/stats", headers=KEY).json()
    assert list(told) == [
        "users",
        "projects",
        "tasks",
        "tags",
        "comments",
        "attachments",
        "invoices",
    ]
    for table, count in told.items():
        assert count == session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_hidden_routes_work_and_are_not_told(client):
    assert client.get("/internal/version").json() == {"name": "projects", "version": "1.4.0"}
    answer = client.post("/internal/reindex", headers=KEY)
    assert (answer.status_code, answer.json()) == (202, {"tasks": 120})


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")
def test_the_documents_tell_all_but_the_hidden(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if path.startswith(("/internal", "/admin", "/static"))]
    assert {"/api/feed", "/ready", "/api/invoices/{invoice_id}/pay"} <= set(paths)
    ready = paths["/ready"]
    assert {method: ready[method]["operationId"] for method in ready} == {
        "get": "read_ready",
        "head": "read_ready",
    }
    below = client.get("/admin/openapi.json").json()
    assert list(below["paths"]) == ["/health", "/users/{user_id}", "/users/{user_id}/deactivate"]
    assert below["servers"] == [{"url": "/admin"}]
    assert "Projects administration" in client.get("/admin/docs").text


def test_the_mounted_application_has_its_own_errors(client):
    assert client.get("/admin/health").json() == {"status": "ok", "part": "admin"}
    for path, status, error in [
        ("/admin/users/999", 404, {"code": "user_missing", "message": "there is no user 999"}),
        ("/admin/nowhere", 404, {"code": 404, "message": "Not Found"}),
        ("/admin/users/1/deactivate", 405, {"code": 405, "message": "Method Not Allowed"}),
    ]:
        answer = client.get(path, headers=KEY)
        assert (answer.status_code, answer.json()) == (status, {"error": error})
    unusable = client.get("/admin/users/x", headers=KEY)
    assert (unusable.status_code, list(unusable.json())) == (422, ["detail"])


def test_an_administrator_reads_and_deactivates_a_user(client, restored):
    read = client.get("/admin/users/4", headers=KEY)
    assert (read.status_code, read.json()["is_active"]) == (200, True)
    for _ in range(2):
        answer = client.post("/admin/users/4/deactivate", headers=KEY)
        assert (answer.status_code, answer.json()) == (200, read.json() | {"is_active": False})
    assert client.get("/users/me", headers=bearer(ZOE)).json() == {"detail": "Inactive user"}
