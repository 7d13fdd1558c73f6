"""What clients send and receive. The order of fields is the order of keys in the JSON."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, EmailStr, Field

from app.models import InvoiceStatus, TagColor, TaskStatus

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


class PasswordChange(BaseModel):
    current_password: str
    new_password: Password


class Message(BaseModel):
    message: str


class Login(BaseModel):
    email: str
    password: str


class ProjectCreate(BaseModel):
    name: Title
    description: str | None = None


class ProjectUpdate(BaseModel):
    name: Title = None
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


TagName = Annotated[str, Field(min_length=1, max_length=50)]
Weight = Annotated[Decimal, Field(max_digits=6, decimal_places=2)]


class TagCreate(BaseModel):
    name: TagName
    color: TagColor = TagColor.blue
    weight: Weight | None = None


class TagUpdate(BaseModel):
    name: TagName = None
    color: TagColor = None
    weight: Weight | None = None


class TagPublic(BaseModel):
    id: int
    name: str
    color: TagColor
    weight: Decimal | None
    created_at: datetime


class TagsPublic(BaseModel):
    data: list[TagPublic]
    count: int


CommentBody = Annotated[str, Field(min_length=1, max_length=10_000)]


class CommentWrite(BaseModel):
    body: CommentBody


class CommentPublic(BaseModel):
    id: int
    body: str
    task_id: int
    author_id: int
    created_at: datetime
    edited_at: datetime | None


class CommentPage(BaseModel):
    items: list[CommentPublic]
    next: int | None


class AttachmentPublic(BaseModel):
    id: int
    filename: str
    media_type: str
    size: int
    sha256: str
    note: str | None
    task_id: int
    created_at: datetime


class Customer(BaseModel):
    name: str
    country: str | None


class InvoiceLinePublic(BaseModel):
    description: str
    quantity: Decimal
    unit_price: Decimal


class InvoicePublic(BaseModel):
    id: int
    number: str
    status: InvoiceStatus
    customer: Customer
    lines: list[InvoiceLinePublic]
    issued_on: date
    payment_term: timedelta
    tax_rate: Decimal
    total: Decimal
    exchange_rate: float | None
    created_at: datetime
    paid_at: datetime | None


class Rate(BaseModel):
    name: str
    value: Decimal
    smallest_step: float
    valid_for: timedelta
    valid_from: datetime
    valid_until: datetime | None


class Rates(BaseModel):
    base: str
    rates: list[Rate]
    invoiced: dict[InvoiceStatus, Decimal]
    last_paid_at: datetime | None
