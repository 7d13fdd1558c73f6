"""Who am I."""

from fastapi import APIRouter

from app.deps import CurrentUser
from app.schemas import UserPublic

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me", response_model=UserPublic)
def read_me(user: CurrentUser):
    return user
