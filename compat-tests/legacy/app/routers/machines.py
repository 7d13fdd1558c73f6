"""What other machines ask for: statistics with a key, and two hidden routes."""

from fastapi import APIRouter, Depends, status
from sqlmodel import func, select

from app.deps import SessionDep, require_api_key
from app.models import Attachment, Comment, Invoice, Project, Tag, Task, User

router = APIRouter()
with_key = [Depends(require_api_key)]


@router.get("/api/admin/stats", tags=["machines"], dependencies=with_key)
def count_everything(session: SessionDep):
    return {
        table.__tablename__: session.exec(select(func.count()).select_from(table)).one()
        for table in [User, Project, Task, Tag, Comment, Attachment, Invoice]
    }


@router.get("/internal/version", include_in_schema=False)
def read_version():
    return {"name": "projects", "version": "1.4.0"}


@router.post(
    "/internal/reindex",
    include_in_schema=False,
    dependencies=with_key,
    status_code=status.HTTP_202_ACCEPTED,
)
def reindex(session: SessionDep):
    return {"tasks": session.exec(select(func.count()).select_from(Task)).one()}
