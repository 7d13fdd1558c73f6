"""What FastAPI's two encoders make of a value: one row of JSON per value and encoder, of this FastAPI.

    .dev/python/newest/bin/python compat-tests/encoders/generate.py > compat-tests/encoders/newest.jsonl
    .dev/python/0.115/bin/python compat-tests/encoders/generate.py > compat-tests/encoders/0.115.jsonl

`kind` and `value` say what is written, in words that both languages read; `encoder` is `model` for a route with a
`response_model`, `plain` for one without; `shown` is the body, or null where the application raises.
"""

import asyncio
import json
import random
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, Optional
from uuid import UUID

from fastapi import FastAPI
from pydantic import AnyUrl, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

RANDOM = random.Random(20261121)
app = FastAPI()


class Level(IntEnum):
    LOW = -1
    HIGH = 10


class Priority(str, Enum):
    LOW = "low"
    ODD = "ö'\"\n"


class Part(BaseModel):
    number: float = 1e-7
    price: Decimal = Decimal("1.10")
    took: timedelta = timedelta(seconds=90)
    at: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    nothing: Optional[int] = None
    anything: Any = None


class Whole(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)
    part_one: Part
    many_parts: list[Part] = []
    by_name: dict[str, Optional[float]] = {}
    plain_dict: dict[str, Any] = {}
    shown_as: int = Field(1, serialization_alias="alias")
    perhaps: Optional[Part] = None


PARTS = {
    "default": Part(),
    "set": Part(number=1e22, price=Decimal("1E+3"), nothing=None, anything={"a": None, "f": 1e-5}),
    "numbers": Part(number=0.1, price=Decimal("-0.00"), took=timedelta(0), nothing=0),
}
WHOLES = {
    "least": Whole(partOne=PARTS["default"]),
    "filled": Whole(
        partOne=PARTS["set"],
        manyParts=[PARTS["numbers"], PARTS["default"]],
        byName={"a": 1e-7, "_sa": None, "ü": 1e16},
        plainDict={"f": 1e-7, "n": None, "l": [1, 1.5, "x", True], "_sa_x": 1},
        perhaps=PARTS["numbers"],
    ),
}
EXCLUDES = ["response_model_exclude_none", "response_model_exclude_unset", "response_model_exclude_defaults"]

