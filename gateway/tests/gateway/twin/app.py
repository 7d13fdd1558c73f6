"""Builds real applications from table descriptions and says what they do with each request.

Reads one JSON object a line: {"table", "server_root_path", "requests": [[verb, target], ...]};
answers with {"lock", "outcomes"}. The lock comes from the importer that the product ships.
"""

import asyncio
import importlib.util
import json
import os
import sys
import urllib.parse
import uuid

import fastapi
from fastapi import APIRouter, FastAPI, Request, WebSocket
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import Response
from starlette.routing import Mount, Route, Router, WebSocketRoute

ORIGIN = "http://legacy.test"
NESTS_INCLUDED = hasattr(fastapi.routing, "_IncludedRouter")


class CustomRoute(APIRoute):
    pass


def ran(scope, label):
    scope["twin"]["ran"] = (label, dict(scope.get("path_params", {})))


def http_endpoint(template, methods, opaque=False):
    async def endpoint(request: Request):
        word = "OPAQUE" if opaque else request.method if methods else "ANY"
        ran(request.scope, f"{word} {template}")
        return Response()

    return endpoint


def class_endpoint(template):
    class Endpoint(HTTPEndpoint):
        async def dispatch(self):
            ran(self.scope, f"ANY {template}")
            await Response()(self.scope, self.receive, self.send)

    return Endpoint


def websocket_endpoint(template):
    async def endpoint(websocket: WebSocket):
        ran(websocket.scope, f"WS {template}")
        await websocket.close()

    return endpoint


class PlainApp:
    def __init__(self, label):
        self.label = label

    async def __call__(self, scope, receive, send):
        ran(scope, self.label)
        if scope["type"] == "http":
            await Response()(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})


class FrontendFiles:
    """Stands where the files are: which frontend was chosen is the question, not what lies in it."""

    def __init__(self, label):
        self.label = label

    async def get_response_for_scope(self, scope):
        scope["path_params"] = {}
        ran(scope, self.label)
        return Response()


def build(spec, prefix=""):
    kind = spec["kind"]
    if kind == "asgi":
        return PlainApp(f"MOUNT {prefix or '/'}")
    if kind == "fastapi":
        app = FastAPI(openapi_url=None, root_path=spec["root_path"], redirect_slashes=spec["redirect_slashes"])
        router = app.router
    elif kind == "starlette":
        app = Starlette()
        router = app.router
        router.redirect_slashes = spec["redirect_slashes"]
    else:
        app = router = Router(redirect_slashes=spec["redirect_slashes"])
    for item in spec["items"]:
        add(router, item, prefix, prefix)
    return app


def add(router, item, prefix, plain_prefix):
    kind, path = item["item"], item.get("path", "")
    full = prefix + path
    label = full if full.startswith("/") else "/" + full
    if kind == "api":
        router.add_api_route(path, http_endpoint(label, item["methods"]), methods=item["methods"])
    elif kind == "custom":
        endpoint = http_endpoint(label, item["methods"], opaque=True)
        router.add_api_route(path, endpoint, methods=item["methods"], route_class_override=CustomRoute)
    elif kind == "plain":
        router.routes.append(Route(path, http_endpoint(label, item["methods"]), methods=item["methods"]))
    elif kind == "endpoint":
        router.routes.append(Route(path, class_endpoint(label)))
    elif kind == "ws":
        if isinstance(router, APIRouter):
            router.add_api_websocket_route(path, websocket_endpoint(label))
        else:
            router.routes.append(WebSocketRoute(path, websocket_endpoint(label)))
    elif kind == "mount":
        inner = full.rstrip("/") if path else prefix
        router.routes.append(Mount(path, app=build(item["app"], inner)))
    elif kind == "include":
        included = APIRouter(prefix=item["own_prefix"])
        late = len(item["items"]) - item["late"]
        for index, member in enumerate(item["items"]):
            if index == late:
                router.include_router(included, prefix=item["prefix"])
            add_included(included, member, item, prefix, plain_prefix)
        if not item["late"]:
            router.include_router(included, prefix=item["prefix"])
    elif kind == "frontend":
        router.frontend(path, directory=".", check_dir=False)
        router._frontend_routes.routes[-1].app = FrontendFiles(f"FRONTEND {full.rstrip('/') or '/'}")
    else:
        raise ValueError(kind)


def add_included(router, member, include, prefix, plain_prefix):
    """A plain route does not get the prefix of its own router; before 0.165 it does not get the including one's either."""
    inside = prefix + include["prefix"] + include["own_prefix"]
    outside = (prefix if NESTS_INCLUDED else plain_prefix) + include["prefix"]
    if member["item"] in ("plain", "endpoint", "mount"):
        add(router, member, outside, outside)
    else:
        add(router, member, inside, outside)


async def ask(app, verb, target, server_root_path):
    raw, _, query = target.partition("?")
    scope = {
        "type": "websocket" if verb == "WS" else "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "scheme": "ws" if verb == "WS" else "http",
        "root_path": server_root_path,
        "path": server_root_path + urllib.parse.unquote(raw),
        "raw_path": (server_root_path + raw).encode("ascii"),
        "query_string": query.encode("ascii"),
        "headers": [(b"host", b"legacy.test")],
        "state": {},
        "twin": {},
    }
    if verb == "WS":
        scope["subprotocols"] = []
    else:
        scope["method"] = verb
    sent = []

    async def receive():
        if verb == "WS":
            return {"type": "websocket.connect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    twin = scope["twin"]
    try:
        await app(scope, receive, send)
    except Exception as error:
        return ["error", type(error).__name__]
    if "ran" in twin:
        label, params = twin["ran"]
        return ["match", label, {name: typed(value) for name, value in params.items()}]
    if verb == "WS":
        return ["unlisted"] if sent[0]["type"] == "websocket.close" else ["odd", str(sent)]
    status, headers = sent[0]["status"], dict(sent[0]["headers"])
    if status == 404:
        return ["unlisted"]
    if status == 405:
        return ["partial", sorted(headers[b"allow"].decode().split(", "))]
    if status == 307:
        location = headers[b"location"].decode()
        assert location.startswith(ORIGIN), location
        return ["redirect", location[len(ORIGIN) :]]
    return ["odd", str(sent)]


def typed(value):
    if isinstance(value, uuid.UUID):
        return ["uuid", value.hex]
    return [type(value).__name__, repr(value) if isinstance(value, float) else str(value)]


def importer(path):
    spec = importlib.util.spec_from_file_location("importer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def answer(app, question):
    root = question["server_root_path"]
    return [await ask(app, verb, target, root) for verb, target in question["requests"]]


def main():
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    imported = importer(sys.argv[1])
    for line in sys.stdin:
        question = json.loads(line)
        app = build(question["table"])
        lock = imported.Walker().lock(app, question["server_root_path"])
        outcomes = asyncio.run(answer(app, question))
        output.write(json.dumps({"lock": lock, "outcomes": outcomes}) + "\n")
        output.flush()


if __name__ == "__main__":
    main()
