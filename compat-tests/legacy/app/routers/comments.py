"""Comments on the caller's tasks, read page after page with a cursor."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, status
from sqlmodel import Session, col, select

from app.deps import CurrentUser, SessionDep
from app.models import Comment, User, now
from app.routers.tasks import find_task
from app.schemas import INT4_MAX, CommentPage, CommentPublic, CommentWrite

router = APIRouter(tags=["comments"])


def find_comment(session: Session, user: User, comment_id: int) -> Comment:
    comment = session.get(Comment, comment_id)
    if comment is None or comment.author_id != user.id:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Comment not found")
    return comment


@router.get("/api/tasks/{task_id}/comments", response_model=CommentPage)
def list_comments(
    session: SessionDep,
    user: CurrentUser,
    task_id: int,
    after: Annotated[int, Query(ge=0, le=INT4_MAX)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    task = find_task(session, user, task_id)
    following = select(Comment).where(Comment.task_id == task.id, col(Comment.id) > after)
    # One more than asked for tells whether there is a next page.
    found = session.exec(following.order_by(col(Comment.id)).limit(limit + 1)).all()
    items = found[:limit]
    return {"items": items, "next": items[-1].id if len(found) > limit else None}


@router.post(
    "/api/tasks/{task_id}/comments",
    response_model=CommentPublic,
    status_code=status.HTTP_201_CREATED,
)
def create_comment(session: SessionDep, user: CurrentUser, task_id: int, new: CommentWrite):
    task = find_task(session, user, task_id)
    comment = Comment(body=new.body, task_id=task.id, author_id=user.id)
    session.add(comment)
    session.commit()
    return comment


@router.patch("/api/comments/{comment_id:int}", response_model=CommentPublic)
def edit_comment(session: SessionDep, user: CurrentUser, comment_id: int, change: CommentWrite):
    comment = find_comment(session, user, comment_id)
    comment.body, comment.edited_at = change.body, now()
    session.add(comment)
    session.commit()
    return comment


@router.delete("/api/comments/{comment_id:int}", status_code=status.HTTP_204_NO_CONTENT)
def delete_comment(session: SessionDep, user: CurrentUser, comment_id: int) -> None:
    session.delete(find_comment(session, user, comment_id))
    session.commit()
