"""Figures in a plain dict, the same kinds in a model; a slow report and a broken one."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session, col, func, select

from app.deps import CurrentUser, SessionDep, get_current_user
from app.models import Invoice, InvoiceStatus, Task, User
from app.schemas import Rates

router = APIRouter(
    prefix="/api/reports", tags=["reports"], dependencies=[Depends(get_current_user)]
)

QUARTER = datetime(2026, 1, 1, tzinfo=UTC)


def invoiced(session: Session, user: User) -> dict[InvoiceStatus, Decimal]:
    sums = session.exec(
        select(Invoice.status, func.sum(Invoice.total))
        .where(Invoice.owner_id == user.id)
        .group_by(Invoice.status)
        .order_by(Invoice.status)
    ).all()
    return dict(sums)


def last_paid_at(session: Session, user: User) -> datetime | None:
    mine = select(func.max(Invoice.paid_at)).where(Invoice.owner_id == user.id)
    paid_at = session.exec(mine).one()
    return paid_at and paid_at.astimezone(UTC)


@router.get("/totals")
def report_totals(session: SessionDep, user: CurrentUser):
    sums = invoiced(session, user)
    first, last = session.exec(
        select(func.min(Invoice.issued_on), func.max(Invoice.issued_on)).where(
            Invoice.owner_id == user.id
        )
    ).one()
    tasks = select(func.count()).where(col(Task.owner_id) == user.id)
    return {
        "owner": {"id": user.id, "full_name": user.full_name, "since": user.created_at},
        "tasks": session.exec(tasks).one(),
        "invoiced": sums,
        "total": sum(sums.values(), Decimal(0)),
        "total_with_cents": sum(sums.values(), Decimal("0.00")),
        "rounding": 1e-7,
        "largest": 1e16,
        "period": {
            "from": QUARTER,
            "length": timedelta(days=90, microseconds=1),
            "first_invoice": first,
            "last_invoice": last,
            "days": last - first if first else None,
        },
        "last_paid_at": last_paid_at(session, user),
        "forecast": None,
    }


@router.get("/rates", response_model=Rates)
def report_rates(session: SessionDep, user: CurrentUser):
    rates = [
        ("EUR", Decimal("1"), 1.0, timedelta(days=1), None),
        ("USD", Decimal("1.0850"), 1e-4, timedelta(hours=36), QUARTER + timedelta(hours=36)),
        ("JPY", Decimal("161.00"), 1e-5, timedelta(seconds=0.5), None),
        ("BTC", Decimal("0.0000001"), 1e-7, timedelta(microseconds=-1), QUARTER.replace(year=9999)),
        ("IDR", Decimal("1.7E+4"), 1e16, timedelta(0), None),
    ]
    return {
        "base": "EUR",
        "rates": [
            {
                "name": name,
                "value": value,
                "smallest_step": step,
                "valid_for": valid_for,
                "valid_from": QUARTER,
                "valid_until": until,
            }
            for name, value, step, valid_for, until in rates
        ],
        "invoiced": invoiced(session, user),
        "last_paid_at": last_paid_at(session, user),
    }


@router.get("/slow")
async def report_slowly(seconds: Annotated[float, Query(ge=0, le=5)] = 1):
    await asyncio.sleep(seconds)
    return {"seconds": seconds}


@router.get("/broken")
def report_nothing():
    raise RuntimeError("the report has a bug")
