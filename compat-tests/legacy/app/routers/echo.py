"""Tells what arrived: the size of any body, or the JSON value that was in it."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

router = APIRouter(prefix="/api/echo", tags=["echo"])


@router.post("")
async def echo(request: Request):
    size, digest = 0, hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        digest.update(chunk)
    return {"size": size, "sha256": digest.hexdigest()}


@router.put("/json")
def echo_json(value: Annotated[Any, Body()]):
    return {"value": value}
