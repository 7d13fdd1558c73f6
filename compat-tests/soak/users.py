"""Gives the soak its users, all with one password, and prints the number and the login of each: users.py HOW_MANY PASSWORD."""

import sys

import bcrypt
from sqlmodel import Session

from app.db import engine
from app.models import User

# Few, so that the first login of each is quick; it leaves an argon2id hash behind, which the later ones are judged by.
ROUNDS = 8


def main(how_many: int, password: str) -> None:
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()
    with Session(engine) as session:
        for number in range(how_many):
            user = User(email=f"soak-{number}@example.com", hashed_password=hashed)
            session.add(user)
            session.flush()
            print(user.id, user.email)
        session.commit()


main(int(sys.argv[1]), sys.argv[2])
