"""Writes the requests that Schemathesis thinks of for some routes of an OpenAPI document, one JSON object a line.

Reads one JSON object: `document`, `routes` (METHOD and template), `examples` (of a route, in each mode) and `seed`.
"""

import base64
import copy
import json
import sys
import warnings

import hypothesis
import requests
import schemathesis
from schemathesis import GenerationMode

# Rows that are there are among these: an integer out of the blue finds none.
NEAR = {"minimum": 1, "maximum": 40}


def main() -> None:
    wanted = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    document = only(wanted["document"], wanted["routes"])
    for mode, known in [
        (GenerationMode.POSITIVE, near(document)),
        (GenerationMode.NEGATIVE, document),
    ]:
        schema = schemathesis.openapi.from_dict(known)
        for result in schema.get_all_operations():
            operation = result.ok()
            for case in cases(operation, mode, wanted["examples"], wanted["seed"]):
                request = sent(case)
                if request is not None:
                    route = f"{operation.method.upper()} {operation.path}"
                    print(json.dumps({"route": route, "mode": mode.value} | request))


def only(document: dict, routes: list[str]) -> dict:
    """The document with these routes and no other."""
    kept = copy.deepcopy(document)
    for path, methods in document["paths"].items():
        kept["paths"][path] = {
            method: operation
            for method, operation in methods.items()
            if f"{method.upper()} {path}" in routes
        }
    kept["paths"] = {path: methods for path, methods in kept["paths"].items() if methods}
    return kept


def near(document: dict) -> dict:
    """The document with path parameters that are likely to be somebody's."""
    changed = copy.deepcopy(document)
    for methods in changed["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path" and parameter["schema"].get("type") == "integer":
                    parameter["schema"].update(NEAR)
    return changed


def cases(operation, mode: GenerationMode, examples: int, seed: int) -> list:
    found = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    def collect(case) -> None:
        found.append(case)

    try:
        collect()
    except hypothesis.errors.Unsatisfiable:
        # Nothing can be wrong with a route that is asked for nothing.
        pass
    return found


def sent(case) -> dict | None:
    """What goes over the wire; nothing where HTTP has no way to say it."""
    given = case.as_transport_kwargs(base_url="http://127.0.0.1")
    known = ["method", "url", "headers", "params", "data", "json", "files", "cookies"]
    try:
        prepared = requests.Request(**{name: given[name] for name in known if name in given}).prepare()
    except (requests.RequestException, UnicodeError, ValueError):
        return None
    body = prepared.body or b""
    if not isinstance(body, str | bytes):
        return None
    body = body.encode() if isinstance(body, str) else body
    named = [(text(name), text(value)) for name, value in prepared.headers.items()]
    ours = ["content-length", "host", "user-agent", "connection", "accept-encoding", "accept"]
    headers = [[name, value] for name, value in named if name.lower() not in ours and not name.startswith("X-Schemathesis")]
    return {
        "method": prepared.method,
        "target": prepared.path_url,
        "headers": headers,
        "body": base64.b64encode(body).decode(),
    }


def text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


main()
