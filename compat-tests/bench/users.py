"""Gives the bench its users, each with tasks of their own, and prints a token for each: users.py HOW_MANY."""

import sys

from sqlmodel import Session

from app.db import engine
from app.models import Task, User
from app.security import issue_token

TASKS_EACH = 30


def main(how_many: int) -> None:
    with Session(engine) as session:
        for number in range(how_many):
            user = User(email=f"bench-{number}@example.com", hashed_password="none: nobody logs in")
            session.add(user)
            session.flush()
            session.add_all(Task(title=f"Task {task}", owner_id=user.id) for task in range(TASKS_EACH))
            print(issue_token(user.id))
        session.commit()


main(int(sys.argv[1]))
