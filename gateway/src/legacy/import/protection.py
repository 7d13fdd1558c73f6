# How routes are protected, and what the application answers to who is not let in.


class Protection:
    """The distinct security schemes of all routes, and the middlewares of one application."""

    def __init__(self, note):
        self.note = note
        self.schemes = []
        self.indexes = {}
        self.unsettled = []

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
            self.unsettled.append((described, scheme, owner, refusals(scheme, owner), time.monotonic()))
        return described

    def settle(self):
        """Records the refusals that are still the same, where a clock may be in them more than a second later."""
        for described, scheme, owner, failures, asked in self.unsettled:
            again = failures
            if None not in failures.values() and not all(map(of_framework, [type(scheme), *owner.exception_handlers.values()])):
                # All were asked before the first wait: together they wait once.
                time.sleep(max(0, asked + 1.1 - time.monotonic()))
                again = refusals(scheme, owner)
            if None not in failures.values() and again == failures:
                described["failures"] = failures
            elif described["kind"] != "other":
                reason = f"`{described['class']}`: its refusal is not a fixed answer: passed through unverified"
                self.note(f"scheme {described['name']}", reason)

    def middleware(self, entry, prefix):
        described = {"class": class_name(entry.cls)}
        args = getattr(entry, "args", ())
        kwargs = getattr(entry, "kwargs", None) or getattr(entry, "options", {})
        if entry.cls is CORSMiddleware:
            described["cors"] = self.cors(args, kwargs, prefix)
        elif entry.cls is starlette_gzip.GZipMiddleware:
            described["gzip"] = gzip(args, kwargs)
        elif entry.cls is BaseHTTPMiddleware:
            self.note_middleware(kwargs.get("dispatch") or next(iter(args), entry.cls), prefix)
        else:
            self.note_middleware(entry.cls, prefix)
        return described

    def around(self, middlewares, prefix):
        for middleware in middlewares:
            dispatch = middleware.dispatch_func if type(middleware) is BaseHTTPMiddleware else type(middleware)
            self.note_middleware(dispatch, prefix)
        return [{"class": class_name(type(middleware))} for middleware in middlewares]

    def note_middleware(self, middleware, prefix):
        """`middleware` is its class, or the function that a `BaseHTTPMiddleware` calls."""
        if of_framework(middleware):
            return
        place, name = f"MOUNT {prefix or '/'}", class_name(middleware)
        reason = "it may change requests before routing or authentication, and the gateway's own answers do not pass through it"
        self.note(place, f"middleware `{name}`: {reason}")
        if inspect.isclass(middleware) and issubclass(middleware, CORSMiddleware):
            self.note(place, f"middleware `{name}` extends CORSMiddleware: the gateway's own answers carry no CORS headers")

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
        if "*" in resolved["allow_methods"]:
            # Newer versions know one method more.
            resolved["allow_methods"] = list(starlette_cors.ALL_METHODS)
        regex = given["allow_origin_regex"]
        resolved["allow_origin_regex"] = with_flags(regex) if isinstance(regex, re.Pattern) else regex
        resolved["allow_credentials"] = bool(given["allow_credentials"])
        resolved["max_age"] = int(given["max_age"])
        if "allow_private_network" in given:
            resolved["allow_private_network"] = bool(given["allow_private_network"])
        return resolved


def gzip(args, kwargs):
    bound = inspect.signature(starlette_gzip.GZipMiddleware.__init__).bind(None, None, *args, **kwargs)
    bound.apply_defaults()
    given = bound.arguments
    # The middle versions exclude by a constant, the newest by an argument, the oldest nothing.
    constant = getattr(starlette_gzip, "DEFAULT_EXCLUDED_CONTENT_TYPES", ())
    excluded = given.get("exclude_content_types", constant)
    return {
        "minimum_size": max(0, int(given["minimum_size"])),
        "compresslevel": min(9, max(0, int(given["compresslevel"]))),
        "exclude_content_types": [kind.partition(";")[0].strip().lower() for kind in excluded],
        "always_varies": hasattr(starlette_gzip, "IdentityResponder"),
    }


def with_flags(compiled):
    """The pattern as text, its flags as an inline group."""
    letters = {re.ASCII: "a", re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x"}
    flags = "".join(letter for flag, letter in letters.items() if compiled.flags & flag)
    return f"(?{flags}){compiled.pattern}" if flags else compiled.pattern


def solving_order(dependant, overrides):
    for child in dependant.dependencies:
        replaced = overrides.get(child.call) if overrides else None
        yield from solving_order(child if replaced is None else get_dependant(path="", call=replaced), overrides)
    call = dependant.call
    while isinstance(call, functools.partial):
        call = call.func
    if call is not None and isinstance(inspect.unwrap(call), SecurityBase):
        yield inspect.unwrap(call)


def refusals(scheme, owner):
    return {"missing": refusal(scheme, owner, None), "wrong_scheme": refusal(scheme, owner, b"Basic x")}


# What a handler may look at. Each is changed alone, then all at once.
VARIATIONS = [
    {"path": "/another", "raw_path": b"/another"},
    {"method": "POST"},
    {"query_string": b"q=1"},
    {"scheme": "https"},
    {"client": ("127.0.0.2", 50001)},
    {"headers": {b"host": b"example.org"}},
    {"headers": {b"accept": b"text/html"}},
    {"headers": {b"accept-language": b"de"}},
    {"headers": {b"cookie": b"session=1"}},
    {"headers": {b"origin": b"https://example.org"}},
    {"headers": {b"user-agent": b"Mozilla/5.0"}},
    {"headers": {b"x-request-id": b"1"}},
]


def refusal(scheme, owner, authorization):
    """The application's answer when the scheme refuses; None unless it is the same for any request."""
    together = {key: value for variation in VARIATIONS for key, value in variation.items()}
    together["headers"] = {name: value for v in VARIATIONS for name, value in v.get("headers", {}).items()}
    try:
        first = asyncio.run(refuse(scheme, owner, authorization, {}))
        for variation in [*VARIATIONS, together]:
            if asyncio.run(refuse(scheme, owner, authorization, variation)) != first:
                return None
    except Exception:
        return None
    return first


async def refuse(scheme, owner, authorization, variation):
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
        "path": "/one",
        "raw_path": b"/one",
        "root_path": "",
        "query_string": b"",
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
        "app": owner,
        **variation,
    }
    headers = {b"host": b"localhost", b"accept": b"application/json", **variation.get("headers", {})}
    scope["headers"] = list(headers.items()) + ([(b"authorization", authorization)] if authorization else [])
    stack = ExceptionMiddleware(protected, handlers=handlers, debug=owner.debug)
    await asyncio.wait_for(stack(scope, receive, send), 5)
    return {
        "status": sent[0]["status"],
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in sent[0]["headers"]],
        "body": b"".join(message.get("body", b"") for message in sent[1:]).decode(),
    }


