"""The caller's tasks as a CSV file, sent while it is being read."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlmodel import col, select

from app.db import open_session
from app.deps import CurrentUser
from app.models import Task

router = APIRouter(prefix="/api/exports", tags=["exports"])

COLUMNS = ["id", "title", "status", "priority", "estimate_hours", "created_at", "due_at"]
ROWS_PER_CHUNK = 20


def write(rows: list[list[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def render(task: Task) -> list[object]:
    return [
        task.id,
        task.title,
        task.status.value,
        task.priority,
        task.estimate_hours,
        task.created_at.isoformat(),
        task.due_at and task.due_at.isoformat(),
    ]


def export(owner_id: int) -> Iterator[str]:
    # A session of its own: 0.115 closes the one of the dependencies before the stream begins.
    with contextmanager(open_session)() as session:
        yield write([COLUMNS])
        mine = select(Task).where(Task.owner_id == owner_id).order_by(col(Task.id))
        found = session.exec(mine, execution_options={"yield_per": ROWS_PER_CHUNK})
        for tasks in found.partitions():
            yield write([render(task) for task in tasks])


@router.get("/tasks.csv", response_class=StreamingResponse)
def export_tasks(user: CurrentUser):
    return StreamingResponse(
        export(user.id),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="tasks.csv"'},
    )
