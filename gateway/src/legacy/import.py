# Walks an application's own routes, in order, and prints them.


class Walker:
    """Turns one application into the lock. Collects every mistake before it gives up."""

    def __init__(self):
        self.notes = []
        self.mistakes = []
        self.protection = Protection(self.note)

    def lock(self, application, server_root_path=""):
        described = self.application(application, "", [])
        if self.mistakes:
            raise CannotImport(self.mistakes)
        self.protection.settle()
        return {
            "schema": SCHEMA,
            "versions": versions(),
            "int_max_digits": getattr(sys, "get_int_max_str_digits", lambda: 0)(),
            "location_escapes": location_escapes(),
            "server_root_path": server_root_path,
            "schemes": self.protection.schemes,
            "notes": self.notes,
            "app": described,
        }

    def note(self, route, reason):
        self.notes.append({"route": route, "reason": reason})

    def application(self, application, prefix, owners):
        """`owners` are the Starlette applications around it, innermost last."""
        if isinstance(application, Starlette):
            router, owners = application.router, [*owners, application]
            middleware = [self.protection.middleware(entry, prefix) for entry in application.user_middleware]
            # Instruments replace it on the one application: what they add is a middleware like any other.
            if "build_middleware_stack" in vars(application):
                self.protection.note_middleware(application.build_middleware_stack, prefix)
        else:
            router, inner = application, getattr(application, "app", None)
            around = wrappers(getattr(router, "middleware_stack", inner), inner) or []
            self.protection.around(around, prefix)
            middleware = []
        reason = unreadable_application(application)
        if reason:
            self.note(f"OPAQUE {prefix or '/'}", reason)
            rows, frontends = [opaque(class_name(type(application)), reason)], []
        else:
            rows = list(self.rows(router.routes, prefix, owners))
            frontends = list(self.frontends(router, prefix, owners))
        return {
            "class": class_name(type(application)),
            "root_path": (getattr(application, "root_path", "") or "") if CUTS_ROOT_PATH else "",
            "redirect_slashes": bool(router.redirect_slashes),
            "middleware": middleware,
            "rows": rows,
            "frontends": frontends,
        }

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
                rows = self.rows([member], prefix, owners) if source is None else self.leaf(member, source, prefix, owners)
                yield from rows
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
            "security": self.protection.security(getattr(source, "dependant", None), owners),
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
        elif not CUTS_ROOT_PATH:
            self.note(key, "this Starlette matches below a mount by an older rule: everything below is the legacy's")
        elif (wrapped := wrappers(route.app, base)) is None:
            self.note(key, "wrapped in a middleware that hides its CORS: everything below is the legacy's")
        else:
            described = self.application(base, prefix + route.path, owners)
            described["middleware"] = self.protection.around(wrapped, prefix + route.path) + described["middleware"]
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
            security = self.protection.security(candidate.dependant, owners)
            for route in group.routes:
                path = fastapi_routing._join_frontend_paths(inside, route.path)
                yield {"path": path, "security": security}


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
        if all(type(application).build_middleware_stack is not cls.build_middleware_stack for cls in APPLICATIONS):
            return f"`{class_name(type(application))}` has its own `build_middleware_stack`"
        router = application.router
    else:
        router = application
    for method in ("__call__", "app"):
        if not inherits(router, method, ROUTERS):
            return f"router `{class_name(type(router))}` has its own `{method}`"
    inner = getattr(router, "app", None)
    if wrappers(getattr(router, "middleware_stack", inner), inner) is None:
        return f"router `{class_name(type(router))}` is wrapped in a middleware that hides its CORS"
    return None


def load(target, factory):
    module, _, attribute = target.partition(":")
    if not module or not attribute:
        raise CannotImport([f"`{target}` is not MODULE:ATTRIBUTE, as in `app.main:app`"])
    application = importlib.import_module(module)
    for name in attribute.split("."):
        try:
            application = getattr(application, name)
        except AttributeError as error:
            raise CannotImport([str(error)]) from error
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
        result = {"mistakes": [f"{type(error).__name__}: {error}"]}
    try:
        json.dump(result, output)
        output.close()
    except BrokenPipeError:
        failed = True
    finally:
        sys.stderr.flush()
        # A thread that the application started must not keep the interpreter alive.
        os._exit(1 if failed else 0)


if __name__ == "__main__":
    main()
