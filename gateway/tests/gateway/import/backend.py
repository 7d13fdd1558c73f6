"""A backend with most of what an importer meets."""

import sys
import threading

from fastapi import APIRouter, Depends, FastAPI, Request, Security, WebSocket
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordBearer
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

print("noise that must not reach the lock")
sys.stdout.write("more noise")
# A thread like a scheduler's: it must not keep the import alive.
threading.Thread(target=threading.Event().wait).start()


class CookieOrBearer(OAuth2PasswordBearer):
    async def __call__(self, request: Request):
        return request.cookies.get("token") or await super().__call__(request)


class Clocked(HTTPBearer):
    """Its refusal names the request: it is not one answer."""

    async def __call__(self, request: Request):
        raise HTTPException(401, request.url.path)


password = OAuth2PasswordBearer(tokenUrl="auth/login")
optional = OAuth2PasswordBearer(tokenUrl="auth/login", auto_error=False)
bearer = HTTPBearer()
cookie = CookieOrBearer(tokenUrl="auth/login")
clocked = Clocked()
key = APIKeyHeader(name="x-key")


def user(token=Depends(password)):
    return token


def admin(found=Security(user, scopes=["admin"])):
    return found


app = FastAPI(title="backend")
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], allow_credentials=True, max_age=5)
app.add_middleware(GZipMiddleware)


@app.get("/public")
def public(): ...


@app.get("/admin/{name}")
def admins(name: str, found=Depends(admin)): ...


@app.get("/optional", dependencies=[Depends(optional)])
def optionals(): ...


@app.get("/cookie", dependencies=[Depends(cookie)])
def cookies(): ...


@app.get("/clocked", dependencies=[Depends(clocked)])
def clocks(): ...


router = APIRouter(prefix="/r", dependencies=[Depends(bearer)])


@router.get("/{id:int}")
def one(id: int): ...


@router.get("/both", dependencies=[Depends(key)])
def both(found=Depends(user)): ...


app.include_router(router, prefix="/api")


@app.websocket("/live")
async def live(websocket: WebSocket): ...


sub = FastAPI(openapi_url=None, dependencies=[Depends(bearer)])
sub.add_middleware(CORSMiddleware, allow_origins=["*"])


@sub.exception_handler(HTTPException)
def shaped(request, error):
    return JSONResponse({"errors": [error.detail]}, status_code=error.status_code, headers={"x-shaped": "1"})


@sub.post("/in")
def inside(): ...


app.mount("/sub", sub)
app.mount("/static", StaticFiles(directory="."), name="static")
