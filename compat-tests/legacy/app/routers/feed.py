"""News for everybody, and more of it for those who are logged in."""

from fastapi import APIRouter
from sqlmodel import col, select

from app.deps import OptionalUser, SessionDep
from app.models import Task

router = APIRouter(prefix="/api/feed", tags=["feed"])

NEWS = [
    {"kind": "news", "title": "Invoices can be paid online", "pinned": True},
    {"kind": "news", "title": "Maintenance on Sunday", "pinned": False},
]
NEWEST_TASKS = 5


@router.get("")
def read_feed(session: SessionDep, user: OptionalUser):
    if user is None:
        return {"user": None, "entries": NEWS}
    mine = select(Task).where(Task.owner_id == user.id)
    newest = session.exec(
        mine.order_by(col(Task.created_at).desc(), col(Task.id)).limit(NEWEST_TASKS)
    ).all()
    tasks = [
        {"kind": "task", "title": task.title, "status": task.status, "at": task.created_at}
        for task in newest
    ]
    return {"user": user.id, "entries": [*NEWS, *tasks]}
