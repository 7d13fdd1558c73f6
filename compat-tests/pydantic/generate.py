"""Writes the table of conversions: what the real Pydantic, inside the real FastAPI, makes of a value.

    .dev/python/newest/bin/python compat-tests/pydantic/generate.py > compat-tests/pydantic/conversions.jsonl

A row is a type, the JSON text that was sent, and one of
  out      what `model_dump_json` shows of the value
  errors   the body of the 422
  raises   the exception: FastAPI answers 500

An input that is echoed in a 422 may be nothing that JSON has (NaN, a lone surrogate): the body is then shown with `null`,
or with the escape, and `unsendable` says that the original raises over it.
"""

import asyncio
import json
import random
import sys

from fastapi import FastAPI, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, create_model

import inputs
from types_of_the_kit import TYPES

RANDOM_ROWS = 26


def sendable(value):
    """What JSON cannot hold, as the gateway tells it."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {name: sendable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [sendable(item) for item in value]
    return value


def rendered(value) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def refusal(exception: RequestValidationError) -> dict:
    detail = {"detail": jsonable_encoder(exception.errors())}
    try:
        rendered(detail).encode()
        return {"errors": rendered(detail)}
    except ValueError:
        body = rendered(sendable(detail)).encode(errors="backslashreplace").decode()
        return {"errors": body, "unsendable": True}


def shown(model: BaseModel) -> str:
    if isinstance(model.v, (set, frozenset)):
        return rendered(sorted(model.v))
    return model.model_dump_json().removeprefix('{"v":').removesuffix("}")


def application() -> FastAPI:
    app = FastAPI()

    @app.exception_handler(RequestValidationError)
    async def refuse(_, exception):
        return Response(json.dumps(refusal(exception)))

    for number, (_, declared, _) in enumerate(TYPES):
        body_type = create_model("Sent", v=(declared, ...))

        def route(sent_type):
            async def accept(sent: sent_type):
                return Response(json.dumps({"out": shown(sent)}))

            return accept

        app.post(f"/{number}")(route(body_type))
    return app


async def ask(app: FastAPI, number: int, text: str) -> dict:
    body = b'{"v":' + text.encode() + b"}"
    answer = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        answer.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"/{number}",
        "raw_path": f"/{number}".encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    try:
        await app(scope, receive, send)
    except Exception as exception:
        return {"raises": type(exception).__name__}
    return json.loads(b"".join(message.get("body", b"") for message in answer))


async def main():
    app = application()
    families = set()
    for number, (label, _, family) in enumerate(TYPES):
        chance = random.Random(label)
        texts = inputs.edges(family, with_long=family not in families)
        families.add(family)
        texts += inputs.mutations(family, texts, chance, RANDOM_ROWS)
        for text in dict.fromkeys(texts):
            row = {"type": label, "in": text} | await ask(app, number, text)
            print(json.dumps(row, ensure_ascii=True))


if __name__ == "__main__":
    sys.stdout.reconfigure(newline="\n")
    asyncio.run(main())
