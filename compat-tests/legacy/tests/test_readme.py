"""The README tells every route, and a route for every feature of real backends."""

import re
from pathlib import Path

from app.main import app
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Mount, Route

README = (Path(__file__).parents[1] / "README.md").read_text()

# What the sample must not lose: each has a row in the README, and the row a route.
FEATURES = {
    "projects with an owner",
    "tags, many to many",
    "comments",
    "attachments",
    "login with JSON",
    "filters",
    "sorting",
    "pagination by offset",
    "pagination by cursor",
    "nested resources",
    "`{id:int}` converters",
    "`{path:path}` converters",
    "a mounted sub-application",
    "static files",
    "multipart upload",
    "streamed CSV export",
    "server-sent events",
    "a slow report",
    "a route that raises 500",
    "hidden from the OpenAPI document",
    "an API key",
    "optional auth",
    "a plain dict",
    "a `response_model`",
    "naive datetimes",
    "aware datetimes",
    "Decimal",
    "enums",
    "floats",
    "nulls",
    "GZip",
    "a custom exception handler on one router",
    "a WebSocket that needs a token",
    "one route with several methods",
    "a redirect",
    "cookies",
    "conditional requests",
    "a body of any JSON",
}


def keys(routes, prefix=""):
    """Our own routes in their order; not those that the framework adds for its documentation."""
    for route in routes:
        if isinstance(route, Mount):
            yield f"MOUNT {prefix}{route.path}"
            yield from keys(route.routes, prefix + route.path)
        elif isinstance(route, APIRoute):
            yield from (f"{method} {prefix}{route.path}" for method in sorted(route.methods))
        elif isinstance(route, APIWebSocketRoute):
            yield f"WS {prefix}{route.path}"
        elif isinstance(route, Route):
            assert route.name in {"openapi", "swagger_ui_html", "swagger_ui_redirect", "redoc_html"}
        else:
            # The newest version keeps an included router as one entry.
            yield from keys(route.original_router.routes, prefix)


def table(heading):
    """The cells of each row of the first table under a heading."""
    section = re.split(r"^## ", README, flags=re.M)
    (text,) = [part for part in section if part.startswith(heading + "\n")]
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


APPLICATION = list(keys(app.routes))


def test_every_route_is_in_the_readme_in_its_order():
    told = [row[0].strip("`") for row in table("Routes, in the order in which they are tried")]
    assert told == APPLICATION
    assert len(set(told)) == len(told) >= 55


def test_every_feature_names_a_route_that_exists():
    told = {feature: route.strip("`") for feature, route in table("What real backends do")}
    assert set(told) == FEATURES
    assert {route for route in told.values() if route not in APPLICATION} == set()
