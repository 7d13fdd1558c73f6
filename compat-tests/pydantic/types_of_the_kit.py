"""The types of the table: a label that the Rust test knows, the type, and the family of inputs that suits it."""

import enum
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    UUID1,
    UUID3,
    UUID4,
    UUID5,
    UUID6,
    UUID7,
    UUID8,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    EmailStr,
    Field,
    FutureDate,
    FutureDatetime,
    HttpUrl,
    NaiveDatetime,
    PastDate,
    PastDatetime,
    StringConstraints,
    UrlConstraints,
)


class Color(str, enum.Enum):
    red = "red"
    blue = "blue"
    quoted = "it's"


class Level(enum.IntEnum):
    low = 1
    high = 2
    below = -3


class Point(BaseModel):
    x: int
    label: str = "here"


EAST = timezone(timedelta(hours=5, minutes=30))

TYPES = [
    ("bool", bool, "bool"),
    ("int", int, "int"),
    ("int 1..=100", Annotated[int, Field(ge=1, le=100)], "int"),
    ("int -5<..<5 of 3", Annotated[int, Field(gt=-5, lt=5, multiple_of=3)], "int"),
    ("int of 7", Annotated[int, Field(multiple_of=7)], "int"),
    ("int i32", Annotated[int, Field(ge=-(2**31), le=2**31 - 1)], "int"),
    ("float", float, "float"),
    ("float finite >=0", Annotated[float, Field(ge=0, allow_inf_nan=False)], "float"),
    ("float -1.5<..<1e22", Annotated[float, Field(gt=-1.5, lt=1e22)], "float"),
    ("float <=1e-7 of 0.1", Annotated[float, Field(le=1e-7, multiple_of=0.1)], "float"),
    ("Decimal", Decimal, "decimal"),
    ("Decimal(6, 2)", Annotated[Decimal, Field(max_digits=6, decimal_places=2)], "decimal"),
    ("Decimal 3 digits", Annotated[Decimal, Field(max_digits=3)], "decimal"),
    ("Decimal 1 place", Annotated[Decimal, Field(decimal_places=1)], "decimal"),
    ("Decimal of 0.05", Annotated[Decimal, Field(multiple_of=Decimal("0.05"))], "decimal"),
    ("Decimal 0<=..<1E+3", Annotated[Decimal, Field(ge=0, lt=Decimal("1E+3"))], "decimal"),
    ("Decimal any -1.50<..<=2", Annotated[Decimal, Field(allow_inf_nan=True, gt=Decimal("-1.50"), le=2)], "decimal"),
    ("str", str, "str"),
    ("str 2..=4", Annotated[str, Field(min_length=2, max_length=4)], "str"),
    ("str ^a.?$", Annotated[str, Field(pattern="^a.?$")], "str"),
    ("str digits", Annotated[str, Field(pattern=r"\d+", max_length=3)], "str"),
    ("str stripped lower", Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=2)], "str"),
    ("str upper", Annotated[str, StringConstraints(to_upper=True, max_length=3)], "str"),
    ("UUID", UUID, "uuid"),
    ("UUID1", UUID1, "uuid"),
    ("UUID3", UUID3, "uuid"),
    ("UUID4", UUID4, "uuid"),
    ("UUID5", UUID5, "uuid"),
    ("UUID6", UUID6, "uuid"),
    ("UUID7", UUID7, "uuid"),
    ("UUID8", UUID8, "uuid"),
    ("date", date, "date"),
    ("date 2024", Annotated[date, Field(ge=date(2024, 1, 1), lt=date(2025, 1, 1))], "date"),
    ("date past", PastDate, "far date"),
    ("date future", FutureDate, "far date"),
    ("datetime", datetime, "datetime"),
    ("datetime 2024", Annotated[datetime, Field(gt=datetime(2024, 1, 1), le=datetime(2024, 12, 31, 23, 59, 59, 5))], "datetime"),
    ("datetime aware 2024", Annotated[datetime, Field(ge=datetime(2024, 1, 1, tzinfo=timezone.utc), lt=datetime(2025, 1, 1, tzinfo=EAST))], "datetime"),
    ("datetime aware", AwareDatetime, "datetime"),
    ("datetime naive", NaiveDatetime, "datetime"),
    ("datetime past", PastDatetime, "far date"),
    ("datetime future", FutureDatetime, "far date"),
    ("time", time, "time"),
    ("time 9..17", Annotated[time, Field(ge=time(9), lt=time(17, 0, 0, 1))], "time"),
    ("time utc >9", Annotated[time, Field(gt=time(9, tzinfo=timezone.utc))], "time"),
    ("timedelta", timedelta, "timedelta"),
    ("timedelta >=1h1s <2d", Annotated[timedelta, Field(ge=timedelta(hours=1, seconds=1), lt=timedelta(days=2))], "timedelta"),
    ("timedelta >-0.5s", Annotated[timedelta, Field(gt=timedelta(seconds=-0.5))], "timedelta"),
    ("enum of texts", Color, "choice"),
    ("enum of integers", Level, "choice"),
    ("literal of texts", Literal["red", "blue", "it's"], "choice"),
    ("literal of integers", Literal[1, 2, -3], "choice"),
    ("AnyUrl", AnyUrl, "url"),
    ("HttpUrl", HttpUrl, "url"),
    ("AnyUrl short ftp or ws with host", Annotated[AnyUrl, UrlConstraints(max_length=20, allowed_schemes=["ftp", "ws", "foo"], host_required=True)], "url"),
    ("EmailStr", EmailStr, "email"),
    ("bytes", bytes, "str"),
    ("bytes 2..=4", Annotated[bytes, Field(min_length=2, max_length=4)], "str"),
    ("Any", Any, "any"),
    ("int or None", int | None, "int"),
    ("list[int]", list[int], "list"),
    ("list[int] 1..=3", Annotated[list[int], Field(min_length=1, max_length=3)], "list"),
    ("list[int >0] or None", list[Annotated[int, Field(gt=0)]] | None, "list"),
    ("set[int]", set[int], "list"),
    ("set[int] 1..=2", Annotated[set[int], Field(min_length=1, max_length=2)], "list"),
    ("dict[str, int]", dict[str, int], "dict"),
    ("dict[int, float] 1..=2", Annotated[dict[int, float], Field(min_length=1, max_length=2)], "dict"),
    ("dict[str ..=2, list[bool]]", dict[Annotated[str, Field(max_length=2)], list[bool]], "dict"),
    ("list[Point]", list[Point], "points"),
]
