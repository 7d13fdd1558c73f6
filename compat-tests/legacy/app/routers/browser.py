"""What browsers and probes meet: readiness, a redirect, cookies, and an answer they may keep."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlmodel import select

from app.deps import SessionDep

router = APIRouter(tags=["browser"])

ETAG = '"menu-7"'


# The framework names an operation after any one of its methods; this one is always called the same.
@router.api_route("/ready", methods=["GET", "HEAD"], operation_id="read_ready")
def read_ready(session: SessionDep):
    session.exec(select(1)).one()
    return {"status": "ready"}


@router.get("/legacy-home", response_class=RedirectResponse)
def go_home():
    return RedirectResponse("/docs", status.HTTP_303_SEE_OTHER)


@router.get("/api/cookies")
def exchange_cookies(request: Request, response: Response):
    response.set_cookie("theme", "dark", max_age=3600)
    response.set_cookie("visit", "7", path="/api", secure=True, httponly=True, samesite="strict")
    return {"received": request.cookies}


@router.get("/api/conditional")
def read_menu(response: Response, if_none_match: Annotated[str | None, Header()] = None):
    known = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    headers = {"ETag": ETAG, "Cache-Control": "private, max-age=60"}
    if ETAG in known or "*" in known:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return {"menu": ["projects", "tasks", "invoices"]}
