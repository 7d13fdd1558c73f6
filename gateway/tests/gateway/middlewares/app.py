"""Sends an answer out through real middlewares: a question a line on standard input, an answer a line on standard output."""

import asyncio
import json
import sys

import starlette
from starlette.middleware.cors import ALL_METHODS, CORSMiddleware
from starlette.middleware import gzip
from starlette.responses import Response


def stack(question):
    answer = question["answer"]

    async def app(scope, receive, send):
        response = Response(answer["body"].encode(), answer["status"])
        response.raw_headers.extend((name.encode(), value.encode("latin-1")) for name, value in answer["headers"])
        await response(scope, receive, send)

    for layer in question["layers"]:
        if "cors" in layer:
            app = CORSMiddleware(app, **layer["cors"])
        else:
            app = gzip.GZipMiddleware(app, **layer["gzip"])
    return app


async def send_out(question):
    headers = [(name.encode(), value.encode("latin-1")) for name, value in question["headers"]]
    scope = {"type": "http", "method": question["method"], "path": "/", "headers": headers}
    sent = []

    async def send(message):
        sent.append(message)

    await stack(question)(scope, None, send)
    start, body = sent
    shown = [[name.decode().lower(), value.decode("latin-1")] for name, value in start["headers"]]
    return {"status": start["status"], "headers": shown, "body": body["body"].hex()}


excluded = list(getattr(gzip, "DEFAULT_EXCLUDED_CONTENT_TYPES", ()))
print(json.dumps({"starlette": starlette.__version__, "methods": ALL_METHODS, "excluded": excluded}), flush=True)
for line in sys.stdin:
    print(json.dumps(asyncio.run(send_out(json.loads(line)))), flush=True)
