"""Tells what arrived of a body, without keeping it in memory."""

import hashlib

from fastapi import APIRouter, Request

router = APIRouter(prefix="/api/echo", tags=["echo"])


@router.post("")
async def echo(request: Request):
    size, digest = 0, hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        digest.update(chunk)
    return {"size": size, "sha256": digest.hexdigest()}
