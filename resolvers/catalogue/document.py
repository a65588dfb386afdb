"""Course documents: entities, policy and relations."""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, exists, or_, true
from sqlalchemy.dialects.postgresql import array

from models.catalogue.document import CourseDocument, Document, DocumentLocalization
from resolvers.access.viewer import Role, teaches
from resolvers.catalogue.course import COURSE
from resolvers.loading.entity import Entity, everyone
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One


def _of_course(where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Check that the document belongs to a course that fulfills `where`."""
    belongs = exists().where(CourseDocument.document_id == Document.id, where)
    return belongs.correlate(Document.__table__)


def _known(role: Role) -> ColumnElement[bool]:
    """Check that the document is public, or that the viewer is in the course team of one of its courses."""
    if role is Role.STAFF:
        return true()
    return or_(Document.is_public, _of_course(teaches(CourseDocument.__table__.c.course_id, role)))


def _in_language(value: Any) -> ColumnElement[bool]:
    found = exists().where(
        DocumentLocalization.document_id == Document.id, DocumentLocalization.language == value
    )
    return found.correlate(Document.__table__)


DOCUMENT = Entity(
    model=Document,
    rows=_known,
    filters={
        "course": lambda value: _of_course(CourseDocument.course_id == value),
        "tag": lambda value: Document.tags.contains(array([cast(value, Text)])),
        "language": _in_language,
    },
    orders={"TITLE": (lambda _: Document.title,)},
)

DOCUMENT_LOCALIZATION = Entity(model=DocumentLocalization, rows=everyone, within=("document_id", DOCUMENT))

ALL = Page(target=DOCUMENT, order="TITLE")
OF_COURSE = Many(
    target=DOCUMENT, by="course_id", through=CourseDocument, names="document_id", order=("title", "id")
)
COURSES = Many(
    target=COURSE, by="document_id", through=CourseDocument, names="course_id", order=("title", "id")
)
LOCALIZATIONS = Many(target=DOCUMENT_LOCALIZATION, by="document_id", order=("language",), of=DOCUMENT)
BY_ID = One(target=DOCUMENT, needs=("document_id",))
