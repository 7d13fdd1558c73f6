"""What clients send and receive. The order of fields is the order of keys in the JSON."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, EmailStr, Field

from app.models import TaskStatus

INT4_MAX = 2**31 - 1


def fit_bcrypt(password: str) -> str:
    """bcrypt reads 72 bytes and refuses to guess about the rest."""
    if len(password.encode()) > 72:
        raise ValueError("Password must be at most 72 bytes long")
    return password


Password = Annotated[str, Field(min_length=8), AfterValidator(fit_bcrypt)]
Title = Annotated[str, Field(min_length=1, max_length=255)]
Priority = Annotated[int, Field(ge=-INT4_MAX, le=INT4_MAX)]
ProjectId = Annotated[int, Field(ge=1, le=INT4_MAX)]


class UserCreate(BaseModel):
    email: EmailStr
    password: Password
    full_name: str | None = Field(default=None, max_length=255)


class UserPublic(BaseModel):
    id: int
    email: str
    full_name: str | None
    is_active: bool
    created_at: datetime


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"


class ProjectCreate(BaseModel):
    name: Title
    description: str | None = None


class ProjectPublic(BaseModel):
    id: int
    name: str
    description: str | None
    owner_id: int
    created_at: datetime


class TaskCreate(BaseModel):
    title: Title
    description: str | None = None
    status: TaskStatus = TaskStatus.todo
    priority: Priority = 0
    estimate_hours: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    due_at: datetime | None = None
    project_id: ProjectId | None = None


class TaskUpdate(BaseModel):
    # `None` as the default of a type without None: a field may be absent, but not null.
    title: Title = None
    description: str | None = None
    status: TaskStatus = None
    priority: Priority = None
    estimate_hours: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    due_at: datetime | None = None
    project_id: ProjectId | None = None


class TaskPublic(BaseModel):
    id: int
    title: str
    description: str | None
    status: TaskStatus
    priority: int
    estimate_hours: float | None
    created_at: datetime
    updated_at: datetime | None
    due_at: datetime | None
    owner_id: int
    project_id: int | None


class TasksPublic(BaseModel):
    data: list[TaskPublic]
    count: int
