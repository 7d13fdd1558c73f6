"""Invoices of the caller. What cannot be paid is told as a problem document (RFC 9457)."""

from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response, status
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlmodel import Session, col, select

from app.deps import CurrentUser, SessionDep
from app.models import Invoice, InvoiceLine, InvoiceStatus, User, now
from app.schemas import Customer, InvoicePublic


class NotPayable(Exception):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(f"invoice {invoice.number} is {invoice.status.value}")
        self.number, self.status = invoice.number, invoice.status


class ProblemRoute(APIRoute):
    """An exception handler for one router: the framework has them for whole applications only."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except NotPayable as problem:
                return JSONResponse(
                    {
                        "type": "/problems/not-payable",
                        "title": "Invoice cannot be paid",
                        "status": status.HTTP_409_CONFLICT,
                        "detail": str(problem),
                        "number": problem.number,
                        "invoice_status": problem.status.value,
                    },
                    status.HTTP_409_CONFLICT,
                    media_type="application/problem+json",
                )

        return handle_or_tell


router = APIRouter(prefix="/api/invoices", tags=["invoices"], route_class=ProblemRoute)


def find_invoice(session: Session, user: User, invoice_id: int) -> Invoice:
    invoice = session.get(Invoice, invoice_id)
    if invoice is None or invoice.owner_id != user.id:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Invoice not found")
    return invoice


def present(session: Session, invoices: list[Invoice]) -> list[dict[str, Any]]:
    lines = session.exec(
        select(InvoiceLine)
        .where(col(InvoiceLine.invoice_id).in_([invoice.id for invoice in invoices]))
        .order_by(col(InvoiceLine.id))
    ).all()
    return [
        invoice.model_dump()
        | {
            "customer": Customer(name=invoice.customer_name, country=invoice.customer_country),
            "lines": [line.model_dump() for line in lines if line.invoice_id == invoice.id],
        }
        for invoice in invoices
    ]


@router.get("", response_model=list[InvoicePublic])
def list_invoices(
    session: SessionDep,
    user: CurrentUser,
    status: Annotated[list[InvoiceStatus], Query()] = [],
    min_total: Decimal | None = None,
):
    wanted = select(Invoice).where(Invoice.owner_id == user.id)
    if status:
        wanted = wanted.where(col(Invoice.status).in_(status))
    if min_total is not None:
        wanted = wanted.where(Invoice.total >= min_total)
    return present(session, session.exec(wanted.order_by(col(Invoice.id))).all())


@router.get("/{invoice_id:int}", response_model=InvoicePublic)
def read_invoice(session: SessionDep, user: CurrentUser, invoice_id: int):
    return present(session, [find_invoice(session, user, invoice_id)])[0]


@router.post("/{invoice_id:int}/pay", response_model=InvoicePublic)
def pay_invoice(session: SessionDep, user: CurrentUser, invoice_id: int):
    invoice = find_invoice(session, user, invoice_id)
    if invoice.status is not InvoiceStatus.sent:
        raise NotPayable(invoice)
    invoice.status, invoice.paid_at = InvoiceStatus.paid, now()
    session.add(invoice)
    session.commit()
    session.refresh(invoice)
    return present(session, [invoice])[0]
