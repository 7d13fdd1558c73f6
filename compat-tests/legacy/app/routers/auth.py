"""Registering and logging in."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from fastapi.security import OAuth2PasswordRequestForm
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.deps import SessionDep
from app.models import User
from app.schemas import Login, Token, UserCreate, UserPublic
from app.security import hash_password, issue_token, verify_password

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", response_model=UserPublic, status_code=status.HTTP_201_CREATED)
def register(session: SessionDep, new: UserCreate):
    user = User(
        email=new.email,
        full_name=new.full_name,
        hashed_password=hash_password(new.password),
    )
    session.add(user)
    try:
        session.commit()
    except IntegrityError:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "Email already registered") from None
    return user


def log_in(session: Session, email: str, password: str) -> Token:
    user = session.exec(select(User).where(User.email == email)).first()
    if user is None or not verify_password(password, user.hashed_password):
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "Incorrect email or password",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if not user.is_active:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "Inactive user")
    return Token(access_token=issue_token(user.id))


@router.post("/login", response_model=Token)
def login(session: SessionDep, form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    return log_in(session, form.username, form.password)


@router.post("/login/json", response_model=Token)
def login_with_json(session: SessionDep, login: Login):
    return log_in(session, login.email, login.password)
