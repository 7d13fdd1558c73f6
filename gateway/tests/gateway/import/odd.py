"""Routes that only the application itself can match."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Host, Match, Route, Router


class Logged(APIRoute):
    pass


class OwnMatches(Route):
    def matches(self, scope):
        return Match.NONE, {}


class Unknown(BaseRoute):
    def matches(self, scope):
        return Match.NONE, {}


def endpoint(request): ...


def make():
    app = FastAPI(openapi_url=None)
    app.router.add_api_route("/logged", lambda: None, methods=["POST"], route_class_override=Logged)
    app.router.add_api_route("misspelt", lambda: None)
    app.router.routes.append(Route("/before", endpoint))
    app.mount("/own", Router(routes=[OwnMatches("/x", endpoint)]))
    app.mount("/unknown", Router(routes=[Unknown()]))
    app.router.routes.append(Host("api.example.org", app=Router()))
    app.router.routes.append(Route("/after", endpoint))
    return app


class Rewriting(FastAPI):
    async def __call__(self, scope, receive, send):
        scope["path"] = "/elsewhere"
        await super().__call__(scope, receive, send)


rewriting = Rewriting()


class Wrapped:
    app = make()


wrapped = Wrapped()
