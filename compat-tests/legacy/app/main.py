"""Assembles the application. The order of routers is the order in which paths are tried."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from app.admin import admin
from app.config import settings
from app.routers import (
    attachments,
    auth,
    browser,
    comments,
    echo,
    events,
    exports,
    feed,
    files,
    invoices,
    live,
    machines,
    projects,
    reports,
    tags,
    tasks,
    users,
    watch,
)

app = FastAPI(title="Projects API", version="1.4.0")

# What is added last is outermost: a compressed answer has CORS headers too.
app.add_middleware(GZipMiddleware, minimum_size=1000)
app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.BACKEND_CORS_ORIGINS,
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
    expose_headers=["X-Total-Count"],
)


@app.get("/health", tags=["health"])
def read_health() -> dict[str, str]:
    return {"status": "ok"}


app.include_router(auth.router)
app.include_router(users.router)
app.include_router(projects.router)
app.include_router(tasks.router)
app.include_router(tags.router)
app.include_router(comments.router)
app.include_router(attachments.router)
app.include_router(invoices.router)
app.include_router(reports.router)
app.include_router(exports.router)
app.include_router(feed.router)
app.include_router(machines.router)
app.include_router(browser.router)
app.include_router(files.router)
app.include_router(events.router)
app.include_router(echo.router)
app.include_router(live.router)
app.include_router(watch.router)
app.mount("/admin", admin)
app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
