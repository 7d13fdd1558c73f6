"""The Pydantic originals of the derived models, behind the real FastAPI.

Reads lines of {"model": ..., "body": ...} and answers each with the status and the body that FastAPI sends.
"""

import asyncio
import json
import sys
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Union

from fastapi import Body, FastAPI
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel, to_pascal
from pydantic_core import PydanticCustomError

app = FastAPI()
originals = {}


def original(model):
    originals[model.__name__] = model
    return model


class Priority(str, Enum):
    LOW = "low"
    HIGH = "high"
    ODD = "it's"


class Level(IntEnum):
    LOW = -1
    MIDDLE = 0
    HIGH = 10


class Inner(BaseModel):
    a: int
    b: str | None = None


@original
class Plainly(BaseModel):
    title: str = Field(min_length=1, max_length=5)
    count: int = Field(0, ge=0, le=10)
    hours: float | None = Field(None, ge=0, allow_inf_nan=False)
    priority: Priority = Priority.LOW
    label: str = "none"


@original
class Required(BaseModel):
    a: int | None
    b: str | None
    c: str | None = None


@original
class Forbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int
    b: int = 2


@original
class Allowing(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int
    z: int = 0


@original
class Nesting(BaseModel):
    one: Inner
    many: list[Inner] = []
    perhaps: Inner | None = None
    deep: list[list[Inner]] = []


@original
class Aliased(BaseModel):
    a: int = Field(alias="AA")
    b: int = Field(1, validation_alias=AliasChoices("B1", "B2"))
    c: int = Field(1, serialization_alias="CC")


@original
class Populated(BaseModel):
    model_config = ConfigDict(populate_by_name=True, extra="forbid")
    a: int = Field(alias="AA")
    b: int = Field(1, validation_alias=AliasChoices("B1", "B2"))


@original
class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")
    first_name: str
    a_1b: int = 0
    type: str = "t"
    odd_one: int = Field(1, alias="odd")


@original
class Pascal(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal, populate_by_name=True)
    first_name: str
    last_name: str = "x"


@original
class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    a: str = Field(min_length=2)
    b: str | None = None
    c: list[str] = []


@original
class StrippedInside(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    words: list[Annotated[str, Field(min_length=2)]] = []
    few: list[list[str]] | None = Field(None, max_length=1)
    names: dict[str, Annotated[str, Field(max_length=2)]] = Field({}, max_length=1)
    as_given: Annotated[str, StringConstraints(strip_whitespace=False)] = ""


@original
class Tree(BaseModel):
    name: str
    branches: list["Tree"] = []


@original
class Items(BaseModel):
    words: list[Annotated[str, Field(min_length=2, max_length=3)]]
    numbers: list[Annotated[int, Field(ge=1)]] | None = None
    grid: list[list[Annotated[int, Field(le=3)]]] = []


@original
class Validated(BaseModel):
    even: int
    name: str = "nobody"
    kind: int | None = None

    @field_validator("even")
    @classmethod
    def must_be_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("must be even")
        assert value < 100, "must be small"
        return value

    @field_validator("name")
    @classmethod
    def in_capitals(cls, value: str) -> str:
        if not value:
            raise ValueError("a \"name\" is wanted\n")
        return value.upper()

    @field_validator("kind")
    @classmethod
    def of_a_kind(cls, value: int | None) -> int | None:
        if value is None:
            raise PydanticCustomError("no_kind", "a kind is wanted")
        if value > 5:
            raise PydanticCustomError("odd_kind", "{kind} is no kind", {"kind": value})
        return value


@original
class Whole(BaseModel):
    least: int
    most: int = 10
    inner: Validated | None = None

    @model_validator(mode="after")
    def in_order(self):
        if self.least > self.most:
            raise ValueError(f"{self.least} is more than {self.most}")
        return self


@original
class WholeForbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int

    @model_validator(mode="after")
    def never(self):
        raise ValueError("never")


@original
class Chosen(BaseModel):
    text: Priority = Priority.LOW
    number: Level = Level.MIDDLE
    literal: Literal["x", "it's"] = "x"
    literal_number: Literal[1, 2, 3] = 1
    single: Literal["only"] = "only"


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["dog"]
    name: str = "Rex"


Pet = Annotated[Union[Cat, Dog], Field(discriminator="kind")]


@original
class Owner(BaseModel):
    pet: Pet
    others: list[Pet] = []
    perhaps: Pet | None = None


@original
class Empty(BaseModel):
    pass


@original
class EmptyForbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")


def declare(name: str, kind: Any) -> None:
    def handler(body):
        return body

    handler.__annotations__ = {"body": kind}
    app.post(f"/{name}", response_model=kind)(handler)


for name, model in originals.items():
    declare(name, model)
declare("Pet", Annotated[Union[Cat, Dog], Body(discriminator="kind")])
declare("ListOfInner", list[Inner])
declare("OptionalInner", Inner | None)


async def ask(name: str, body: bytes) -> tuple[int, str]:
    answered: dict[str, Any] = {"body": b""}

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        answered["status"] = message.get("status", answered.get("status"))
        answered["body"] += message.get("body", b"")

    headers = [(b"host", b"legacy"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"/{name}",
        "raw_path": f"/{name}".encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("legacy", 80),
    }
    await app(scope, receive, send)
    return answered["status"], answered["body"].decode()


async def main() -> None:
    for line in sys.stdin:
        case = json.loads(line)
        status, body = await ask(case["model"], case["body"].encode())
        print(json.dumps({"status": status, "body": body}), flush=True)


asyncio.run(main())
