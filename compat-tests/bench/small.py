"""The one route that `./dev bench` asks for; its answers come from nginx, only its lock is used."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/small")
def small() -> dict[str, int]:
    return {"id": 1}
