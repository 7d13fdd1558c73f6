"""Functions with parameters of every kind, behind the real FastAPI.

Reads lines of {"method", "target", "headers", "body"}, of which the last two are in base64, and answers each with the
status and the body that FastAPI sends.
"""

import asyncio
import base64
import json
import sys
from typing import Annotated, Any, Optional
from uuid import UUID

from fastapi import Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query, UploadFile
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, Field

app = FastAPI()


@app.get("/query")
async def query(
    s: str,
    r: list[int] = Query(),
    n: int = 7,
    o: Optional[str] = None,
    l: list[str] = Query([]),
    named: str = Query("z", alias="al-ias", max_length=3),
):
    return {"s": s, "r": r, "n": n, "o": o, "l": l, "named": named}


class Filters(BaseModel):
    a: int
    b: Optional[list[str]] = None
    c: Optional[str] = None


class StrictFilters(Filters):
    model_config = ConfigDict(extra="forbid")


@app.get("/filters")
async def filters(filters: Annotated[Filters, Query()]):
    return filters.model_dump()


@app.get("/strict-filters")
async def strict_filters(filters: Annotated[StrictFilters, Query()]):
    return filters.model_dump()


@app.get("/headers")
async def headers(
    x_token: str = Header(),
    x_list: list[str] = Header([]),
    n_umber: int = Header(5),
    o: Optional[str] = Header(None),
    literal: Optional[str] = Header(None, alias="X_Lit"),
    named: int = Header(alias="X-Named"),
):
    return {"x_token": x_token, "x_list": x_list, "n_umber": n_umber, "o": o, "literal": literal, "named": named}


class Headers(BaseModel):
    x_token: str
    x_count: int
    x_list: Optional[list[str]] = None


@app.get("/grouped-headers")
async def grouped_headers(headers: Annotated[Headers, Header()]):
    return headers.model_dump()


class StrictHeaders(Headers):
    model_config = ConfigDict(extra="forbid")


@app.get("/strict-headers")
async def strict_headers(headers: Annotated[StrictHeaders, Header()]):
    return headers.model_dump()


@app.get("/cookies")
async def cookies(
    sid: str = Cookie(),
    n: int = Cookie(3),
    o: Optional[str] = Cookie(None),
    named: Optional[str] = Cookie(None, alias="na-med"),
):
    return {"sid": sid, "n": n, "o": o, "named": named}


class StrictCookies(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sid: str
    n: Optional[int] = None


@app.get("/strict-cookies")
async def strict_cookies(cookies: Annotated[StrictCookies, Cookie()]):
    return cookies.model_dump()


@app.post("/form")
async def form(
    a: str = Form(),
    n: int = Form(5),
    i: int = Form(),
    o: Optional[str] = Form(None),
    l: list[str] = Form([]),
    named: str = Form("d", alias="na-med"),
):
    return {"a": a, "n": n, "i": i, "o": o, "l": l, "named": named}


class Sheet(BaseModel):
    a: str
    n: int = 5
    o: Optional[str] = None


@app.post("/sheet")
async def sheet(data: Annotated[Sheet, Form()]):
    return data.model_dump()


class StrictSheet(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: str
    o: Optional[str] = None


@app.post("/strict-sheet")
async def strict_sheet(data: Annotated[StrictSheet, Form()]):
    return data.model_dump()


@app.post("/login")
async def login(form: OAuth2PasswordRequestForm = Depends()):
    return {
        "username": form.username,
        "password": form.password,
        "scopes": form.scopes,
        "client_id": form.client_id,
        "client_secret": form.client_secret,
    }


def shown(file):
    if file is None:
        return None
    content = file.file.read()
    return {
        "name": file.filename,
        "type": file.content_type,
        "size": len(content),
        "content": base64.b64encode(content[:100]).decode(),
    }


@app.post("/upload")
async def upload(
    file: UploadFile,
    note: str = Form("d"),
    other: Optional[UploadFile] = None,
    more: list[UploadFile] = File([]),
):
    return {"file": shown(file), "note": note, "other": shown(other), "more": [shown(one) for one in more]}


@app.post("/bytes")
async def raw(content: bytes = File(), maybe: Optional[bytes] = File(None)):
    maybe = None if maybe is None else base64.b64encode(maybe).decode()
    return {"content": base64.b64encode(content).decode(), "maybe": maybe}


class Item(BaseModel):
    title: str = Field(min_length=1)
    count: int = 0


@app.post("/item")
async def item(item: Item):
    return item.model_dump()


@app.post("/maybe-item")
async def maybe_item(item: Optional[Item] = None):
    return item and item.model_dump()


@app.post("/numbers")
async def numbers(numbers: list[int]):
    return numbers


@app.post("/text")
async def text(text: str = Body()):
    return text


@app.post("/both")
async def both(item: Item, count: int = Body(3), note: Optional[str] = Body(None)):
    return {"item": item.model_dump(), "count": count, "note": note}


@app.post("/embedded")
async def embedded(item: Item = Body(embed=True)):
    return item.model_dump()


@app.get("/path/{a}/{b}")
async def path(a: int, b: str):
    return {"a": a, "b": b}


@app.get("/int/{i:int}")
async def converted_int(i: int = Path(ge=5)):
    return i


@app.get("/float/{x:float}")
async def converted_float(x: float = Path(le=5)):
    return x


@app.get("/int-as-float/{i:int}")
async def int_as_float(i: float):
    return i


@app.get("/int-as-text/{i:int}")
async def int_as_text(i: str):
    return i


@app.get("/uuid/{u:uuid}")
async def converted_uuid(u: UUID):
    return str(u)


@app.get("/rest/{rest:path}")
async def rest(rest: str):
    return rest


@app.post("/all/{p}")
async def everything(
    item: Item,
    c: int = Cookie(),
    x_h: int = Header(),
    q: int = Query(),
    p: int = Path(),
):
    return {"item": item.model_dump(), "c": c, "x_h": x_h, "q": q, "p": p}


async def ask(request):
    path, _, query = request["target"].partition("?")
    headers = [
        (name.lower().encode("latin-1"), base64.b64decode(value)) for name, value in request["headers"]
    ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request["method"],
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode("latin-1"),
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    received = [{"type": "http.request", "body": base64.b64decode(request["body"]), "more_body": False}]
    answer = {"status": 0, "body": b""}

    async def receive():
        return received.pop(0) if received else {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
        else:
            answer["body"] += message.get("body", b"")

    try:
        await app(scope, receive, send)
    except Exception:
        pass
    return {"status": answer["status"], "body": answer["body"].decode()}


async def main():
    for line in sys.stdin:
        print(json.dumps(await ask(json.loads(line))), flush=True)


asyncio.run(main())
