"""Prints the route table of a FastAPI or Starlette application as JSON.

Runs in the application's own interpreter and needs nothing but what the application needs.
"""

import argparse
import asyncio
import functools
import importlib
import importlib.metadata
import inspect
import json
import os
import platform
import re
import sys
import traceback

from starlette import convertors, routing
from starlette.applications import Starlette
from starlette.datastructures import URL
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request

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


class Unreadable(Exception):
    """A row whose matching is not the framework's: only the application itself can do it."""


class Walker:
    """Turns one application into the lock. Collects every mistake before it gives up."""

    def __init__(self):
        self.schemes = []
        self.scheme_indexes = {}
        self.notes = []
        self.mistakes = []

    def lock(self, application, server_root_path=""):
        described = self.application(application, "", [])
        if self.mistakes:
            raise CannotImport(self.mistakes)
        return {
            "schema": SCHEMA,
            "versions": versions(),
            "int_max_digits": getattr(sys, "get_int_max_str_digits", lambda: 0)(),
            "location_escapes": location_escapes(),
            "server_root_path": server_root_path,
            "schemes": self.schemes,
            "notes": self.notes,
            "app": described,
        }

    def note(self, route, reason):
        self.notes.append({"route": route, "reason": reason})

    # -- applications ---------------------------------------------------------------------

    def application(self, application, prefix, owners):
        """`owners` are the Starlette applications around it, innermost last."""
        if isinstance(application, Starlette):
            router, owners = application.router, [*owners, application]
            middleware = [self.middleware(entry, prefix) for entry in application.user_middleware]
        else:
            router, middleware = application, []
        reason = unreadable_application(application)
        if reason:
            self.note(f"OPAQUE {prefix or '/'}", reason)
            rows, frontends = [opaque(class_name(type(application)), reason)], []
        else:
            rows = list(self.rows(router.routes, prefix, owners))
            frontends = list(self.frontends(router, prefix, owners))
        return {
            "class": class_name(type(application)),
            "root_path": getattr(application, "root_path", "") or "",
            "redirect_slashes": bool(router.redirect_slashes),
            "middleware": middleware,
            "rows": rows,
            "frontends": frontends,
        }

    def middleware(self, entry, prefix):
        described = {"class": class_name(entry.cls)}
        if entry.cls is CORSMiddleware:
            args = getattr(entry, "args", ())
            kwargs = getattr(entry, "kwargs", None) or getattr(entry, "options", {})
            described["cors"] = self.cors(args, kwargs, prefix)
        return described

    def cors(self, args, kwargs, prefix):
        bound = inspect.signature(CORSMiddleware.__init__).bind(None, None, *args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        resolved = {}
        for name in ("allow_origins", "allow_methods", "allow_headers", "expose_headers"):
            values = [given[name]] if isinstance(given[name], str) else list(given[name])
            resolved[name] = [str(value) for value in values if isinstance(value, str)]
            if len(resolved[name]) != len(values):
                self.note(f"MOUNT {prefix or '/'}", f"CORSMiddleware: `{name}` holds values that are not text")
        if isinstance(given["allow_methods"], (set, frozenset)):
            resolved["allow_methods"].sort()
        regex = given["allow_origin_regex"]
        resolved["allow_origin_regex"] = getattr(regex, "pattern", regex)
        resolved["allow_credentials"] = bool(given["allow_credentials"])
        resolved["max_age"] = int(given["max_age"])
        if "allow_private_network" in given:
            resolved["allow_private_network"] = bool(given["allow_private_network"])
        return resolved

    # -- rows -----------------------------------------------------------------------------

    def rows(self, routes, prefix, owners):
        for route in routes:
            try:
                yield from self.row(route, prefix, owners)
            except Unreadable as unreadable:
                self.note(f"OPAQUE {prefix or '/'}", f"`{class_name(type(route))}`: {unreadable}")
                yield opaque(class_name(type(route)), str(unreadable))

    def row(self, route, prefix, owners):
        if INCLUDED_ROUTER and type(route) is INCLUDED_ROUTER:
            for member, source in included(route):
                yield from self.rows([member], prefix, owners) if source is None else self.leaf(
                    member, source, prefix, owners
                )
        elif isinstance(route, routing.Mount):
            yield self.mount(route, prefix, owners)
        elif isinstance(route, routing.Host):
            self.note(f"OPAQUE {prefix or '/'}", f"host route `{route.host}` decides by the Host header")
            yield {"kind": "host", "host": route.host}
        else:
            yield from self.leaf(route, route, prefix, owners)

    def leaf(self, route, source, prefix, owners):
        """`source` is where path and dependencies stand: the route, or its context in an included router."""
        http = isinstance(route, routing.Route)
        own = HTTP_ROUTES if http else WEBSOCKET_ROUTES
        if not (http or isinstance(route, routing.WebSocketRoute)):
            raise Unreadable("unknown kind of route")
        if not inherits(route, "matches", own):
            raise Unreadable("its own `matches` decides")
        methods = sorted(source.methods) if http and source.methods else None
        key = f"{','.join(methods or ['ANY']) if http else 'WS'} {prefix}{source.path}"
        if not source.path.startswith("/") and not self.slashless(source, key):
            return
        row = {
            "template": source.path,
            "params": self.params(source, source.path, key),
            "security": self.security(getattr(source, "dependant", None), owners),
        }
        if http:
            row["methods"] = methods
        if type(route) in own:
            yield {"kind": "http" if http else "ws", **row}
            return
        cls = class_name(type(route))
        self.note(key, f"custom route class `{cls}`: always answered by the legacy")
        security = row.pop("security")
        pattern = {"protocol": "http" if http else "websocket", "methods": None, **row}
        yield {**opaque(cls, "custom route class"), "pattern": pattern, "security": security}

    def slashless(self, source, key):
        """Starlette compiles such a template as a host name. Says whether it is worth a row."""
        template = source.path
        literals = "".join(PARAM.split(template)[::3])
        if template and not template.startswith("{"):
            self.note(key, "the template does not start with `/`: it never matches")
            return False
        if ":" in literals or literals.lower() != literals.upper():
            raise Unreadable(f"the template `{template}` does not start with `/`")
        return True

    def params(self, source, template, key, tail=""):
        """Names, converters and regexes; refuses what is not the framework's own."""
        compiled = routing.compile_path(template + tail)[0]
        if (compiled.pattern, compiled.flags) != (source.path_regex.pattern, source.path_regex.flags):
            raise Unreadable(f"`{template}`: its regex is not what the template compiles to")
        params = []
        for match in PARAM.finditer(template):
            name, spelled = match.group(1), (match.group(2) or ":str")[1:]
            converter = source.param_convertors[name]
            known = CONVERTERS.get(type(converter))
            if known is None:
                self.mistakes.append(
                    f"`{key}`: converter `{spelled}` of `{name}` is `{class_name(type(converter))}`, "
                    "not one of Starlette's own (str, path, int, float, uuid)"
                )
                continue
            params.append({"name": name, "converter": known, "regex": converter.regex})
        return params

    def mount(self, route, prefix, owners):
        if not inherits(route, "matches", [routing.Mount]):
            raise Unreadable("its own `matches` decides")
        key = f"MOUNT {prefix}{route.path}"
        base = getattr(route, "_base_app", route.app)
        described = None
        if type(route) is not routing.Mount:
            self.note(key, f"custom route class `{class_name(type(route))}`: everything below is the legacy's")
        elif not isinstance(base, (Starlette, routing.Router)):
            pass
        elif (wrapped := wrappers(route.app, base)) is None:
            self.note(key, "wrapped in a middleware that hides its CORS: everything below is the legacy's")
        else:
            described = self.application(base, prefix + route.path, owners)
            described["middleware"] = [{"class": cls} for cls in wrapped] + described["middleware"]
        params = self.params(route, route.path, key, tail="/{path:path}")
        return {"kind": "mount", "template": route.path, "params": params, "app": described}

    def frontends(self, router, prefix, owners):
        candidates = getattr(router, "_iter_low_priority_routes", list)
        for candidate in candidates():
            group = getattr(candidate, "original_route", candidate)
            inside = getattr(candidate, "frontend_prefix", "")
            if type(group) is not FRONTEND_GROUP or any(type(r) is not FRONTEND_ROUTE for r in group.routes):
                self.note(f"FRONTEND {prefix}/", f"`{class_name(type(group))}`: unknown kind of low-priority route")
                yield {"path": "/", "security": []}
                continue
            security = self.security(candidate.dependant, owners)
            for route in group.routes:
                path = fastapi_routing._join_frontend_paths(inside, route.path)
                yield {"path": path, "security": security}

    # -- security -------------------------------------------------------------------------

    def security(self, dependant, owners):
        """Indexes of the distinct schemes, in the order in which FastAPI solves them."""
        found = []
        if dependant is not None and fastapi is not None and owners:
            overrides = getattr(owners[-1], "dependency_overrides", {})
            for scheme in solving_order(dependant, overrides):
                index = self.scheme(scheme, owners[-1])
                if index not in found:
                    found.append(index)
        return found

    def scheme(self, scheme, owner):
        index = self.scheme_indexes.get((id(scheme), id(owner)))
        if index is None:
            index = self.scheme_indexes[(id(scheme), id(owner))] = len(self.schemes)
            self.schemes.append(self.describe_scheme(scheme, owner))
        return index

    def describe_scheme(self, scheme, owner):
        name, cls = getattr(scheme, "scheme_name", None), class_name(type(scheme))
        bearers = (OAuth2PasswordBearer, HTTPBearer)
        kind = "other"
        if type(scheme) in bearers:
            kind = "bearer"
        elif isinstance(scheme, bearers):
            kind = "bearer-subclass"
            self.note(f"scheme {name}", f"`{cls}` is a subclass of a bearer scheme: name it in legacy.toml to verify it")
        described = {
            "name": str(name),
            "class": cls,
            "kind": kind,
            "auto_error": bool(getattr(scheme, "auto_error", True)),
        }
        if described["auto_error"] and (kind != "other" or cls.startswith("fastapi.")):
            missing = refusal(scheme, owner, None)
            wrong = refusal(scheme, owner, b"Basic x")
            if missing and wrong:
                described["failures"] = {"missing": missing, "wrong_scheme": wrong}
            elif kind != "other":
                self.note(f"scheme {name}", f"`{cls}`: its refusal is not a fixed answer: passed through unverified")
        return described


def opaque(cls, reason):
    return {"kind": "opaque", "class": cls, "reason": reason, "pattern": None, "security": []}


def included(node):
    """The members of an included router, flat and in order, as (route, where path and dependencies stand)."""
    if not (inherits(node.original_router, "matches", ROUTERS) and inherits(node.original_router, "handle", ROUTERS)):
        raise Unreadable(f"included router `{class_name(type(node.original_router))}` has its own `matches` or `handle`")
    try:
        candidates = node.effective_candidates()
    except Exception as error:
        raise Unreadable(f"the included router cannot be built: {error}") from error
    for candidate in candidates:
        if type(candidate) is INCLUDED_ROUTER:
            yield candidate, None
        elif candidate.starlette_route is not None:
            yield candidate.starlette_route, None
        else:
            yield candidate.original_route, candidate


def unreadable_application(application):
    """Why its routes do not say everything, or None."""
    if isinstance(application, Starlette):
        if not inherits(application, "__call__", APPLICATIONS):
            return f"`{class_name(type(application))}` has its own `__call__`"
        router = application.router
    else:
        router = application
    for method in ("__call__", "app"):
        if not inherits(router, method, ROUTERS):
            return f"router `{class_name(type(router))}` has its own `{method}`"
    if wrappers(getattr(router, "middleware_stack", router.app), router.app) is None:
        return f"router `{class_name(type(router))}` is wrapped in a middleware that hides its CORS"
    return None


def wrappers(outer, inner):
    """Names of the classes around `inner`, outermost first; None where they cannot be told apart."""
    names = []
    while outer != inner:
        if isinstance(outer, CORSMiddleware) or not hasattr(outer, "app"):
            return None
        names.append(class_name(type(outer)))
        outer = outer.app
    return names


def solving_order(dependant, overrides):
    for child in dependant.dependencies:
        replaced = overrides.get(child.call) if overrides else None
        yield from solving_order(child if replaced is None else get_dependant(path="", call=replaced), overrides)
    call = dependant.call
    while isinstance(call, functools.partial):
        call = call.func
    if call is not None and isinstance(inspect.unwrap(call), SecurityBase):
        yield inspect.unwrap(call)


def refusal(scheme, owner, authorization):
    """The application's answer when the scheme refuses; None unless it is the same for any request."""
    try:
        answers = [asyncio.run(refuse(scheme, owner, authorization, path)) for path in ("/one", "/another")]
    except Exception:
        return None
    return answers[0] if answers[0] == answers[1] else None


async def refuse(scheme, owner, authorization, path):
    sent = []

    async def protected(scope, receive, send):
        await scheme(Request(scope, receive))

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    handlers = {key: value for key, value in owner.exception_handlers.items() if key not in (500, Exception)}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")] + ([(b"authorization", authorization)] if authorization else []),
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
        "app": owner,
    }
    stack = ExceptionMiddleware(protected, handlers=handlers, debug=owner.debug)
    await asyncio.wait_for(stack(scope, receive, send), 5)
    return {
        "status": sent[0]["status"],
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in sent[0]["headers"]],
        "body": b"".join(message.get("body", b"") for message in sent[1:]).decode(),
    }


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


