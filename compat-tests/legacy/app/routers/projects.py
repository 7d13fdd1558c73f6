"""Projects of the caller. The total goes into a header, as the first client wanted it."""

import enum
from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response, status
from sqlalchemy import Numeric
from sqlmodel import Session, case, cast, col, func, select

from app.deps import CurrentUser, SessionDep
from app.models import Project, Task, TaskStatus, User
from app.schemas import ProjectCreate, ProjectPublic, ProjectUpdate, TasksPublic

router = APIRouter(prefix="/api/projects", tags=["projects"])

# A longer estimate is a slip of the finger, and would make the sum overflow.
LONGEST_ESTIMATE = 10_000


class ProjectSort(str, enum.Enum):
    by_name = "name"
    by_name_backwards = "-name"
    oldest_first = "created_at"
    newest_first = "-created_at"


# In the order of code points: the same on every server, whatever its locale.
NAME = col(Project.name).collate("C")
ORDERS = {
    None: col(Project.id),
    ProjectSort.by_name: NAME.asc(),
    ProjectSort.by_name_backwards: NAME.desc(),
    ProjectSort.oldest_first: col(Project.created_at).asc(),
    ProjectSort.newest_first: col(Project.created_at).desc(),
}


def find_project(session: Session, user: User, project_id: int) -> Project:
    project = session.get(Project, project_id)
    if project is None or project.owner_id != user.id:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Project not found")
    return project


@router.get("", response_model=list[ProjectPublic])
def list_projects(
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    sort: ProjectSort | None = None,
    skip: Annotated[int, Query(ge=0, le=10_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    mine = select(Project).where(Project.owner_id == user.id)
    count = session.exec(select(func.count()).select_from(mine.subquery())).one()
    response.headers["X-Total-Count"] = str(count)
    ordered = mine.order_by(ORDERS[sort], col(Project.id))
    return session.exec(ordered.offset(skip).limit(limit)).all()


@router.post("", response_model=ProjectPublic, status_code=status.HTTP_201_CREATED)
def create_project(session: SessionDep, user: CurrentUser, new: ProjectCreate):
    project = Project(**new.model_dump(), owner_id=user.id)
    session.add(project)
    session.commit()
    return project


@router.get("/{project_id}", response_model=ProjectPublic)
def read_project(session: SessionDep, user: CurrentUser, project_id: int):
    return find_project(session, user, project_id)


@router.patch("/{project_id}", response_model=ProjectPublic)
def update_project(
    session: SessionDep, user: CurrentUser, project_id: int, change: ProjectUpdate
):
    project = find_project(session, user, project_id)
    project.sqlmodel_update(change.model_dump(exclude_unset=True))
    session.add(project)
    session.commit()
    return project


@router.delete("/{project_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_project(session: SessionDep, user: CurrentUser, project_id: int) -> None:
    """Its tasks stay, without a project."""
    session.delete(find_project(session, user, project_id))
    session.commit()


@router.get("/{project_id}/tasks", response_model=TasksPublic)
def list_tasks_of_project(
    session: SessionDep,
    user: CurrentUser,
    project_id: int,
    skip: Annotated[int, Query(ge=0, le=10_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    project = find_project(session, user, project_id)
    wanted = select(Task).where(Task.project_id == project.id)
    count = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    tasks = session.exec(wanted.order_by(col(Task.id)).offset(skip).limit(limit)).all()
    return {"data": tasks, "count": count}


@router.get("/{project_id}/stats")
def summarise_project(session: SessionDep, user: CurrentUser, project_id: int):
    project = find_project(session, user, project_id)
    credible = case((col(Task.estimate_hours) < LONGEST_ESTIMATE, Task.estimate_hours))
    total, done, hours, changed_at, due_at = session.exec(
        select(
            func.count(),
            func.count().filter(Task.status == TaskStatus.done),
            func.sum(cast(credible, Numeric(12, 2))),
            func.max(Task.updated_at),
            func.min(Task.due_at),
        ).where(Task.project_id == project.id)
    ).one()
    return {
        "project_id": project.id,
        "tasks": {"total": total, "done": done, "open": total - done},
        "hours": hours,
        "done_share": done / total if total else None,
        "last_change_at": changed_at,
        # In UTC, whatever the database session is set to.
        "first_due_at": due_at and due_at.astimezone(UTC),
        "budget": None,
    }
