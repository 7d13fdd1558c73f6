"""What browsers and probes meet: readiness, redirects, cookies, caches, files, compression."""

from pathlib import Path

import pytest
from app import main
from conftest import IS_0_115, bearer
from fastapi.testclient import TestClient

STATIC = Path(main.__file__).parent / "static"
PLAIN = {"Accept-Encoding": "identity"}


def test_readiness_is_told_with_and_without_a_body(client):
    answer = client.get("/ready")
    assert (answer.status_code, answer.text) == (200, '{"status":"ready"}')
    assert client.head("/ready").status_code == 200
    wrong = client.post("/ready")
    assert (wrong.status_code, set(wrong.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})


def test_home_is_somewhere_else(client):
    answer = client.get("/legacy-home", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs")


def test_cookies_are_set_and_read(client):
    answer = client.get("/api/cookies", headers={"Cookie": "a=b; theme=light; c="})
    assert answer.json() == {"received": {"a": "b", "theme": "light", "c": ""}}
    assert answer.headers.get_list("set-cookie") == [
        "theme=dark; Max-Age=3600; Path=/; SameSite=lax",
        "visit=7; HttpOnly; Path=/api; SameSite=strict; Secure",
    ]


def test_what_is_known_is_not_sent_again(client):
    fresh = client.get("/api/conditional")
    assert (fresh.status_code, fresh.json()) == (200, {"menu": ["projects", "tasks", "invoices"]})
    etag = fresh.headers["etag"]
    for known in [etag, f"W/{etag}", f'"other", {etag}', "*"]:
        answer = client.get("/api/conditional", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert answer.headers["cache-control"] == "private, max-age=60"
    for unknown in ['"menu-6"', "", "menu-7"]:
        answer = client.get("/api/conditional", headers={"If-None-Match": unknown})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("1", '{"value":1}'),
        ("1.50", '{"value":1.5}'),
        ("1e400", None),
        ("-0.0", '{"value":-0.0}'),
        ("true", '{"value":true}'),
        ('"\\u00e4\\ud83d\\ude80"', '{"value":"ä🚀"}'),
        ("[ ]", '{"value":[]}'),
        ('{"b": null, "a": [1, {"c": 2}]}', '{"value":{"b":null,"a":[1,{"c":2}]}}'),
        ("123456789012345678901234567890", '{"value":123456789012345678901234567890}'),
        ("NaN", None),
    ],
)
def test_any_json_comes_back(sent, answered):
    with TestClient(main.app, raise_server_exceptions=False) as client:
        headers = {"Content-Type": "application/json"}
        answer = client.put("/api/echo/json", content=sent, headers=headers)
    assert (answer.status_code, answer.text) == (
        (500, "Internal Server Error") if answered is None else (200, answered)
    )


def test_null_is_a_body_to_the_newest_only(client):
    headers = {"Content-Type": "application/json"}
    answer = client.put("/api/echo/json", content="null", headers=headers)
    if IS_0_115:
        assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "missing")
    else:
        assert (answer.status_code, answer.text) == (200, '{"value":null}')


@pytest.mark.parametrize(("sent", "kind"), [("", "missing"), ("{", "json_invalid")])
def test_no_json_is_refused(client, sent, kind):
    headers = {"Content-Type": "application/json"}
    answer = client.put("/api/echo/json", content=sent, headers=headers)
    assert answer.status_code == 422
    assert [error["type"] for error in answer.json()["detail"]] == [kind]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("site.css", "text/css; charset=utf-8"),
        ("notice.txt", "text/plain; charset=utf-8"),
        ("dot.png", "image/png"),
        ("guide/begin.txt", "text/plain; charset=utf-8"),
    ],
)
def test_files_are_served_as_they_are(client, path, media_type):
    answer = client.get(f"/static/{path}", headers=PLAIN)
    assert (answer.status_code, answer.content) == (200, (STATIC / path).read_bytes())
    assert answer.headers["content-type"] == media_type
    head = client.head(f"/static/{path}", headers=PLAIN)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str((STATIC / path).stat().st_size)
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"/static/{path}", headers=known).status_code == 304


@pytest.mark.parametrize("path", ["", "guide", "guide/", "x", "%2e%2e/main.py"])
def test_folders_and_the_rest_of_the_disk_are_not_served(client, path):
    answer = client.get(f"/static/{path}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_a_file_is_only_read(client):
    assert client.post("/static/site.css").status_code == 405


def test_a_piece_of_a_file_may_be_asked_for(client):
    answer = client.get("/static/notice.txt", headers=PLAIN | {"Range": "bytes=0-8"})
    assert (answer.status_code, answer.content) == (206, b"Everybody")


def encoding(client, path, accepted, user=None):
    headers = {"Accept-Encoding": accepted, "Origin": "http://localhost:3000"}
    answer = client.get(path, headers=headers | (bearer(user) if user else {}))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    return answer.headers.get("content-encoding"), answer.headers["vary"]


def test_long_answers_are_compressed_inside_cors(client):
    for path, user in [("/static/site.css", None), ("/api/invoices", 1), ("/api/tasks/21", 1)]:
        assert encoding(client, path, "gzip", user) == ("gzip", "Accept-Encoding, Origin")
        uncompressed = "Origin" if IS_0_115 else "Accept-Encoding, Origin"
        assert encoding(client, path, "identity", user) == (None, uncompressed)
    for path, user in [("/api/invoices/1", 1), ("/health", None)]:
        assert encoding(client, path, "gzip", user) == (None, "Origin")


def test_streams_are_compressed_however_short(client):
    assert encoding(client, "/api/exports/tasks.csv", "gzip", 1)[0] == "gzip"
    events = encoding(client, "/api/events?interval=0", "gzip")
    assert events == (("gzip", "Accept-Encoding, Origin") if IS_0_115 else (None, "Origin"))


def test_login_takes_json_too(client):
    email, password = "ada@example.com", "correct horse battery staple"
    answer = client.post("/auth/login/json", json={"email": email, "password": password})
    assert (answer.status_code, list(answer.json())) == (200, ["access_token", "token_type"])
    me = client.get(
        "/users/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"}
    )
    assert me.json()["email"] == email


@pytest.mark.parametrize(
    ("email", "password", "status", "detail"),
    [
        ("ada@example.com", "wrong", 401, "Incorrect email or password"),
        ("nobody@example.com", "wrong", 401, "Incorrect email or password"),
        ("linus@example.com", "talk is cheap show code", 400, "Inactive user"),
    ],
)
def test_wrong_json_login_is_told_as_the_form_is(client, email, password, status, detail):
    answer = client.post("/auth/login/json", json={"email": email, "password": password})
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    form = client.post("/auth/login", data={"username": email, "password": password})
    assert (form.status_code, form.content) == (answer.status_code, answer.content)
    assert form.headers.get("www-authenticate") == answer.headers.get("www-authenticate")
