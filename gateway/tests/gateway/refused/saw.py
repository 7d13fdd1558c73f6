"""An ASGI application that says what it saw of a request, in a header of its answer: so that a HEAD can be asked too."""

import json


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close"})
        return
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    names = ("host", "content-length", "transfer-encoding", "connection", "upgrade", "authorization", "cookie", "x-a")
    headers = [[k.decode("latin-1"), v.decode("latin-1")] for k, v in scope["headers"] if k.decode("latin-1") in names]
    saw = {
        "method": scope["method"],
        "path": scope["raw_path"].decode("latin-1"),
        "query": scope["query_string"].decode("latin-1"),
        "body": body.decode("latin-1"),
        "headers": sorted(headers),
    }
    answer = [(b"content-length", b"0"), (b"x-saw", json.dumps(saw).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": answer})
    await send({"type": "http.response.body", "body": b""})
