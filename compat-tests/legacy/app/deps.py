"""What routes ask for: a session, and the user who calls."""

from typing import Annotated

import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer
from sqlmodel import Session

from app.db import open_session
from app.models import User
from app.security import read_token

bearer = OAuth2PasswordBearer(tokenUrl="auth/login")

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
