"""What hangs on the sample's tasks: tags, comments, attachments."""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.models import TagColor
from app.seed_data import ADA, DESCRIPTIONS, DUE, EPOCH, GRACE, TITLES, ZOE, Row, pick, tasks

STATIC = Path(__file__).parent / "static"

TAGS = [
    {
        "id": id,
        "name": name,
        "color": color,
        "weight": weight and Decimal(weight),
        "owner_id": owner,
        "created_at": EPOCH + timedelta(days=20, seconds=id),
    }
    for id, name, color, weight, owner in [
        (1, "urgent", TagColor.red, "9999.99", ADA),
        (2, "later", TagColor.blue, None, ADA),
        (3, "größe", TagColor.green, "0.10", ADA),
        (4, "Zeppelin 100%", TagColor.blue, "0.00", ADA),
        (5, "🚀 launch", TagColor.green, "-1.50", ADA),
        (6, "urgent", TagColor.green, "1.00", GRACE),
        (7, "compiler", TagColor.blue, "100.00", GRACE),
        (8, "田", TagColor.red, None, ZOE),
    ]
]


def task_tags() -> list[Row]:
    """Every task but each fourth carries one or two tags of its owner."""
    rows = []
    for task in tasks():
        mine = [tag["id"] for tag in TAGS if tag["owner_id"] == task["owner_id"]]
        if not mine or task["id"] % 4 == 0:
            continue
        chosen = {pick(mine, task["id"]), pick(mine, task["id"] // 3)}
        rows += [{"task_id": task["id"], "tag_id": tag_id} for tag_id in sorted(chosen)]
    return rows


# Task 1 has more comments than one page, tasks 2 to 30 have one each, the others none.
FIRST_COMMENT = datetime(2026, 2, 1, tzinfo=UTC)
COMMENTED = [1] * 25 + list(range(2, 31))


def comments() -> list[Row]:
    owners = {task["id"]: task["owner_id"] for task in tasks()}
    return [
        {
            "id": number,
            "body": pick(DESCRIPTIONS, number) or pick(TITLES, number),
            "task_id": task_id,
            "author_id": owners[task_id],
            "created_at": FIRST_COMMENT + timedelta(hours=number, microseconds=1),
            "edited_at": pick(DUE, number // 4),
        }
        for number, task_id in enumerate(COMMENTED, 1)
    ]


LONG_TEXT = "Every line of this file is the same, ÄÖÜ.\n" * 200


def attachments() -> list[Row]:
    return [
        {
            "id": id,
            "filename": filename,
            "media_type": media_type,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "note": note,
            "content": content,
            "task_id": task_id,
            "created_at": EPOCH + timedelta(days=30, seconds=id),
        }
        for id, task_id, filename, media_type, note, content in [
            (1, 1, "plan.txt", "text/plain", "the first draft", b"1. Think.\n2. Write.\n"),
            (2, 1, "Größe 設計.txt", "text/plain; charset=utf-8", None, LONG_TEXT.encode()),
            (3, 1, "dot.png", "image/png", "", (STATIC / "dot.png").read_bytes()),
            (4, 2, "empty", "application/octet-stream", None, b""),
            (5, 2, 'a "quoted" \\ name.bin', "application/octet-stream", "Ä", bytes(range(256))),
            (6, 4, "a-0.json", "application/json", None, b'{"compiler": "A-0"}\n'),
        ]
    ]
