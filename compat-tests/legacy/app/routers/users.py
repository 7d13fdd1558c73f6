"""Who am I."""

from fastapi import APIRouter, HTTPException, status

from app.deps import CurrentUser, SessionDep
from app.schemas import Message, PasswordChange, UserPublic
from app.security import hash_password, verify_password

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me", response_model=UserPublic)
def read_me(user: CurrentUser):
    return user


@router.patch("/me/password", response_model=Message)
def change_password(session: SessionDep, user: CurrentUser, change: PasswordChange):
    if not verify_password(change.current_password, user.hashed_password):
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "Incorrect password")
    user.hashed_password = hash_password(change.new_password)
    session.add(user)
    session.commit()
    return Message(message="Password changed")
