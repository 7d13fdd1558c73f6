"""Migrations go up and down, agree with the models, and the seed restores itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from app import seed
from app.config import Settings
from app.models import Task
from conftest import alembic
from pydantic import ValidationError
from sqlalchemy import inspect, select, text
from sqlmodel import SQLModel


def dump(engine):
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in SQLModel.metadata.sorted_tables
        }


def test_migrations_go_up_down_and_up_again(make_database, monkeypatch):
    engine = make_database()
    config = alembic(engine)
    command.upgrade(config, "head")
    command.check(config)
    monkeypatch.setattr(seed, "engine", engine)
    seed.main()

    command.downgrade(config, "3f1c9a7d2b40")
    columns = [column["name"] for column in inspect(engine).get_columns("tasks")]
    assert sorted(columns) == sorted(set(Task.model_fields) - {"estimate_hours"})

    command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]

    command.upgrade(config, "head")
    command.check(config)


def test_seed_restores_its_own_rows_and_leaves_the_others(make_database, monkeypatch):
    engine = make_database()
    command.upgrade(alembic(engine), "head")
    monkeypatch.setattr(seed, "engine", engine)
    seed.main()
    first = dump(engine)
    assert len(first["tasks"]) >= 80

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM tasks WHERE id IN (1, 7)"))
        connection.execute(text("UPDATE invoices SET status = 'paid', paid_at = now()"))
        connection.execute(text("UPDATE tags SET weight = 0"))
        connection.execute(text("UPDATE users SET is_active = NOT is_active, email = 'x' || email"))
        connection.execute(
            text("INSERT INTO projects (name, owner_id, created_at) VALUES ('new', 1, now())")
        )
    seed.main()
    second = dump(engine)
    assert [project.id for project in second["projects"]] == [1, 2, 3, 1001]
    second["projects"].pop()
    assert second == first


def test_another_process_seeds_the_same_data():
    script = "from app import seed; print(ascii(seed.samples()))"
    folder = Path(__file__).parents[1]
    other = subprocess.check_output([sys.executable, "-c", script], cwd=folder, text=True)
    assert other == ascii(seed.samples()) + "\n"


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@h:1/d?sslmode=require",
        "postgresql://u:p@h:1/d?sslmode=require",
        "postgresql+asyncpg://u:p@h:1/d?sslmode=require",
        "postgresql+psycopg://u:p@h:1/d?sslmode=require",
    ],
)
def test_any_postgres_url_gets_our_driver(url):
    wanted = "postgresql+psycopg://u:p@h:1/d?sslmode=require"
    assert Settings(DATABASE_URL=url).DATABASE_URL == wanted


def test_defaults_are_a_day_and_a_secret_nobody_knows(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name, raising=False)
    one, other = Settings(_env_file=None), Settings(_env_file=None)
    assert one.ACCESS_TOKEN_EXPIRE_MINUTES == 24 * 60
    assert (one.ALGORITHM, one.BCRYPT_ROUNDS) == ("HS256", 12)
    assert one.SECRET_KEY != other.SECRET_KEY
    assert one.DATABASE_URL.startswith("postgresql+psycopg://")


def test_settings_are_read_from_a_file(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY")
    (tmp_path / ".env").write_text("SECRET_KEY=from the file\nSOMETHING_ELSE=1\n")
    assert Settings(_env_file=tmp_path / ".env").SECRET_KEY == "from the file"


def test_another_database_is_refused():
    with pytest.raises(ValidationError, match="must start with postgresql://"):
        Settings(DATABASE_URL="sqlite:///x.db")
