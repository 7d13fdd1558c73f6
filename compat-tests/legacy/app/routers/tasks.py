"""Tasks of the caller. Somebody else's task does not exist."""

import enum
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, status
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from app.deps import CurrentUser, SessionDep
from app.models import Project, Task, TaskStatus, User, utc_now
from app.schemas import TaskCreate, TaskPublic, TasksPublic, TaskUpdate

router = APIRouter(prefix="/api/tasks", tags=["tasks"])


class TaskSort(str, enum.Enum):
    """A column, descending where a `-` stands before it."""

    ID = "id"
    ID_DESCENDING = "-id"
    TITLE = "title"
    TITLE_DESCENDING = "-title"
    PRIORITY = "priority"
    PRIORITY_DESCENDING = "-priority"
    DUE_AT = "due_at"
    DUE_AT_DESCENDING = "-due_at"

    def order(self) -> list[ColumnElement]:
        column = getattr(Task, self.value.removeprefix("-"))
        first = column.desc() if self.value.startswith("-") else column.asc()
        # Equal values would come in any order, and pages would overlap.
        return [first, col(Task.id).asc()]


def find_task(session: Session, user: User, task_id: int) -> Task:
    task = session.get(Task, task_id)
    if task is None or task.owner_id != user.id:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Task not found")
    return task


def require_project(session: Session, user: User, project_id: int | None) -> None:
    if project_id is None:
        return
    project = session.get(Project, project_id)
    if project is None or project.owner_id != user.id:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Project not found")


@router.get("", response_model=TasksPublic)
def list_tasks(
    session: SessionDep,
    user: CurrentUser,
    status: TaskStatus | None = None,
    project_id: int | None = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    sort: TaskSort = TaskSort.ID,
    skip: Annotated[int, Query(ge=0, le=10_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    wanted = select(Task).where(Task.owner_id == user.id)
    if status is not None:
        wanted = wanted.where(Task.status == status)
    if project_id is not None:
        wanted = wanted.where(Task.project_id == project_id)
    if q is not None:
        wanted = wanted.where(col(Task.title).icontains(q, autoescape=True))
    count = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    tasks = session.exec(wanted.order_by(*sort.order()).offset(skip).limit(limit)).all()
    return {"data": tasks, "count": count}


@router.post("", response_model=TaskPublic, status_code=status.HTTP_201_CREATED)
def create_task(session: SessionDep, user: CurrentUser, new: TaskCreate):
    require_project(session, user, new.project_id)
    task = Task(**new.model_dump(), owner_id=user.id)
    session.add(task)
    session.commit()
    return task


# Before `/{task_id}`, which would take "summary" for an id and answer 422.
@router.get("/summary")
def summarise_tasks(session: SessionDep, user: CurrentUser):
    counts = session.exec(
        select(Task.status, func.count()).where(Task.owner_id == user.id).group_by(Task.status)
    ).all()
    return {name.value: 0 for name in TaskStatus} | {name.value: count for name, count in counts}


@router.get("/{task_id}", response_model=TaskPublic)
def read_task(session: SessionDep, user: CurrentUser, task_id: int):
    return find_task(session, user, task_id)


@router.patch("/{task_id}", response_model=TaskPublic)
def update_task(session: SessionDep, user: CurrentUser, task_id: int, change: TaskUpdate):
    task = find_task(session, user, task_id)
    require_project(session, user, change.project_id)
    task.sqlmodel_update(change.model_dump(exclude_unset=True))
    task.updated_at = utc_now()
    session.add(task)
    session.commit()
    return task


@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_task(session: SessionDep, user: CurrentUser, task_id: int) -> None:
    session.delete(find_task(session, user, task_id))
    session.commit()
