"""Scholagraph as it is served, for `uvicorn --factory`."""

from starlette.applications import Starlette

from app import create_app
from models.objects import Objects
from settings import settings


def app() -> Starlette:
    """The application on the database of the environment."""
    chosen = settings()
    if chosen.database_url is None:
        raise LookupError("SCHOLAGRAPH_DATABASE_URL is not set.")
    return create_app(chosen, chosen.database_url, Objects(chosen.objects))
