"""Projects of the caller. The total goes into a header, as the first client wanted it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status
from sqlmodel import col, func, select

from app.deps import CurrentUser, SessionDep
from app.models import Project
from app.schemas import ProjectCreate, ProjectPublic

router = APIRouter(prefix="/api/projects", tags=["projects"])


@router.get("", response_model=list[ProjectPublic])
def list_projects(
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    skip: Annotated[int, Query(ge=0, le=10_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    mine = select(Project).where(Project.owner_id == user.id)
    count = session.exec(select(func.count()).select_from(mine.subquery())).one()
    response.headers["X-Total-Count"] = str(count)
    return session.exec(mine.order_by(col(Project.id)).offset(skip).limit(limit)).all()


@router.post("", response_model=ProjectPublic, status_code=status.HTTP_201_CREATED)
def create_project(session: SessionDep, user: CurrentUser, new: ProjectCreate):
    project = Project(**new.model_dump(), owner_id=user.id)
    session.add(project)
    session.commit()
    return project
