"""How passwords are kept and what a token says."""

from datetime import UTC, datetime, timedelta

import bcrypt
import jwt

from app.config import settings
from app.schemas import INT4_MAX


def hash_password(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(settings.BCRYPT_ROUNDS)).decode()


def verify_password(password: str, hashed: str) -> bool:
    try:
        return bcrypt.checkpw(password.encode(), hashed.encode())
    except ValueError:  # longer than bcrypt can read, or not a bcrypt hash
        return False


def issue_token(user_id: int) -> str:
    expires_at = datetime.now(UTC) + timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES)
    claims = {"sub": str(user_id), "exp": expires_at}
    return jwt.encode(claims, settings.SECRET_KEY, algorithm=settings.ALGORITHM)


def read_token(token: str) -> int:
    """The user's id. Raises `jwt.InvalidTokenError` for anything that we did not issue."""
    claims = jwt.decode(
        token,
        settings.SECRET_KEY,
        algorithms=[settings.ALGORITHM],
        options={"require": ["exp", "sub"]},
    )
    subject = claims["sub"]
    if not (subject.isascii() and subject.isdigit() and len(subject) <= 10):
        raise jwt.InvalidTokenError("the subject is not a user id")
    user_id = int(subject)
    if user_id > INT4_MAX:
        raise jwt.InvalidTokenError("the subject is not a user id")
    return user_id
