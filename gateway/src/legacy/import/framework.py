"""Prints the route table of a FastAPI or Starlette application as JSON.

Runs in the application's own interpreter and needs nothing but what the application needs.
"""

import argparse
import asyncio
import functools
import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import os
import platform
import re
import sys
import time
import traceback

try:
    from starlette import convertors, routing
    from starlette.applications import Starlette
    from starlette.datastructures import URL
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.middleware import cors as starlette_cors
    from starlette.middleware.exceptions import ExceptionMiddleware
    from starlette.middleware import gzip as starlette_gzip
    from starlette.requests import Request
except ImportError as error:
    missing = f"`{sys.executable}` cannot import Starlette ({error}): give the legacy's own interpreter with --python"
    print(json.dumps({"mistakes": [missing]}))
    sys.exit(1)

try:
    import fastapi
    from fastapi import routing as fastapi_routing
    from fastapi.dependencies.utils import get_dependant
    from fastapi.security import HTTPBearer, OAuth2PasswordBearer
    from fastapi.security.base import SecurityBase
except ImportError:
    fastapi = fastapi_routing = get_dependant = None

SCHEMA = 1
CONVERTERS = {
    convertors.StringConvertor: "str",
    convertors.PathConvertor: "path",
    convertors.IntegerConvertor: "int",
    convertors.FloatConvertor: "float",
    convertors.UUIDConvertor: "uuid",
}
PARAM = re.compile("{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")


def of_fastapi(name):
    return getattr(fastapi_routing, name, None)


# Before 0.33 a mount cut the path itself and a root path was no part of matching: another rule than the gateway's.
CUTS_ROOT_PATH = importlib.util.find_spec("starlette._utils") and hasattr(
    importlib.import_module("starlette._utils"), "get_route_path"
)
# Private names that only newer versions have: an included router stays a node there.
INCLUDED_ROUTER = of_fastapi("_IncludedRouter")
FRONTEND_GROUP = of_fastapi("_FrontendRouteGroup")
FRONTEND_ROUTE = of_fastapi("_FrontendRoute")
API_ROUTER = of_fastapi("APIRouter")
HTTP_ROUTES = [cls for cls in (routing.Route, of_fastapi("APIRoute")) if cls]
WEBSOCKET_ROUTES = [cls for cls in (routing.WebSocketRoute, of_fastapi("APIWebSocketRoute")) if cls]
APPLICATIONS = [cls for cls in (Starlette, getattr(fastapi, "FastAPI", None)) if cls]
ROUTERS = [cls for cls in (routing.Router, API_ROUTER) if cls]


class CannotImport(Exception):
    pass


def class_name(cls):
    return f"{getattr(cls, '__module__', '?')}.{getattr(cls, '__qualname__', repr(cls))}"


def inherits(thing, method, classes):
    """Whether `thing.method` is what one of the framework's own classes defines."""
    if method in getattr(thing, "__dict__", {}):
        return False
    return getattr(type(thing), method, None) in [getattr(cls, method, None) for cls in classes]


def of_framework(thing):
    return (getattr(thing, "__module__", None) or "?").split(".")[0] in ("starlette", "fastapi")


class Unreadable(Exception):
    """A row whose matching is not the framework's: only the application itself can do it."""


def wrappers(outer, inner):
    """What stands around `inner`, outermost first; None where it cannot be told apart."""
    found = []
    while outer != inner:
        if isinstance(outer, CORSMiddleware) or not hasattr(outer, "app"):
            return None
        found.append(outer)
        outer = outer.app
    return found


def versions():
    found = {"python": platform.python_version()}
    for name in ("fastapi", "starlette", "pydantic", "uvicorn"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


def location_escapes():
    """The characters that this version escapes in the path of a redirect before it quotes the whole."""
    escaped = ""
    for character in "?#\\":
        scope = {"path": f"/{character}", "headers": [(b"host", b"localhost")], "scheme": "http"}
        if f"%{ord(character):02X}" in str(URL(scope=scope)):
            escaped += character
    return escaped
