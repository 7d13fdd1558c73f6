"""A backend that answers a registration with a token, before anybody has confirmed the new user's address."""

import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import bcrypt
import jwt
import psycopg
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from psycopg.rows import dict_row
from pydantic import BaseModel

SECRET = os.environ.get("SECRET_KEY", "")
TABLE = """
CREATE TABLE IF NOT EXISTS members (
    id serial PRIMARY KEY, email text NOT NULL UNIQUE, hashed_password text NOT NULL,
    is_active boolean NOT NULL DEFAULT false
)
"""


def ask(sql, *values):
    with psycopg.connect(os.environ["DATABASE_URL"], row_factory=dict_row) as connection:
        cursor = connection.execute(sql, values) if values else connection.execute(sql)
        return cursor.fetchone() if cursor.description else None


@asynccontextmanager
async def lifespan(_):
    ask(TABLE)
    yield


app = FastAPI(lifespan=lifespan)
bearer = OAuth2PasswordBearer(tokenUrl="/login")


class Credentials(BaseModel):
    email: str
    password: str


def token(member):
    claims = {"sub": str(member["id"]), "exp": datetime.now(UTC) + timedelta(minutes=30)}
    return {"access_token": jwt.encode(claims, SECRET, algorithm="HS256"), "token_type": "bearer"}


@app.post("/signup", status_code=201)
def sign_up(new: Credentials):
    if ask("SELECT 1 FROM members WHERE email = %s", new.email) is not None:
        raise HTTPException(409, "This address is registered")
    hashed = bcrypt.hashpw(new.password.encode(), bcrypt.gensalt(4)).decode()
    return token(ask("INSERT INTO members (email, hashed_password) VALUES (%s, %s) RETURNING *", new.email, hashed))


@app.post("/login")
def log_in(given: Credentials):
    member = ask("SELECT * FROM members WHERE email = %s", given.email)
    if member is None or not bcrypt.checkpw(given.password.encode(), member["hashed_password"].encode()):
        raise HTTPException(401, "Wrong address or password")
    if not member["is_active"]:
        raise HTTPException(403, "Confirm your address first")
    return token(member)


@app.get("/me")
def me(value: Annotated[str, Depends(bearer)]):
    try:
        subject = jwt.decode(value, SECRET, algorithms=["HS256"])["sub"]
    except (jwt.InvalidTokenError, KeyError):
        raise HTTPException(401, "Could not validate credentials") from None
    member = ask("SELECT id, email, is_active FROM members WHERE id = %s", int(subject))
    if member is None:
        raise HTTPException(401, "Could not validate credentials")
    if not member["is_active"]:
        raise HTTPException(403, "Confirm your address first")
    return {"id": member["id"], "email": member["email"]}
