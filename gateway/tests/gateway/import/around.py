"""What stands around the routes of an application."""

import re

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route, Router


class Plain:
    def __init__(self, app):
        self.app = app


class OwnCors(CORSMiddleware):
    pass


async def cookie_to_bearer(request, call_next): ...


def endpoint(request): ...


app = FastAPI(openapi_url=None)
app.add_middleware(GZipMiddleware)
app.add_middleware(BaseHTTPMiddleware, dispatch=cookie_to_bearer)
app.add_middleware(OwnCors, allow_origins=["*"])
inside = Router(routes=[Route("/x", endpoint)])
app.router.routes.append(Mount("/in", app=inside, middleware=[Middleware(Plain)]))


class OwnStack(FastAPI):
    def build_middleware_stack(self):
        return super().build_middleware_stack()


stacked = OwnStack(openapi_url=None)
stacked.add_api_route("/x", lambda: None)

instrumented = FastAPI(openapi_url=None)
instrumented.add_api_route("/x", lambda: None)


def instrument():
    return FastAPI.build_middleware_stack(instrumented)


instrumented.build_middleware_stack = instrument

patterns = FastAPI(openapi_url=None)
patterns.add_middleware(CORSMiddleware, allow_origin_regex=re.compile(r"https://EX\.org", re.IGNORECASE | re.DOTALL))
patterns.add_middleware(CORSMiddleware, allow_origin_regex=re.compile(r"https://a"))
below = FastAPI(openapi_url=None)
below.add_middleware(CORSMiddleware, allow_origin_regex=r"https://(?!evil)[a-z]+")
patterns.mount("/below", below)
