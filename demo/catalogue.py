"""Surroundings of the demo courses: organization, channel, classifiers and global announcements."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from demo import bees, garden, sky
from models.catalogue.channel import Channel
from models.catalogue.classifier import Classifier, Cluster, CourseClassifier
from models.catalogue.course import CertificateKind, Course
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.community.announcement import Announcement
from models.content.peer_assessment import PeerAssessment
from models.content.video import Video
from models.packages.packaged_activity import LearningStandard, PackagedActivity
from models.people.organization import Organization
from models.postgres.base import Base, new_id
from resolvers.catalogue.arrangement import arrange

TRAILER = "https://media.w3.org/2010/05/sintel/trailer"
CREDIT = "The picture is a stand-in: the trailer of *Sintel* © Blender Foundation, CC BY 3.0."
CATEGORIES = {
    ("topic", "Topic", "Thema"): [
        ("mathematics", "Mathematics", "Mathematik", [garden.KEY, bees.KEY]),
        ("nature", "Nature", "Natur", [garden.KEY, bees.KEY]),
        ("astronomy", "Astronomy", "Astronomie", [sky.KEY]),
    ],
    ("level", "Level", "Stufe"): [
        ("beginner", "Beginners", "Einsteiger", [garden.KEY, sky.KEY]),
        ("advanced", "Advanced", "Fortgeschrittene", [bees.KEY]),
    ],
}


def organization() -> Organization:
    """Return the organization of the courses; its slug is part of the course keys."""
    return Organization(
        id=new_id(),
        slug="Hillside",
        name="Hillside Open Garden School",
        description="A school without walls, on three acres of clay.",
    )


async def furnish(session: AsyncSession, course_ids: dict[str, str], now: datetime) -> None:
    """Add data that an import does not bring; `course_ids` are keyed by course key."""
    channel = Channel(
        id=new_id(),
        code="outdoors",
        title={"en": "Outdoors", "de": "Draußen"},
        description={
            "en": "Courses for which you need shoes.",
            "de": "Kurse, für die man Schuhe braucht.",
        },
        color="#5d8a3a",
    )
    await _add(session, channel, *_categories(course_ids))
    await session.execute(update(Course).values(channel_id=channel.id))
    await _change(
        session,
        Course,
        Course.key == garden.KEY,
        certificate_offers=[
            _offer(CertificateKind.CONFIRMATION_OF_PARTICIPATION, 50),
            _offer(CertificateKind.RECORD_OF_ACHIEVEMENT, 60),
        ],
        target_groups=["Gardeners", "Teachers", "Anybody who gets lost on paths"],
        teaser={"hd_url": f"{TRAILER}_hd.mp4", "sd_url": f"{TRAILER}.mp4"},
    )
    await _change(
        session,
        Course,
        Course.key == sky.KEY,
        certificate_offers=[_offer(CertificateKind.CONFIRMATION_OF_PARTICIPATION, 80)],
        is_on_demand=True,
    )
    of_walk = select(Item.id).where(Item.course_id == course_ids[garden.KEY], Item.source_key == garden.WALK)
    await _change(
        session,
        Video,
        Video.item_id == of_walk.scalar_subquery(),
        summary=f"Eight paths, one walk? Grace tries. {CREDIT}",
        lecturer={"hd_url": f"{TRAILER}_hd.mp4", "sd_url": f"{TRAILER}.mp4"},
        slides={"sd_url": f"{TRAILER}.mp4"},
    )
    minutes = {ContentType.VIDEO: 5, ContentType.QUIZ: 10, ContentType.RICH_TEXT: 4}
    for content_type, length in minutes.items():
        await _change(session, Item, Item.content_type == content_type, time_effort=length * 60)
    await _add_activities(session, course_ids[garden.KEY], now)
    await _add(session, *_news(now))


def _offer(kind: CertificateKind, threshold: int) -> dict[str, Any]:
    return {"kind": kind.value, "is_available": True, "threshold": threshold}


def _categories(course_ids: dict[str, str]) -> list[Base]:
    rows: list[Base] = []
    for place, ((code, english, german), values) in enumerate(CATEGORIES.items(), 1):
        cluster = Cluster(id=new_id(), code=code, title={"en": english, "de": german}, position=place)
        rows.append(cluster)
        for position, (name, title, titel, keys) in enumerate(values, 1):
            classifier = Classifier(
                id=new_id(),
                cluster_id=cluster.id,
                code=name,
                title={"en": title, "de": titel},
                position=position,
            )
            rows.append(classifier)
            rows += [CourseClassifier(course_id=course_ids[key], classifier_id=classifier.id) for key in keys]
    return rows


async def _add_activities(session: AsyncSession, course_id: str, now: datetime) -> None:
    """Add a packaged activity and a peer assessment, which no reader brings, to the end of one unit."""
    unit = select(Section.id).where(Section.course_id == course_id, Section.source_key == "kruskal")
    item = Item(
        id=new_id(),
        course_id=course_id,
        section_id=(await session.scalars(unit)).one(),
        title="Planting planner",
        position=4,
        content_type=ContentType.PACKAGED_ACTIVITY,
        is_optional=True,
        time_effort=900,
    )
    activity = PackagedActivity(
        id=new_id(),
        item_id=item.id,
        course_id=course_id,
        standard=LearningStandard.SCORM_2004_4TH_EDITION,
        identifier="planting-planner",
        title={"en": "Planting planner"},
        launch_path="index.html",
    )
    task = Item(
        id=new_id(),
        course_id=course_id,
        section_id=item.section_id,
        title="Lay out a garden of your own",
        position=5,
        content_type=ContentType.PEER_ASSESSMENT,
        exercise_type=ExerciseType.BONUS,
        max_points=10.0,
        is_optional=True,
        time_effort=7200,
    )
    assessment = PeerAssessment(
        id=new_id(),
        item_id=task.id,
        course_id=course_id,
        instructions="Draw the paths of a garden that can be walked in one go, and say why.",
        steps=[
            {"type": type_, "deadline": (now + timedelta(days=days)).isoformat(), "is_optional": False}
            for type_, days in (("submission", 7), ("peer_grading", 14), ("results", 21))
        ],
    )
    await _add(session, item, activity, task, assessment)
    await arrange(session, course_id)


def _news(now: datetime) -> list[Announcement]:
    return [
        Announcement(
            id=new_id(),
            title={"en": "Welcome to Hillside", "de": "Willkommen in Hillside"},
            text={
                "en": "Two courses are open: one for the day, one for the night.",
                "de": "Zwei Kurse sind offen: einer für den Tag, einer für die Nacht.",
            },
            published_at=now - timedelta(days=20),
        ),
        Announcement(
            id=new_id(),
            title={"en": "Seed swap next month", "de": "Saatgut-Tausch im nächsten Monat"},
            text={"en": "Draft: the date is still open.", "de": "Entwurf: Der Termin ist noch offen."},
        ),
    ]


async def _add(session: AsyncSession, *rows: Base) -> None:
    """Write rows in order: a row may reference an earlier one."""
    for row in rows:
        session.add(row)
        await session.flush()


async def _change(session: AsyncSession, model: type[Base], where: Any, **values: Any) -> None:
    statement = update(model).where(where).values(values)
    await session.execute(statement.execution_options(synchronize_session=False))
