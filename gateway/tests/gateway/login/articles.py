"""A backend in another style: objects within objects, a scheme word of its own, errors in a list, salted hashes."""

import os
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import bcrypt
import jwt
import psycopg
from fastapi import Body, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader
from psycopg.rows import dict_row
from pydantic import BaseModel, EmailStr
from starlette.exceptions import HTTPException as StarletteHTTPException

SECRET = os.environ.get("SECRET_KEY", "")
TABLE = """
CREATE TABLE IF NOT EXISTS accounts (
    id uuid PRIMARY KEY, username text NOT NULL UNIQUE, email text NOT NULL UNIQUE, salt text NOT NULL,
    hashed_password text NOT NULL, bio text NOT NULL, image text, joined_at timestamptz NOT NULL
)
"""


def ask(sql, *values):
    with psycopg.connect(os.environ["DATABASE_URL"], row_factory=dict_row) as connection:
        cursor = connection.execute(sql, values)
        return cursor.fetchone() if cursor.description else None


@asynccontextmanager
async def lifespan(_):
    ask(TABLE)
    yield


app = FastAPI(lifespan=lifespan)
header = APIKeyHeader(name="Authorization", auto_error=False)


@app.exception_handler(StarletteHTTPException)
async def tell(_: Request, error: StarletteHTTPException):
    return JSONResponse({"errors": [error.detail]}, status_code=error.status_code)


@app.exception_handler(RequestValidationError)
async def tell_all(_: Request, error: RequestValidationError):
    errors = [{**one, "ctx": {}} if "error" in one.get("ctx", {}) else one for one in error.errors()]
    return JSONResponse({"errors": [one["msg"] for one in errors]}, status_code=422)


class Login(BaseModel):
    email: EmailStr
    password: str


class Newcomer(Login):
    username: str


def shown(account):
    expires = datetime.now(UTC) + timedelta(days=7)
    claims = {"username": account["username"], "exp": expires, "sub": "access"}
    return {
        "user": {
            "username": account["username"],
            "email": account["email"],
            "bio": account["bio"],
            "image": account["image"],
            "token": jwt.encode(claims, SECRET, algorithm="HS256"),
        }
    }


@app.post("/api/users/login")
def log_in(user: Login = Body(embed=True)):
    account = ask("SELECT * FROM accounts WHERE email = %s", user.email)
    salted = (account["salt"] + user.password).encode() if account else b""
    if account is None or not bcrypt.checkpw(salted, account["hashed_password"].encode()):
        raise HTTPException(400, "incorrect email or password")
    return shown(account)


@app.post("/api/users", status_code=201)
def register(user: Newcomer = Body(embed=True)):
    if ask("SELECT 1 FROM accounts WHERE username = %s", user.username) is not None:
        raise HTTPException(400, "user with this username already exists")
    if ask("SELECT 1 FROM accounts WHERE email = %s", user.email) is not None:
        raise HTTPException(400, "user with this email already exists")
    salt = bcrypt.gensalt(4).decode()
    hashed = bcrypt.hashpw((salt + user.password).encode(), bcrypt.gensalt(4)).decode()
    sql = "INSERT INTO accounts VALUES (%s, %s, %s, %s, %s, '', NULL, now()) RETURNING *"
    return shown(ask(sql, uuid.uuid4(), user.username, user.email, salt, hashed))


def caller(value: str | None = Depends(header)):
    if value is None:
        raise HTTPException(403, "authentication required")
    word, _, token = value.partition(" ")
    if word != "Token":
        raise HTTPException(403, "unsupported authorization type")
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(403, "could not validate credentials") from None
    account = ask("SELECT * FROM accounts WHERE username = %s", claims["username"])
    if account is None:
        raise HTTPException(403, "could not validate credentials")
    return account


@app.get("/api/user")
def me(account: dict = Depends(caller)):
    return shown(account)
