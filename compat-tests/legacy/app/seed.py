"""Puts the sample data into the database; running it again restores what was changed.

Rows made by clients stay. Their ids start at 1001, so that they never collide with the sample's.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel

from app.db import engine
from app.models import Project, Task, User
from app.seed_data import PROJECTS, USERS, tasks

FIRST_FREE_ID = 1001


def restore(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    statement = insert(table)
    columns = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=columns), rows)
    name = table.__tablename__
    session.execute(
        text(f"SELECT setval('{name}_id_seq', greatest(max(id), :last)) FROM {name}"),
        {"last": FIRST_FREE_ID - 1},
    )


def main() -> None:
    samples = [(User, USERS), (Project, PROJECTS), (Task, tasks())]
    with Session(engine) as session:
        for table, rows in samples:
            restore(session, table, rows)
        session.commit()
    print(", ".join(f"{len(rows)} {table.__tablename__}" for table, rows in samples))


if __name__ == "__main__":
    main()
