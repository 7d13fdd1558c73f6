# How routes are protected, and what the application answers to who is not let in.


class Protection:
    """The distinct security schemes of all routes, and the middlewares of one application."""

    def __init__(self, note):
        self.note = note
        self.schemes = []
        self.indexes = {}

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
        index = self.indexes.get((id(scheme), id(owner)))
        if index is None:
            index = self.indexes[(id(scheme), id(owner))] = len(self.schemes)
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


