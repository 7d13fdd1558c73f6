"""Tags of the caller, and which tasks carry them."""

import enum
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, status
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from app.deps import CurrentUser, SessionDep
from app.models import Tag, TaskTag, User
from app.routers.tasks import find_task
from app.schemas import TagCreate, TagPublic, TagsPublic, TagUpdate

router = APIRouter(tags=["tags"])


class TagSort(str, enum.Enum):
    by_name = "name"
    by_name_backwards = "-name"
    lightest_first = "weight"
    heaviest_first = "-weight"


NAME = col(Tag.name).collate("C")
ORDERS = {
    None: col(Tag.id),
    TagSort.by_name: NAME.asc(),
    TagSort.by_name_backwards: NAME.desc(),
    TagSort.lightest_first: col(Tag.weight).asc().nulls_first(),
    TagSort.heaviest_first: col(Tag.weight).desc().nulls_last(),
}


def find_tag(session: Session, user: User, tag_id: int) -> Tag:
    tag = session.get(Tag, tag_id)
    if tag is None or tag.owner_id != user.id:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Tag not found")
    return tag


def store(session: Session, tag: Tag) -> Tag:
    name = tag.name
    session.add(tag)
    try:
        session.commit()
    except IntegrityError:
        detail = {"code": "tag_exists", "name": name}
        raise HTTPException(status.HTTP_409_CONFLICT, detail) from None
    return tag


@router.get("/api/tags", response_model=TagsPublic)
def list_tags(
    session: SessionDep,
    user: CurrentUser,
    q: Annotated[str | None, Query(max_length=100)] = None,
    sort: TagSort | None = None,
    skip: Annotated[int, Query(ge=0, le=10_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    wanted = select(Tag).where(Tag.owner_id == user.id)
    if q is not None:
        wanted = wanted.where(col(Tag.name).icontains(q, autoescape=True))
    count = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    ordered = wanted.order_by(ORDERS[sort], col(Tag.id))
    return {"data": session.exec(ordered.offset(skip).limit(limit)).all(), "count": count}


@router.post("/api/tags", response_model=TagPublic, status_code=status.HTTP_201_CREATED)
def create_tag(session: SessionDep, user: CurrentUser, new: TagCreate):
    return store(session, Tag(**new.model_dump(), owner_id=user.id))


@router.patch("/api/tags/{tag_id:int}", response_model=TagPublic)
def update_tag(session: SessionDep, user: CurrentUser, tag_id: int, change: TagUpdate):
    tag = find_tag(session, user, tag_id)
    tag.sqlmodel_update(change.model_dump(exclude_unset=True))
    return store(session, tag)


@router.delete("/api/tags/{tag_id:int}", status_code=status.HTTP_204_NO_CONTENT)
def delete_tag(session: SessionDep, user: CurrentUser, tag_id: int) -> None:
    session.delete(find_tag(session, user, tag_id))
    session.commit()


@router.get("/api/tasks/{task_id}/tags", response_model=list[TagPublic])
def list_tags_of_task(session: SessionDep, user: CurrentUser, task_id: int):
    task = find_task(session, user, task_id)
    carried = select(Tag).join(TaskTag).where(TaskTag.task_id == task.id)
    return session.exec(carried.order_by(col(Tag.id))).all()


@router.put("/api/tasks/{task_id}/tags/{tag_id}", status_code=status.HTTP_204_NO_CONTENT)
def tag_task(session: SessionDep, user: CurrentUser, task_id: int, tag_id: int) -> None:
    task, tag = find_task(session, user, task_id), find_tag(session, user, tag_id)
    session.merge(TaskTag(task_id=task.id, tag_id=tag.id))
    session.commit()


@router.delete("/api/tasks/{task_id}/tags/{tag_id}", status_code=status.HTTP_204_NO_CONTENT)
def untag_task(session: SessionDep, user: CurrentUser, task_id: int, tag_id: int) -> None:
    task, tag = find_task(session, user, task_id), find_tag(session, user, tag_id)
    carried = session.get(TaskTag, (task.id, tag.id))
    if carried is not None:
        session.delete(carried)
        session.commit()
