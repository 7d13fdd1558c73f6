"""Text files from a small tree in memory. The path may hold slashes, and may be empty."""

from fastapi import APIRouter, HTTPException, status
from fastapi.responses import PlainTextResponse

router = APIRouter(prefix="/files", tags=["files"])

TREE = {
    "readme.txt": "Files of the projects API.\n",
    "notes/2026/plan.txt": "1. Put a gateway in front.\n2. Move one route.\n3. Look.\n",
    "notes/übersicht.txt": "Zuerst lesen, dann schreiben.\n",
    "with space.txt": "A name with a space.\n",
    "100%.txt": "A name with a percent sign.\n",
    "empty.txt": "",
}


@router.get("/{path:path}", response_class=PlainTextResponse)
def read_file(path: str):
    if path == "":
        return "".join(f"{name}\n" for name in sorted(TREE))
    if path not in TREE:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "File not found")
    return TREE[path]
