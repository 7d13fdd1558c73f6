"""Invoices: money, dates and spans in a model, and the one router with its own errors."""

import pytest
from conftest import GRACE, IS_0_115, bearer


def test_an_invoice_is_rendered_to_the_last_digit(client, ada):
    small = "1e-05" if IS_0_115 else "0.00001"
    assert client.get("/api/invoices/3", headers=ada).text == (
        '{"id":3,"number":"2026-0003","status":"draft","customer":'
        '{"name":"田中商店","country":"JP"},"lines":[{"description":"設計",'
        '"quantity":"0.001","unit_price":"10.0000"}],'
        '"issued_on":"2026-02-28","payment_term":"P1DT12H","tax_rate":"0.1000","total":"0.01",'
        f'"exchange_rate":{small},"created_at":"2026-01-08T09:30:00.003000Z","paid_at":null}}'
    )


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("status=sent", [2, 5]),
        ("status=paid&status=draft", [1, 3]),
        ("min_total=99.99", [1, 2, 5]),
        ("min_total=99.991&status=sent&status=sent", [5]),
        ("min_total=1e12", []),
    ],
)
def test_invoices_are_filtered(client, ada, query, wanted):
    answer = client.get(f"/api/invoices?{query}", headers=ada)
    assert [invoice["id"] for invoice in answer.json()] == wanted


def test_spans_may_be_negative_and_rates_minus_zero(client):
    answer = client.get("/api/invoices", headers=bearer(GRACE)).json()
    terms = ["P1DT0.000001S", "-PT23H", "PT1H30M"]
    assert [invoice["payment_term"] for invoice in answer] == terms
    days = ["2026-01-01", "1970-01-01", "0001-01-01"]
    assert [invoice["issued_on"] for invoice in answer] == days
    assert str(answer[2]["exchange_rate"]) == "-0.0"
    assert answer[0]["paid_at"] == "2026-02-03T17:15:00Z"
    assert answer[1]["customer"] == {"name": "Univac", "country": None}


@pytest.mark.parametrize(
    ("query", "kind"), [("status=lost", "enum"), ("min_total=much", "decimal_parsing")]
)
def test_filters_out_of_bounds_are_unprocessable(client, ada, query, kind):
    answer = client.get(f"/api/invoices?{query}", headers=ada)
    assert answer.status_code == 422
    assert [error["type"] for error in answer.json()["detail"]] == [kind]


def test_an_invoice_is_paid_once(client, ada, restored):
    before = client.get("/api/invoices/2", headers=ada).json()
    paid = client.post("/api/invoices/2/pay", headers=ada)
    assert paid.status_code == 200
    paid_at = paid.json()["paid_at"]
    assert paid_at.endswith("Z")
    assert paid.json() == before | {"status": "paid", "paid_at": paid_at}
    again = client.post("/api/invoices/2/pay", headers=ada)
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
    assert again.text == (
        '{"type":"/problems/not-payable","title":"Invoice cannot be paid","status":409,'
        '"detail":"invoice 2026-0002 is paid","number":"2026-0002","invoice_status":"paid"}'
    )
    assert client.get("/api/invoices/2", headers=ada).json() == paid.json()


@pytest.mark.parametrize("invoice_id", [3, 4])
def test_what_was_not_sent_is_not_paid(client, ada, invoice_id):
    assert client.post(f"/api/invoices/{invoice_id}/pay", headers=ada).status_code == 409


def test_somebody_elses_invoice_does_not_exist(client, ada):
    for method, path in [("GET", "/api/invoices/6"), ("POST", "/api/invoices/7/pay")]:
        answer = client.request(method, path, headers=ada)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Invoice not found"})
        assert answer.headers["content-type"] == "application/json"
        assert client.request(method, path).status_code == 401
    assert client.get("/api/invoices").status_code == 401
    assert client.get("/api/invoices/x", headers=ada).json() == {"detail": "Not Found"}
