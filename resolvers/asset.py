"""Assets as the graph lists them for a course's team, and where they are served."""

from urllib.parse import quote

from models.asset import Asset
from resolvers.course import COURSE
from resolvers.entity import Entity
from resolvers.page import Page
from resolvers.viewer import teaches

ASSET = Entity(
    model=Asset,
    rows=lambda role: teaches(Asset.__table__.c.course_id, role),
    within=("course_id", COURSE),
    orders={"PATH": (lambda _: Asset.path,)},
)

OF_COURSE = Page(target=ASSET, by="course_id", order="PATH", of=COURSE)


def asset_url(digest: str, path: str) -> str:
    """Address of the file that has this digest, under the last name of its `path`.

    Who knows the digest may load the file: texts link to it, and a browser sends no token for a picture.
    """
    return f"/assets/{digest}/{quote(path.rpartition('/')[2], safe='')}"
