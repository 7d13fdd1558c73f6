"""Files at tasks of the caller, kept in the database."""

import hashlib
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Response, UploadFile, status
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.deps import CurrentUser, SessionDep
from app.models import Attachment, Task, User
from app.routers.tasks import find_task
from app.schemas import AttachmentPublic

router = APIRouter(tags=["attachments"])

LARGEST = 1024 * 1024
WITHOUT_CONTENT = defer(Attachment.content)


def find_attachment(session: Session, user: User, attachment_id: int) -> Attachment:
    attachment = session.exec(
        select(Attachment)
        .join(Task)
        .where(Attachment.id == attachment_id, Task.owner_id == user.id)
        .options(WITHOUT_CONTENT)
    ).first()
    if attachment is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Attachment not found")
    return attachment


def disposition(filename: str) -> str:
    """RFC 6266: a name that is not plain goes percent-encoded, in UTF-8."""
    quoted = quote(filename, safe="")
    if quoted == filename:
        return f'attachment; filename="{filename}"'
    return f"attachment; filename*=UTF-8''{quoted}"


@router.post(
    "/api/tasks/{task_id}/attachments",
    response_model=AttachmentPublic,
    status_code=status.HTTP_201_CREATED,
)
def attach(
    session: SessionDep,
    user: CurrentUser,
    task_id: int,
    file: UploadFile,
    note: Annotated[str | None, Form(max_length=1000)] = None,
):
    task = find_task(session, user, task_id)
    content = file.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise HTTPException(413, "File is larger than 1 MiB")
    attachment = Attachment(
        filename=file.filename,
        media_type=file.content_type or "application/octet-stream",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        note=note,
        content=content,
        task_id=task.id,
    )
    session.add(attachment)
    session.commit()
    return attachment


@router.get("/api/tasks/{task_id}/attachments", response_model=list[AttachmentPublic])
def list_attachments(session: SessionDep, user: CurrentUser, task_id: int):
    task = find_task(session, user, task_id)
    attached = select(Attachment).where(Attachment.task_id == task.id).options(WITHOUT_CONTENT)
    return session.exec(attached.order_by(col(Attachment.id))).all()


@router.get("/api/attachments/{attachment_id:int}", response_model=AttachmentPublic)
def read_attachment(session: SessionDep, user: CurrentUser, attachment_id: int):
    return find_attachment(session, user, attachment_id)


@router.get("/api/attachments/{attachment_id:int}/content", response_class=Response)
def download(session: SessionDep, user: CurrentUser, attachment_id: int):
    attachment = find_attachment(session, user, attachment_id)
    return Response(
        attachment.content,
        media_type=attachment.media_type,
        headers={"Content-Disposition": disposition(attachment.filename)},
    )


@router.delete("/api/attachments/{attachment_id:int}", status_code=status.HTTP_204_NO_CONTENT)
def detach(session: SessionDep, user: CurrentUser, attachment_id: int) -> None:
    session.delete(find_attachment(session, user, attachment_id))
    session.commit()
