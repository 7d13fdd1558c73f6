"""The tables."""

import enum
from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Enum, MetaData, Text
from sqlmodel import Field, SQLModel

# Constraint names must be predictable, or a migration could not drop them.
SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class TaskStatus(str, enum.Enum):
    todo = "todo"
    doing = "doing"
    done = "done"


def utc_now() -> datetime:
    """The columns `created_at` and `updated_at` hold UTC without saying so."""
    return datetime.now(UTC).replace(tzinfo=None)


class User(SQLModel, table=True):
    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=255, unique=True, index=True)
    full_name: str | None = Field(default=None, max_length=255)
    hashed_password: str = Field(max_length=255)
    is_active: bool = True
    created_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=False))


class Project(SQLModel, table=True):
    __tablename__ = "projects"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=255)
    description: str | None = Field(default=None, sa_type=Text)
    owner_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=False))


class Task(SQLModel, table=True):
    __tablename__ = "tasks"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=255)
    description: str | None = Field(default=None, sa_type=Text)
    status: TaskStatus = Field(
        default=TaskStatus.todo,
        sa_column=Column(
            # Text with a check: adding a value to a native enum cannot be undone by a downgrade.
            Enum(
                TaskStatus,
                native_enum=False,
                create_constraint=True,
                name="status",
                length=16,
                values_callable=lambda statuses: [status.value for status in statuses],
            ),
            nullable=False,
        ),
    )
    priority: int = 0
    estimate_hours: float | None = None
    created_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=False))
    updated_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=False))
    due_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    owner_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    project_id: int | None = Field(
        default=None, foreign_key="projects.id", ondelete="SET NULL", index=True
    )
