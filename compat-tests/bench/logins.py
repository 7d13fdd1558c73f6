"""Gives the bench users who can log in, and a task each, and prints its number: logins.py HOW_MANY HASH... takes turns."""

import sys

from sqlmodel import Session

from app.db import engine
from app.models import Task, User


def main(how_many: int, hashes: list[str]) -> None:
    with Session(engine) as session:
        for kind, hashed in enumerate(hashes):
            for number in range(how_many):
                user = User(email=f"login-{kind}-{number}@example.com", hashed_password=hashed)
                session.add(user)
                session.flush()
                task = Task(title="Wait for nobody", owner_id=user.id)
                session.add(task)
                session.flush()
                print(user.id, task.id)
        session.commit()


main(int(sys.argv[1]), sys.argv[2:])
