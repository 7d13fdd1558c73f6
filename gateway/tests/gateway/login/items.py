"""A backend as a well-known template makes them: uuids, tokens of eight days, 400 for a wrong password."""

import os
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import bcrypt
import jwt
import psycopg
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from psycopg.rows import dict_row
from pydantic import BaseModel, EmailStr, Field

SECRET = os.environ.get("SECRET_KEY", "")
TABLE = """
CREATE TABLE IF NOT EXISTS "user" (
    id uuid PRIMARY KEY, email varchar(255) NOT NULL, hashed_password varchar NOT NULL,
    is_active boolean NOT NULL, is_superuser boolean NOT NULL, full_name varchar(255)
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_user_email ON "user" (email)
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
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/login/access-token")


class UserRegister(BaseModel):
    email: EmailStr = Field(max_length=255)
    password: str = Field(min_length=8, max_length=128)
    full_name: str | None = Field(default=None, max_length=255)


class UserPublic(BaseModel):
    email: EmailStr
    is_active: bool
    is_superuser: bool
    full_name: str | None
    id: uuid.UUID


class UpdatePassword(BaseModel):
    current_password: str = Field(min_length=8, max_length=128)
    new_password: str = Field(min_length=8, max_length=128)


def matches(password, user):
    try:
        return bcrypt.checkpw(password.encode(), user["hashed_password"].encode())
    except ValueError:
        return False


def hashed(password):
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


@app.post("/api/v1/login/access-token")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    user = ask('SELECT * FROM "user" WHERE email = %s', form.username)
    if user is None or not matches(form.password, user):
        raise HTTPException(400, "Incorrect email or password")
    if not user["is_active"]:
        raise HTTPException(400, "Inactive user")
    claims = {"exp": datetime.now(UTC) + timedelta(days=8), "sub": str(user["id"])}
    return {"access_token": jwt.encode(claims, SECRET, algorithm="HS256"), "token_type": "bearer"}


def caller(token: Annotated[str, Depends(bearer)]):
    try:
        subject = jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
    except (jwt.InvalidTokenError, KeyError):
        raise HTTPException(403, "Could not validate credentials") from None
    user = ask('SELECT * FROM "user" WHERE id = %s', subject)
    if user is None:
        raise HTTPException(404, "User not found")
    if not user["is_active"]:
        raise HTTPException(400, "Inactive user")
    return user


@app.get("/api/v1/users/me", response_model=UserPublic)
def me(user: Annotated[dict, Depends(caller)]):
    return user


@app.patch("/api/v1/users/me/password")
def change_password(user: Annotated[dict, Depends(caller)], body: UpdatePassword):
    if not matches(body.current_password, user):
        raise HTTPException(400, "Incorrect password")
    if body.current_password == body.new_password:
        raise HTTPException(400, "New password cannot be the same as the current one")
    ask('UPDATE "user" SET hashed_password = %s WHERE id = %s', hashed(body.new_password), user["id"])
    return {"message": "Password updated successfully"}


@app.post("/api/v1/users/signup", response_model=UserPublic)
def register(new: UserRegister):
    if ask('SELECT 1 FROM "user" WHERE email = %s', new.email) is not None:
        raise HTTPException(400, "The user with this email already exists in the system")
    sql = 'INSERT INTO "user" VALUES (%s, %s, %s, true, false, %s) RETURNING *'
    return ask(sql, uuid.uuid4(), new.email, hashed(new.password), new.full_name)
