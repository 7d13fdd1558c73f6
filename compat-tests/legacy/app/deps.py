"""What routes ask for: a session, the user who calls, or a machine's key."""

import secrets
from typing import Annotated

import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer
from sqlmodel import Session

from app.config import settings
from app.db import open_session
from app.models import User
from app.security import read_token

bearer = OAuth2PasswordBearer(tokenUrl="auth/login")
optional_bearer = OAuth2PasswordBearer(tokenUrl="auth/login", auto_error=False)
api_key = APIKeyHeader(name="X-API-Key")

SessionDep = Annotated[Session, Depends(open_session)]
TokenDep = Annotated[str, Depends(bearer)]


def get_current_user(session: SessionDep, token: TokenDep) -> User:
    refused = HTTPException(
        status.HTTP_401_UNAUTHORIZED,
        "Could not validate credentials",
        headers={"WWW-Authenticate": "Bearer"},
    )
    try:
        user_id = read_token(token)
    except jwt.InvalidTokenError:
        raise refused from None
    user = session.get(User, user_id)
    if user is None:
        raise refused
    if not user.is_active:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "Inactive user")
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


def find_active_user(session: Session, token: str | None) -> User | None:
    """Nobody, rather than a refusal, for a token that is missing or no good."""
    if token is None:
        return None
    try:
        user = session.get(User, read_token(token))
    except jwt.InvalidTokenError:
        return None
    return user if user is not None and user.is_active else None


def get_optional_user(
    session: SessionDep, token: Annotated[str | None, Depends(optional_bearer)]
) -> User | None:
    return find_active_user(session, token)


OptionalUser = Annotated[User | None, Depends(get_optional_user)]


def require_api_key(key: Annotated[str, Depends(api_key)]) -> None:
    if not secrets.compare_digest(key.encode(), settings.API_KEY.encode()):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Invalid API key")
