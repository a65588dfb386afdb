"""Assets as the graph lists them for a course's team."""

from sqlalchemy import func

from models.asset import Asset
from resolvers.course import COURSE
from resolvers.entity import Entity
from resolvers.page import Page
from resolvers.viewer import teaches

ASSET = Entity(
    model=Asset,
    rows=lambda role: teaches(Asset.__table__.c.course_id, role),
    within=("course_id", COURSE),
    expressions={
        "url": lambda _: func.concat(
            "/assets/", Asset.digest, "/", func.regexp_replace(Asset.path, "^.*/", "")
        )
    },
    orders={"PATH": (lambda _: Asset.path,)},
)

OF_COURSE = Page(target=ASSET, by="course_id", order="PATH", of=COURSE)
