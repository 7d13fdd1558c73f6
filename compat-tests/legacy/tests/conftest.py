"""Gives the tests a database of their own on the server that DATABASE_URL names, and removes it."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

# Before the application reads them. Four rounds, because nobody attacks a test.
os.environ["SECRET_KEY"] = "the tests' own secret, long enough for HS256 and for HS384"
os.environ["API_KEY"] = API_KEY = "the tests' own key"
os.environ["BCRYPT_ROUNDS"] = "4"
os.environ["ACCESS_TOKEN_EXPIRE_MINUTES"] = "1440"
os.environ["BACKEND_CORS_ORIGINS"] = '["http://localhost:3000","http://localhost:5173"]'

import fastapi
import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, make_url, text
from sqlmodel import Session, SQLModel

import app.db
from app import seed
from app.config import settings
from app.main import app as application
from app.security import issue_token

ADA, GRACE, LINUS, ZOE = 1, 2, 3, 4
KEY = {"X-API-Key": API_KEY}

# What the two versions answer differently is told in the README.
IS_0_115 = fastapi.__version__.startswith("0.115.")


def alembic(engine: Engine) -> Config:
    config = Config(Path(__file__).parents[1] / "alembic.ini")
    config.attributes["url"] = engine.url
    return config


@pytest.fixture(scope="session")
def make_database() -> Iterator[Callable[[], Engine]]:
    server = create_engine(settings.DATABASE_URL, isolation_level="AUTOCOMMIT")
    made: list[tuple[str, Engine]] = []

    def make() -> Engine:
        name = f"legacy_test_{uuid.uuid4().hex}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
            connection.execute(text(f"ALTER DATABASE {name} SET timezone TO 'UTC'"))
        engine = create_engine(make_url(settings.DATABASE_URL).set(database=name))
        made.append((name, engine))
        return engine

    yield make
    for name, engine in made:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


@pytest.fixture(scope="session")
def database(make_database: Callable[[], Engine]) -> Engine:
    engine = make_database()
    command.upgrade(alembic(engine), "head")
    app.db.engine = seed.engine = engine
    seed.main()
    return engine


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    with Session(database) as session:
        yield session


@pytest.fixture
def client(database: Engine) -> Iterator[TestClient]:
    with TestClient(application) as client:
        yield client


@pytest.fixture
def restored(database: Engine) -> Iterator[None]:
    """Afterwards the database is as it was, for tests that change rows of the sample."""
    yield
    with database.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if "id" in table.columns:
                connection.execute(table.delete().where(table.columns.id >= seed.FIRST_FREE_ID))
    seed.main()


@pytest.fixture
def ada() -> dict[str, str]:
    return bearer(ADA)


def bearer(user_id: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_token(user_id)}"}
