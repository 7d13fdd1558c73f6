"""Converters that are not Starlette's own: nobody but this application knows what they take."""

from fastapi import APIRouter, FastAPI
from starlette.convertors import IntegerConvertor, StringConvertor, register_url_convertor


class Slug(StringConvertor):
    regex = "[a-z-]+"


class Signed(IntegerConvertor):
    regex = "-?[0-9]+"


register_url_convertor("slug", Slug())
register_url_convertor("int", Signed())

app = FastAPI(openapi_url=None)
router = APIRouter(prefix="/posts")
router.add_api_route("/{name:slug}/{page:int}", lambda: None)
app.include_router(router)
app.router.add_api_route("/plain/{name}", lambda: None)