FLOATS = """
0.0 -0.0 1.0 -1.0 0.1 0.2 0.30000000000000004 1.5 3.14 100.0 1e5 123456.789 1e-1 1e-2 1e-3 1e-4 0.00012345 1e-5 1.5e-5
9.999e-5 1e-6 1e-7 1.25e-7 5e-324 2.2250738585072014e-308 1.7976931348623157e308 -1.7976931348623157e308 1e15 1e16
123456789012345680.0 1e17 1.5e16 1e20 1e21 1.5e21 1e22 1e23 1e100 -1e-10 9007199254740992.0 9007199254740993.0
9999999999999998.0 0.1234567890123456 1234567.0 1e-9 nan inf -inf
""".split()
DECIMALS = """
0 -0 1 -1 1.0 1.10 0.00 -0.00 0.1 100 1E+2 1E+3 1.5E+3 1E-6 1E-7 0.000001 0.0000001 123456789.123456789
12345678901234567890 12345678901234567890.12 1E+20 1E+30 1E-30 0E+5 0E-5 0E-10 -1.50 9.99E-7 1E+400 1E-400 NaN Infinity
-Infinity 3.14159265358979323846 0.10 7E+0 1.7E+4
""".split()
DATES = "0001-01-01 1900-02-28 1970-01-01 2000-02-29 2026-11-21 9999-12-31 0999-09-09".split()
TIMES = """
00:00:00 23:59:59 12:34:56.000001 12:34:56.100000 12:34:56.999999 01:02:03+00:00 01:02:03+05:30 01:02:03-08:00
01:02:03.5+00:00 01:02:03+00:01
""".split()
DATETIMES = """
1970-01-01T00:00:00 2026-11-21T17:20:39 2026-11-21T17:20:39.000001 2026-11-21T17:20:39.100000
2026-11-21T17:20:39.123456 0001-01-01T00:00:00 9999-12-31T23:59:59.999999 2026-11-21T17:20:39+00:00
2026-11-21T17:20:39.5+00:00 2026-11-21T17:20:39+05:30 2026-11-21T17:20:39-08:00 2026-11-21T17:20:39-00:30
2026-11-21T17:20:39+14:00 2026-11-21T17:20:39.000010-12:00 0001-01-01T00:00:00+00:00 2026-11-21T17:20:39+23:59
""".split()
# Microseconds.
TIMEDELTAS = [
    0, 1, -1, 10, 500_000, -500_000, 999_999, 1_000_000, -1_000_000, 1_500_000, 59_000_000, 60_000_000, 90_000_000,
    -90_000_000, 3_600_000_000, 3_661_000_000, 86_399_999_999, 86_400_000_000, -86_400_000_000, 86_400_000_001,
    172_800_000_000, 604_800_000_000, 2_592_000_000_000, 31_535_999_000_000, 31_536_000_000_000, 31_536_000_000_001,
    34_560_000_000_001, -34_560_000_000_001, 315_360_000_000_000_000, 9_007_199_254_740_993,
    86_399_999_999_999_999_999, -86_399_999_913_600_000_000, 1_100_000, 1_010_000, 100, 123_456_789_012_345_678,
]
TEXTS = [
    "", "a", "ü", "長", "🙂", "\u2028\u2029", "\x7f\x80\x9f", "\x00\x01\x1f", "\b\f\n\r\t", "\"\\/", "</script>", "'",
    "é", "\ufeff", "\u0600", "_sa",
]
INTEGERS = ["0", "-1", "1", "2147483647", "-2147483648", "9223372036854775807", "9223372036854775808", "9" * 40]
UUIDS = ["00000000-0000-0000-0000-000000000000", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"]
URLS = ["http://example.com", "https://example.com/ä?q=1#f", "http://user@example.com:8080/", "ftp://x/y"]
# Any, as JSON.
ANY = [
    "null", "true", "[]", "{}", "[1, 1.0, 1e-7, 1e16, \"x\", null, [true]]", "{\"a\": {\"b\": [1e-5, 2]}}",
    "{\"_sa\": 1, \"b\": {\"_sa_x\": 2, \"c\": 3}}", "{\"\": 0, \"ü\": 1e22}", "123456789012345678901234567890",
]


def random_floats():
    for _ in range(60):
        yield repr(RANDOM.choice([1, -1]) * RANDOM.random() * 10 ** RANDOM.randint(-12, 25))


def random_decimals():
    for _ in range(40):
        digits = str(RANDOM.randint(0, 10 ** RANDOM.randint(1, 20)))
        yield str(Decimal(digits).scaleb(RANDOM.randint(-24, 8)))


def random_datetimes():
    for _ in range(30):
        at = datetime(1, 1, 1) + timedelta(microseconds=RANDOM.randint(10**15, 3 * 10**17))
        zone = RANDOM.choice([None, timezone.utc, timezone(timedelta(minutes=RANDOM.randint(-1439, 1439)))])
        yield at.replace(tzinfo=zone).isoformat()


def random_timedeltas():
    for _ in range(40):
        yield RANDOM.choice([1, -1]) * RANDOM.randint(0, 10 ** RANDOM.randint(1, 19))


def values():
    """(kind, value as both languages read it, value, its type)"""
    for text in [*FLOATS, *random_floats()]:
        yield "float", text, float(text), float
    for text in [*DECIMALS, *random_decimals()]:
        yield "decimal", text, Decimal(text), Decimal
    for text in DATES:
        yield "date", text, date.fromisoformat(text), date
    for text in TIMES:
        yield "time", text, time.fromisoformat(text), time
    for text in [*DATETIMES, *random_datetimes()]:
        yield "datetime", text, datetime.fromisoformat(text), datetime
    for number in [*TIMEDELTAS, *random_timedeltas()]:
        yield "timedelta", str(number), timedelta(microseconds=number), timedelta
    for text in TEXTS:
        yield "text", text, text, str
    for text in INTEGERS:
        yield "integer", text, int(text), int
    for text in ["true", "false"]:
        yield "bool", text, text == "true", bool
    for text in UUIDS:
        yield "uuid", text, UUID(text), UUID
    for text in URLS:
        yield "url", text, AnyUrl(text), AnyUrl
    for member in Level:
        yield "level", member.name, member, Level
    for member in Priority:
        yield "priority", member.name, member, Priority
    for text in ANY:
        yield "any", text, json.loads(text), Any
    for text in ["a", "[1]"]:
        yield "bytes", text, text.encode(), bytes
    yield "none", "", None, Optional[int]
    yield from containers()


def containers():
    yield "floats", "", [1e-7, 1.0, 1e16], list[float]
    yield "tuple", "", (1, "a", 1e-7), tuple[int, str, float]
    yield "set", "", {7}, set[int]
    yield "by_text", "", {"b": 1e-7, "_sa": 2.0, "ü\n": 3.0}, dict[str, float]
    yield "by_number", "", {1: timedelta(1), -5: timedelta(2)}, dict[int, timedelta]
    yield "by_level", "", {Level.HIGH: 1, Level.LOW: 2}, dict[Level, int]
    yield "by_priority", "", {Priority.ODD: Level.LOW}, dict[Priority, Level]
    yield "by_date", "", {date(2026, 1, 2): None}, dict[date, Optional[int]]
    yield "by_uuid", "", {UUID(int=5): Decimal("1.10")}, dict[UUID, Decimal]
    yield "perhaps", "", [None, 1e-7], list[Optional[float]]
    for name, part in PARTS.items():
        yield "part", name, part, Part
    for name, whole in WHOLES.items():
        yield "whole", name, whole, Whole
    yield "parts_by_text", "", {"x": [PARTS["default"]], "f": [PARTS["set"]]}, dict[str, list[Part]]
    yield "mixed", "", {"part": PARTS["default"], "f": 1e-7, "took": timedelta(seconds=90)}, dict[str, Any]


async def ask(path: str) -> str | None:
    answered = {"body": b""}

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        answered["status"] = message.get("status", answered.get("status"))
        answered["body"] += message.get("body", b"")

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"legacy")],
        "client": ("127.0.0.1", 1),
        "server": ("legacy", 80),
    }
    try:
        await app(scope, receive, send)
    except Exception:
        return None
    assert answered["status"] == 200
    return answered["body"].decode()


def answer(value: Any, **arguments: Any) -> str | None:
    path = f"/{len(app.router.routes)}"
    app.get(path, **arguments)(lambda: value)
    shown = asyncio.run(ask(path))
    app.router.routes.pop()
    return shown


def main() -> None:
    for kind, text, value, declared in values():
        row = {"kind": kind, "value": text}
        print(json.dumps({**row, "encoder": "model", "shown": answer(value, response_model=declared)}))
        print(json.dumps({**row, "encoder": "plain", "shown": answer(value)}))
        # As the value of a member, which nothing but the encoder decides.
        print(json.dumps({**row, "encoder": "plain_member", "shown": answer({"m": value})}))
    for name, whole in WHOLES.items():
        for exclude in EXCLUDES:
            row = {"kind": exclude.removeprefix("response_model_"), "value": name, "encoder": "model"}
            print(json.dumps({**row, "shown": answer(whole, response_model=Whole, **{exclude: True})}))


main()
