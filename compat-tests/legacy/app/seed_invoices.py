"""The sample's invoices: money, rates, dates and spans that are easily rendered wrong."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from app.models import InvoiceStatus
from app.seed_data import ADA, EPOCH, GRACE, Row

PAID_EARLY = datetime(2026, 1, 20, 8, 15, 30, 250000, tzinfo=UTC)
PAID_FAR_AWAY = datetime(2026, 2, 3, 23, 0, tzinfo=timezone(timedelta(hours=5, minutes=45)))

def invoice(
    id: int,
    owner: int,
    status: str,
    customer: tuple[str, str | None],
    issued_on: date,
    payment_term: timedelta,
    tax_rate: str,
    total: str,
    exchange_rate: float | None = None,
    paid_at: datetime | None = None,
) -> Row:
    name, country = customer
    return {
        "id": id,
        "number": f"2026-{id:04}",
        "status": InvoiceStatus(status),
        "customer_name": name,
        "customer_country": country,
        "issued_on": issued_on,
        "payment_term": payment_term,
        "tax_rate": Decimal(tax_rate),
        "total": Decimal(total),
        "exchange_rate": exchange_rate,
        "owner_id": owner,
        "created_at": EPOCH.replace(tzinfo=UTC) + timedelta(days=id, milliseconds=id),
        "paid_at": paid_at,
    }


BABBAGE, MULLER, TANAKA = ("Charles Babbage", "GB"), ("Müller & Söhne", "DE"), ("田中商店", "JP")
NOBODY, BIG = ("Nobody <nobody@example.com>", None), ('The "Big" One', "US")
NAVY, UNIVAC = ("Navy", "US"), ("Univac", None)

TWO_WEEKS, MONTH, YEAR = timedelta(days=14), timedelta(days=30), timedelta(days=365, seconds=0.5)
LATE, AT_ONCE = timedelta(days=-1, hours=1), timedelta(0)

INVOICES = [
    invoice(
        *(1, ADA, "paid", BABBAGE, date(2026, 1, 6), TWO_WEEKS, "0.2000", "1200.00"),
        paid_at=PAID_EARLY,
    ),
    invoice(2, ADA, "sent", MULLER, date(2026, 1, 31), MONTH, "0.1900", "99.99", 1.0),
    invoice(3, ADA, "draft", TANAKA, date(2026, 2, 28), timedelta(hours=36), "0.1", "0.01", 1e-5),
    invoice(4, ADA, "void", NOBODY, date(2024, 2, 29), AT_ONCE, "0", "0"),
    invoice(5, ADA, "sent", BIG, date(9999, 12, 31), YEAR, "0.0825", "999999999999.99", 1e16),
    invoice(
        *(6, GRACE, "paid", NAVY, date(2026, 1, 1), timedelta(days=1, microseconds=1)),
        *("0.0700", "100.10", 1e-7, PAID_FAR_AWAY),
    ),
    invoice(7, GRACE, "sent", UNIVAC, date(1970, 1, 1), LATE, "0", "3.50", 0.1),
    invoice(8, GRACE, "draft", NAVY, date(1, 1, 1), timedelta(minutes=90), "1", "-20.00", -0.0),
]

LINES = [
    {
        "id": id,
        "invoice_id": invoice_id,
        "description": description,
        "quantity": Decimal(quantity),
        "unit_price": Decimal(unit_price),
    }
    for id, invoice_id, description, quantity, unit_price in [
        (1, 1, "Mill", "1.000", "1000.0000"),
        (2, 1, "Store ☕", "0.500", "400.0000"),
        (3, 2, "Prüfung", "3.000", "33.3300"),
        (4, 3, "設計", "0.001", "10.0000"),
        (5, 5, "Everything", "9999999.999", "99999999.9999"),
        (6, 6, "Compiler", "1.000", "100.0000"),
        (7, 6, "Discount", "1.000", "0.1000"),
        (8, 7, "Tape", "7.000", "0.5000"),
        (9, 8, "Refund", "-1.000", "20.0000"),
    ]
]
