"""The tables."""

import enum
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import (
    Column,
    DateTime,
    Enum,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    UniqueConstraint,
)
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


class TagColor(str, enum.Enum):
    red = "red"
    green = "green"
    blue = "blue"


class InvoiceStatus(str, enum.Enum):
    draft = "draft"
    sent = "sent"
    paid = "paid"
    void = "void"


def text_enum(kind: type[enum.Enum], name: str) -> Column:
    """Text with a check: adding a value to a native enum cannot be undone by a downgrade."""
    return Column(
        Enum(
            kind,
            native_enum=False,
            create_constraint=True,
            name=name,
            length=16,
            values_callable=lambda members: [member.value for member in members],
        ),
        nullable=False,
    )


def now() -> datetime:
    return datetime.now(UTC)


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
        default=TaskStatus.todo, sa_column=text_enum(TaskStatus, "status")
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


class Tag(SQLModel, table=True):
    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("owner_id", "name", name="uq_tags_owner_id_name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=50)
    color: TagColor = Field(sa_column=text_enum(TagColor, "color"))
    weight: Decimal | None = Field(default=None, sa_type=Numeric(6, 2))
    owner_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=False))


class TaskTag(SQLModel, table=True):
    __tablename__ = "task_tags"

    task_id: int = Field(primary_key=True, foreign_key="tasks.id", ondelete="CASCADE")
    tag_id: int = Field(primary_key=True, foreign_key="tags.id", ondelete="CASCADE", index=True)


class Comment(SQLModel, table=True):
    __tablename__ = "comments"

    id: int | None = Field(default=None, primary_key=True)
    body: str = Field(sa_type=Text)
    task_id: int = Field(foreign_key="tasks.id", ondelete="CASCADE", index=True)
    author_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    edited_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class Attachment(SQLModel, table=True):
    __tablename__ = "attachments"

    id: int | None = Field(default=None, primary_key=True)
    filename: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size: int
    sha256: str = Field(max_length=64)
    note: str | None = Field(default=None, sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    task_id: int = Field(foreign_key="tasks.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=False))


class Invoice(SQLModel, table=True):
    __tablename__ = "invoices"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=32)
    status: InvoiceStatus = Field(sa_column=text_enum(InvoiceStatus, "status"))
    customer_name: str = Field(max_length=255)
    customer_country: str | None = Field(default=None, max_length=2)
    issued_on: date
    payment_term: timedelta = Field(sa_type=Interval)
    tax_rate: Decimal = Field(sa_type=Numeric(5, 4))
    total: Decimal = Field(sa_type=Numeric(14, 2))
    exchange_rate: float | None = None
    owner_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    paid_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class InvoiceLine(SQLModel, table=True):
    __tablename__ = "invoice_lines"

    id: int | None = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoices.id", ondelete="CASCADE", index=True)
    description: str = Field(max_length=255)
    quantity: Decimal = Field(sa_type=Numeric(10, 3))
    unit_price: Decimal = Field(sa_type=Numeric(12, 4))
