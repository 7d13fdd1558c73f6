"""Reports, the export and the feed: what a plain dict and a model make of the same values."""

import csv
import io
from time import monotonic

import pytest
from app import seed_data
from app.main import app
from app.routers.exports import export
from conftest import ADA, GRACE, IS_0_115, LINUS, ZOE, bearer
from fastapi.testclient import TestClient


def test_a_plain_dict_renders_money_and_spans_as_floats(client):
    assert client.get("/api/reports/totals", headers=bearer(GRACE)).text == (
        '{"owner":{"id":2,"full_name":null,"since":"2026-01-07T09:30:00"},"tasks":24,'
        '"invoiced":{"draft":-20.0,"paid":100.1,"sent":3.5},"total":83.6,"total_with_cents":83.6,'
        '"rounding":1e-07,"largest":1e+16,"period":{"from":"2026-01-01T00:00:00+00:00",'
        '"length":7776000.000001,"first_invoice":"0001-01-01","last_invoice":"2026-01-01",'
        '"days":63902822400.0},"last_paid_at":"2026-02-03T17:15:00+00:00","forecast":null}'
    )


def test_without_invoices_the_total_is_a_whole_number(client):
    answer = client.get("/api/reports/totals", headers=bearer(ZOE))
    assert '"invoiced":{},"total":0,"total_with_cents":0.0,' in answer.text
    assert '"first_invoice":null,"last_invoice":null,"days":null}' in answer.text


def test_a_model_renders_money_and_spans_as_text(client):
    steps = ["1e-05", "1e-07"] if IS_0_115 else ["0.00001", "1e-7"]
    since = '"valid_from":"2026-01-01T00:00:00Z","valid_until"'
    assert client.get("/api/reports/rates", headers=bearer(GRACE)).text == (
        '{"base":"EUR","rates":['
        f'{{"name":"EUR","value":"1","smallest_step":1.0,"valid_for":"P1D",{since}:null}},'
        '{"name":"USD","value":"1.0850","smallest_step":0.0001,"valid_for":"P1DT12H",'
        f'{since}:"2026-01-02T12:00:00Z"}},'
        f'{{"name":"JPY","value":"161.00","smallest_step":{steps[0]},"valid_for":"PT0.5S",'
        f'{since}:null}},'
        f'{{"name":"BTC","value":"1E-7","smallest_step":{steps[1]},"valid_for":"-PT0.000001S",'
        f'{since}:"9999-01-01T00:00:00Z"}},'
        '{"name":"IDR","value":"1.7E+4","smallest_step":1e+16,"valid_for":"PT0S",'
        f'{since}:null}}],'
        '"invoiced":{"draft":"-20.00","paid":"100.10","sent":"3.50"},'
        '"last_paid_at":"2026-02-03T17:15:00Z"}'
    )


def test_slow_takes_its_time(client, ada):
    started = monotonic()
    answer = client.get("/api/reports/slow?seconds=0.25", headers=ada)
    assert monotonic() - started >= 0.25
    assert answer.text == '{"seconds":0.25}'
    for seconds in ["-0.1", "5.1", "nan"]:
        assert client.get(f"/api/reports/slow?seconds={seconds}", headers=ada).status_code == 422


def test_broken_is_a_plain_500_outside_of_the_middleware(database):
    with TestClient(app, raise_server_exceptions=False) as client:
        headers = bearer(ADA) | {"Origin": "http://localhost:3000"}
        answer = client.get("/api/reports/broken", headers=headers)
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("user", [ADA, GRACE, ZOE])
def test_the_export_has_every_task_of_the_caller(client, user):
    with client.stream("GET", "/api/exports/tasks.csv", headers=bearer(user)) as answer:
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="tasks.csv"'
        assert "content-length" not in answer.headers
        text = "".join(answer.iter_text())
    rows = list(csv.reader(io.StringIO(text, newline="")))
    mine = [task for task in seed_data.tasks() if task["owner_id"] == user]
    head = ["id", "title", "status", "priority", "estimate_hours", "created_at", "due_at"]
    assert rows[0] == head
    assert [(row[0], row[1]) for row in rows[1:]] == [(str(t["id"]), t["title"]) for t in mine]


def test_the_export_comes_in_several_pieces(database):
    """The client of the tests joins them; the generator itself tells."""
    pieces = list(export(ADA))
    assert len(pieces) == 1 + -(-72 // 20)
    assert pieces[0] == "id,title,status,priority,estimate_hours,created_at,due_at\r\n"
    assert pieces[1].startswith("1,Write the first program,todo,0,,2026-01-05T09:30:00,\r\n")


def test_everything_of_reports_needs_a_token(client):
    for path in ["reports/totals", "reports/rates", "reports/slow", "reports/broken"]:
        assert client.get(f"/api/{path}").json() == {"detail": "Not authenticated"}
        assert client.get(f"/api/{path}", headers=bearer(LINUS)).status_code == 400
    assert client.get("/api/exports/tasks.csv").status_code == 401


def test_the_feed_shows_more_to_those_who_are_known(client):
    nobody = client.get("/api/feed")
    assert nobody.status_code == 200
    assert (nobody.json()["user"], len(nobody.json()["entries"])) == (None, 2)
    known = client.get("/api/feed", headers=bearer(ADA)).json()
    assert (known["user"], len(known["entries"])) == (ADA, 7)
    assert known["entries"][:2] == nobody.json()["entries"]
    assert list(known["entries"][2]) == ["kind", "title", "status", "at"]


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer garbage"}, {"Authorization": "Basic YTpi"}, bearer(LINUS)],
)
def test_the_feed_refuses_nobody(client, headers):
    assert client.get("/api/feed", headers=headers).json()["user"] is None
