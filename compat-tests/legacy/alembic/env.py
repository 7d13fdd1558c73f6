"""Where migrations find the database and the models."""

from logging.config import fileConfig

from alembic import context
from sqlalchemy import create_engine, pool
from sqlmodel import SQLModel

import app.models  # noqa: F401  registers the tables
from app.config import settings

config = context.config
fileConfig(config.config_file_name, disable_existing_loggers=False)
url = config.attributes.get("url", settings.DATABASE_URL)


def print_sql() -> None:
    context.configure(url=url, target_metadata=SQLModel.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate() -> None:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection, target_metadata=SQLModel.metadata)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    print_sql()
else:
    migrate()
