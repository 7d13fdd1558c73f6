"""How a request gets its database session."""

from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlmodel import Session

from app.config import settings

engine = create_engine(settings.DATABASE_URL, pool_pre_ping=True)


def open_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session
