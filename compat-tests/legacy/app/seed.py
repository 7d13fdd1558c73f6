"""Puts the sample data into the database; running it again restores what was changed.

Rows made by clients stay. Their ids start at 1001, so that they never collide with the sample's.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel

from app.db import engine
from app.models import (
    Attachment,
    Comment,
    Invoice,
    InvoiceLine,
    Project,
    Tag,
    Task,
    TaskTag,
    User,
)
from app.seed_data import PROJECTS, USERS, tasks
from app.seed_details import TAGS, attachments, comments, task_tags
from app.seed_invoices import INVOICES, LINES

FIRST_FREE_ID = 1001


def restore(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    statement = insert(table)
    keys = [column.name for column in table.__table__.primary_key]
    columns = {name: statement.excluded[name] for name in rows[0]}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=columns), rows)
    if keys != ["id"]:
        return
    name = table.__tablename__
    session.execute(
        text(f"SELECT setval('{name}_id_seq', greatest(max(id), :last)) FROM {name}"),
        {"last": FIRST_FREE_ID - 1},
    )


def samples() -> list[tuple[type[SQLModel], list[dict[str, Any]]]]:
    return [
        (User, USERS),
        (Project, PROJECTS),
        (Task, tasks()),
        (Tag, TAGS),
        (TaskTag, task_tags()),
        (Comment, comments()),
        (Attachment, attachments()),
        (Invoice, INVOICES),
        (InvoiceLine, LINES),
    ]


def main() -> None:
    with Session(engine) as session:
        for table, rows in samples():
            restore(session, table, rows)
        session.commit()
    print(", ".join(f"{len(rows)} {table.__tablename__}" for table, rows in samples()))


if __name__ == "__main__":
    main()
