"""A legacy with handlers of its own for everything: what a probe must learn, and must not set off."""

from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.exceptions import HTTPException as Raised

app = FastAPI(redirect_slashes=False)
app.add_middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "POST"],
    allow_headers=["x-known"],
    expose_headers=["x-total"],
    max_age=60,
)
bearer = HTTPBearer()


@app.exception_handler(Raised)
def tell(request: Request, raised: Raised) -> JSONResponse:
    return JSONResponse({"errors": [raised.detail]}, raised.status_code, raised.headers)


@app.exception_handler(RequestValidationError)
def tell_invalid(request: Request, invalid: RequestValidationError) -> JSONResponse:
    messages = [error["msg"] for error in invalid.errors()]
    return JSONResponse({"errors": messages}, 400)


class Login(BaseModel):
    name: str
    password: str


def changed(what: str) -> None:
    print(f"CHANGED {what}", flush=True)


def user(credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> str:
    raise HTTPException(403, "The token is no good", headers={"X-Reason": "token"})


@app.get("/health")
def health() -> str:
    return "well"


@app.delete("/items")
def clear():
    changed("all items")


@app.get("/items")
def items():
    return []


@app.post("/login")
def login(login: Login):
    changed("a login")


@app.post("/notes")
def add(note: Login, owner: str = Depends(user)):
    changed("a note")


@app.get("/me")
def me(owner: str = Depends(user)):
    return owner


@app.get("/logout", dependencies=[Depends(user)])
def logout():
    changed("a session")


# 0.115 has no such argument, and takes it for one of the application's own.
lenient = FastAPI(strict_content_type=False)


@lenient.post("/login")
def lenient_login(login: Login):
    changed("a login")


@lenient.get("/me")
def lenient_me(owner: str = Depends(user)):
    return owner


# Words that do not tell one mistake from another.
mute = FastAPI(strict_content_type=False)


@mute.exception_handler(RequestValidationError)
def tell_no_mistake(request: Request, invalid: RequestValidationError) -> JSONResponse:
    return JSONResponse({"detail": "Invalid request"}, 400)


mute.add_api_route("/login", lenient_login, methods=["POST"])


odd = FastAPI()


@odd.exception_handler(404)
def tell_nothing(request: Request, raised: Raised) -> JSONResponse:
    return JSONResponse({"error": {"code": "not_found", "status": 404, "message": "There is nothing"}}, 404)


@odd.exception_handler(Raised)
def tell_enveloped(request: Request, raised: Raised) -> JSONResponse:
    error = {"status": raised.status_code, "message": raised.detail}
    return JSONResponse({"error": error}, raised.status_code, raised.headers)


@odd.exception_handler(RequestValidationError)
def tell_fields(request: Request, invalid: RequestValidationError) -> JSONResponse:
    fields = [{"at": ".".join(map(str, error["loc"])), "why": error["msg"]} for error in invalid.errors()]
    return JSONResponse({"error": {"fields": fields}}, 422)


@odd.exception_handler(Exception)
def tell_bug(request: Request, bug: Exception) -> PlainTextResponse:
    return PlainTextResponse("Something broke", 500)


@odd.get("/health")
def odd_health() -> str:
    return "well"


@odd.post("/login")
async def odd_login(login: Login):
    changed("a login")


@odd.get("/me")
def odd_me(owner: HTTPAuthorizationCredentials = Depends(bearer)):
    raise HTTPException(401, "The token is no good")


@odd.middleware("http")
async def break_at_nan(request: Request, call_next):
    if b"NaN" in await request.body():
        raise RuntimeError("a bug")
    return await call_next(request)


careless = FastAPI()


@careless.exception_handler(404)
def tell_where(request: Request, raised: Raised) -> JSONResponse:
    return JSONResponse({"nothing": str(uuid4())}, 404)


@careless.middleware("http")
async def mark(request: Request, call_next):
    answer = await call_next(request)
    answer.headers["X-Request-Id"] = str(uuid4())
    answer.headers["X-Served-By"] = "one"
    answer.set_cookie("session", "of one client")
    return answer


@careless.get("/health")
def careless_health() -> str:
    return "well"


@careless.get("/me")
def careless_me(request: Request, owner: HTTPAuthorizationCredentials = Depends(HTTPBearer())):
    raise HTTPException(401, f"No good at {request.url.path}")


# The document says more than the handler does.
READS_LOGIN = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Login"}}}, "required": True}


@careless.post("/login", responses={422: {}}, openapi_extra={"requestBody": READS_LOGIN})
async def hook(request: Request):
    changed("a hook")


@careless.post("/members/{member}")
def careless_member(member: int, login: Login):
    changed("a member")


# A handler that leaves out what an exception brings along.
forgetful = FastAPI()


@forgetful.exception_handler(Raised)
def tell_without_headers(request: Request, raised: Raised) -> JSONResponse:
    code = raised.detail.lower().replace(" ", "_")
    return JSONResponse({"ok": False, "error": {"code": code, "message": raised.detail}}, raised.status_code)


@forgetful.get("/health")
def forgetful_health() -> str:
    return "well"


@forgetful.get("/me")
def forgetful_me(owner: str = Depends(user)):
    return owner
