"""Server-sent events: a stream that ends by itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

router = APIRouter(prefix="/api/events", tags=["events"])


async def tick(count: int, interval: float) -> AsyncIterator[str]:
    for number in range(1, count + 1):
        if number > 1:
            await asyncio.sleep(interval)
        yield f"id: {number}\nevent: tick\ndata: {json.dumps({'tick': number})}\n\n"
    yield "event: end\ndata: {}\n\n"


@router.get("")
async def stream_events(
    count: Annotated[int, Query(ge=0, le=1000)] = 3,
    interval: Annotated[float, Query(ge=0, le=5)] = 0.2,
):
    return StreamingResponse(
        tick(count, interval),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache"},
    )
