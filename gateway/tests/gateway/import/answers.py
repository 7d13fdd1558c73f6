"""Mounted applications whose own handlers answer a refusal: each looks at something else."""

import time

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2PasswordBearer
from starlette.exceptions import HTTPException

ANSWERS = {
    "fixed": lambda request: "no",
    "path": lambda request: request.url.path,
    "method": lambda request: request.method,
    "query": lambda request: str(request.query_params),
    "accept": lambda request: "text/html" in request.headers["accept"],
    "page": lambda request: request.method == "GET" and "text/html" in request.headers["accept"],
    "request-id": lambda request: request.headers.get("x-request-id"),
    "user-agent": lambda request: request.headers.get("user-agent"),
    "host": lambda request: request.url.hostname,
    "clock": lambda request: int(time.monotonic()),
}

app = FastAPI(openapi_url=None)
for name, answer in ANSWERS.items():
    sub = FastAPI(openapi_url=None, dependencies=[Depends(OAuth2PasswordBearer(tokenUrl="t", scheme_name=name))])
    sub.add_api_route("/", lambda: None)

    def handle(request, error, answer=answer):
        return JSONResponse({"detail": answer(request)}, status_code=error.status_code)

    sub.add_exception_handler(HTTPException, handle)
    app.mount(f"/{name}", sub)
