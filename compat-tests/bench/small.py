"""What `./dev bench` asks for; the answers come from nginx, only the lock of these routes is used."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/small")
def small() -> dict[str, int]:
    return {"id": 1}


@app.get("/kept")
def kept() -> dict[str, int]:
    """What `routes.toml` asks a token for."""
    return {"id": 1}


@app.get("/large")
def large() -> str:
    return ""


@app.post("/upload")
def upload() -> dict[str, int]:
    return {"id": 1}
