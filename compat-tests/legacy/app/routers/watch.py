"""A WebSocket for those with a token: it tells how many tasks they have, as often as they ask."""

import json
from contextlib import contextmanager

from fastapi import APIRouter, WebSocket, WebSocketDisconnect, status
from fastapi.concurrency import run_in_threadpool
from sqlmodel import col, func, select

from app.db import open_session
from app.deps import find_active_user
from app.models import Task, TaskStatus

router = APIRouter(tags=["watch"])


def find_user_id(token: str) -> int | None:
    with contextmanager(open_session)() as session:
        user = find_active_user(session, token)
        return user and user.id


def count_tasks(user_id: int) -> dict[str, int]:
    mine = select(Task.status, func.count()).where(col(Task.owner_id) == user_id)
    with contextmanager(open_session)() as session:
        counts = session.exec(mine.group_by(Task.status)).all()
    return {name.value: 0 for name in TaskStatus} | {name.value: count for name, count in counts}


async def answer(user_id: int, question: str) -> dict[str, object]:
    try:
        asked = json.loads(question)
    except ValueError:
        return {"error": "not JSON"}
    if asked != {"ask": "count"}:
        return {"error": "unknown question"}
    return await run_in_threadpool(count_tasks, user_id)


@router.websocket("/ws/tasks")
async def watch_tasks(websocket: WebSocket, token: str = "") -> None:
    user_id = await run_in_threadpool(find_user_id, token)
    if user_id is None:
        # Before it is accepted: the server answers the handshake with 403.
        await websocket.close(status.WS_1008_POLICY_VIOLATION)
        return
    await websocket.accept()
    await websocket.send_json({"event": "hello", "user": user_id})
    try:
        while (question := await websocket.receive_text()) != "bye":
            await websocket.send_json(await answer(user_id, question))
    except WebSocketDisconnect:
        return
    await websocket.close(code=1000, reason="bye")