def load(target, factory):
    module, _, attribute = target.partition(":")
    if not module or not attribute:
        raise CannotImport([f"`{target}` is not MODULE:ATTRIBUTE, as in `app.main:app`"])
    application = importlib.import_module(module)
    for name in attribute.split("."):
        application = getattr(application, name)
    if factory:
        application = application()
    if not isinstance(application, (Starlette, routing.Router)):
        inner = getattr(application, "app", None)
        hint = "; give its inner application instead" if isinstance(inner, (Starlette, routing.Router)) else ""
        hint = "; give --factory if it makes the application" if inspect.isroutine(application) else hint
        raise CannotImport(
            [f"`{target}` is `{class_name(type(application))}`, not a FastAPI or Starlette application{hint}"]
        )
    return application


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("application", help="MODULE:ATTRIBUTE, as in app.main:app")
    parser.add_argument("--factory", action="store_true", help="the attribute is a function that makes the application")
    parser.add_argument("--app-dir", default="", help="folder to import from (default: the current one)")
    parser.add_argument("--server-root-path", default="", help="what uvicorn gets as --root-path")
    return parser.parse_args()


def main():
    # The application may print while it is imported: the JSON keeps the real standard output for itself.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    given = arguments()
    sys.path.insert(0, os.path.abspath(given.app_dir))
    failed = True
    try:
        result = Walker().lock(load(given.application, given.factory), given.server_root_path)
        failed = False
    except CannotImport as error:
        result = {"mistakes": error.args[0]}
    except BaseException as error:
        traceback.print_exc()
        result = {"mistakes": [f"`{given.application}`: {type(error).__name__}: {error}"]}
    json.dump(result, output)
    output.close()
    sys.stderr.flush()
    # A thread that the application started must not keep the interpreter alive.
    os._exit(1 if failed else 0)


if __name__ == "__main__":
    main()
