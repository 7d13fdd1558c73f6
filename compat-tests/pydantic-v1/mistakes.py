"""The mistakes: run by an interpreter with either Pydantic, prints what that one says of each.

One line for each mistake: its name, and the answer of a FastAPI application to it, or null where there is none.
"""

import asyncio
import datetime
import decimal
import enum
import json
import typing
import uuid

import pydantic
from fastapi import FastAPI
from pydantic import Field

ONE = pydantic.VERSION.startswith("1.")


class Colour(str, enum.Enum):
    RED = "red"
    BLUE = "blue"


class Odd(str, enum.Enum):
    QUOTE = "it's"
    COMMA = "a, b"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Inner(pydantic.BaseModel):
    a: int


if ONE:

    class Strict(pydantic.BaseModel):
        a: int

        class Config:
            extra = "forbid"

    def field(**rules):
        names = {"pattern": "regex", "min_items": "min_items", "max_items": "max_items"}
        return Field(..., **{names.get(name, name): value for name, value in rules.items()})

else:

    class Strict(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="forbid")
        a: int

    def field(**rules):
        names = {"min_items": "min_length", "max_items": "max_length"}
        return Field(..., **{names.get(name, name): value for name, value in rules.items()})


JSON = [None, True, 0, 7, -3, 2.5, "", "x", "7", "2.5", "red", "2020-01-01", [], [1], ["x"], {}, {"a": 1}, {"a": "x"}, {"a": 1, "b": 2}]

TYPES = {
    "int": (int, {}),
    "float": (float, {}),
    "bool": (bool, {}),
    "str": (str, {}),
    "decimal": (decimal.Decimal, {}),
    "uuid": (uuid.UUID, {}),
    "datetime": (datetime.datetime, {}),
    "date": (datetime.date, {}),
    "time": (datetime.time, {}),
    "timedelta": (datetime.timedelta, {}),
    "colour": (Colour, {}),
    "odd": (Odd, {}),
    "level": (Level, {}),
    "literal": (typing.Literal["red", "blue", 7], {}),
    "list of int": (typing.List[int], {}),
    "set of str": (typing.Set[str], {}),
    "dict": (typing.Dict[str, int], {}),
    "model": (Inner, {}),
    "strict": (Strict, {}),
    "url": (pydantic.HttpUrl, {}),
    "email": (pydantic.EmailStr, {}),
    "gt 5": (int, {"gt": 5}),
    "ge 8": (int, {"ge": 8}),
    "lt 0": (int, {"lt": 0}),
    "le -5": (int, {"le": -5}),
    "multiple of 5": (int, {"multiple_of": 5}),
    "float gt 5.5": (float, {"gt": 5.5}),
    "float le -5": (float, {"le": -5}),
    "decimal ge 9": (decimal.Decimal, {"ge": 9}),
    "at least 2": (str, {"min_length": 2}),
    "at most 0": (str, {"max_length": 0}),
    "pattern": (str, {"pattern": "^[a-c]+$"}),
    "digits": (decimal.Decimal, {"max_digits": 1}),
    "places": (decimal.Decimal, {"decimal_places": 0}),
    "two items": (typing.List[int], {"min_items": 2}),
    "no items": (typing.List[int], {"max_items": 0}),
}


def post(app, body):
    received = [{"type": "http.request", "body": body, "more_body": False}]
    answer = []

    async def receive():
        return received.pop(0)

    async def send(message):
        answer.append(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    try:
        asyncio.run(app(scope, receive, send))
    except Exception:
        return None
    return json.loads(b"".join(answer)) or None


def application(kind, rules):
    model = pydantic.create_model("M", v=(kind, field(**rules)))
    app = FastAPI()

    @app.post("/")
    async def handler(body: model):
        return None

    return app


def main():
    for name, (kind, rules) in TYPES.items():
        app = application(kind, rules)
        for value in JSON:
            body = json.dumps({"v": value}).encode()
            print(json.dumps([name, body.decode(), post(app, body)]))
        print(json.dumps([name, "{}", post(app, b"{}")]))
    app = application(int, {})
    for body in ["", "[]", "7", "{", '{"v":', '{\n"v": 1,\n}', '{"v": tru}', "{'v': 1}", '{"ü":\n"😀"x}', '{"v": 1} 2']:
        print(json.dumps(["broken", body, post(app, body.encode())]))


main()
