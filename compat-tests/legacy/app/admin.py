"""An application of its own, mounted below `/admin`: its own documentation, its own errors."""

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.exceptions import HTTPException

from app.deps import SessionDep, require_api_key
from app.models import User
from app.schemas import UserPublic

admin = FastAPI(title="Projects administration", version="0.3.0")
with_key = [Depends(require_api_key)]


class UserMissing(Exception):
    def __init__(self, user_id: int) -> None:
        super().__init__(f"there is no user {user_id}")


@admin.exception_handler(UserMissing)
def tell_missing(request: Request, missing: UserMissing) -> JSONResponse:
    return JSONResponse({"error": {"code": "user_missing", "message": str(missing)}}, 404)


@admin.exception_handler(HTTPException)
def tell_refusal(request: Request, refusal: HTTPException) -> JSONResponse:
    error = {"code": refusal.status_code, "message": refusal.detail}
    return JSONResponse({"error": error}, refusal.status_code, refusal.headers)


def find_user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise UserMissing(user_id)
    return user


@admin.get("/health")
def read_health() -> dict[str, str]:
    return {"status": "ok", "part": "admin"}


@admin.get("/users/{user_id}", response_model=UserPublic, dependencies=with_key)
def read_user(session: SessionDep, user_id: int):
    return find_user(session, user_id)


@admin.post("/users/{user_id}/deactivate", response_model=UserPublic, dependencies=with_key)
def deactivate_user(session: SessionDep, user_id: int):
    user = find_user(session, user_id)
    user.is_active = False
    session.add(user)
    session.commit()
    return user
