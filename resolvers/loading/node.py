"""Objects by their global id: ids are UUIDs unique over all tables, so one statement tells what each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import any_, bindparam, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from resolvers.catalogue.channel import CHANNEL
from resolvers.catalogue.classifier import CLASSIFIER, CLUSTER
from resolvers.catalogue.course import COURSE
from resolvers.catalogue.document import DOCUMENT, DOCUMENT_LOCALIZATION
from resolvers.catalogue.feature import FEATURE
from resolvers.catalogue.item import ITEM
from resolvers.catalogue.section import SECTION
from resolvers.community.announcement import ANNOUNCEMENT
from resolvers.community.learning_room import LEARNING_ROOM
from resolvers.community.ticket import TICKET
from resolvers.community.topic import COMMENT, TOPIC
from resolvers.content.gadget import GADGET
from resolvers.content.lti_exercise import LTI_EXERCISE
from resolvers.content.peer_assessment import PEER_ASSESSMENT
from resolvers.content.quiz import OPTION, QUESTION, QUIZ
from resolvers.content.rich_text import RICH_TEXT
from resolvers.content.subtitle import SUBTITLE_CUE, SUBTITLE_TRACK
from resolvers.content.video import VIDEO
from resolvers.learning.enrollment import ENROLLMENT
from resolvers.learning.experiment import EXPERIMENT, EXPERIMENT_ASSIGNMENT
from resolvers.learning.grading_policy import GRADING_POLICY
from resolvers.learning.submission import SUBMISSION
from resolvers.loading.entity import Entity
from resolvers.loading.relation import Choice, One
from resolvers.loading.sql import Statement, compiled
from resolvers.operations.context import Context
from resolvers.packages.asset import ASSET
from resolvers.packages.course_version import COURSE_VERSION
from resolvers.packages.import_job import IMPORT_JOB
from resolvers.packages.packaged_activity import PACKAGED_ACTIVITY
from resolvers.packages.registration import REGISTRATION
from resolvers.packages.statement import STATEMENT
from resolvers.people.application import APPLICATION
from resolvers.people.organization import ORGANIZATION
from resolvers.people.token import TOKEN
from resolvers.people.user import USER

NODES: Sequence[Entity] = (
    ANNOUNCEMENT,
    APPLICATION,
    ASSET,
    CHANNEL,
    CLASSIFIER,
    CLUSTER,
    COMMENT,
    COURSE,
    COURSE_VERSION,
    DOCUMENT,
    DOCUMENT_LOCALIZATION,
    ENROLLMENT,
    EXPERIMENT,
    EXPERIMENT_ASSIGNMENT,
    FEATURE,
    GADGET,
    GRADING_POLICY,
    IMPORT_JOB,
    ITEM,
    LEARNING_ROOM,
    LTI_EXERCISE,
    OPTION,
    ORGANIZATION,
    PACKAGED_ACTIVITY,
    PEER_ASSESSMENT,
    QUESTION,
    QUIZ,
    REGISTRATION,
    RICH_TEXT,
    SECTION,
    STATEMENT,
    SUBMISSION,
    SUBTITLE_CUE,
    SUBTITLE_TRACK,
    TICKET,
    TOKEN,
    TOPIC,
    USER,
    VIDEO,
)


@cache
def _kinds() -> Statement:
    ids = bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))
    tables = [entity.table for entity in NODES]
    return compiled(union_all(*(select(t.c.id, literal(t.name)).where(t.c.id == any_(ids)) for t in tables)))


@dataclass(frozen=True, eq=False, kw_only=True)
class NodeById(Choice):
    """The object that an id names, whatever it is: one statement more than where its kind is known."""

    async def batch(self, context: Context, keys: Sequence[Any], columns: Any, **given: Any) -> list[Any]:
        kinds: Mapping[str, str] = dict(await context.fetch(_kinds(), {"keys": list(keys)}))
        known = [(kinds[key], key) for key in keys if key in kinds]
        found = await super().batch(context, known, columns, **given)
        rows = {key: row for (_, key), row in zip(known, found, strict=True)}
        return [rows.get(key) for key in keys]


NODE = NodeById(targets={entity.table.name: One(target=entity) for entity in NODES})
