"""How inputs name what they are about: by its id, or as who imported the course calls it."""

import strawberry

from graph.declaring.declare import optional


@strawberry.input
class CourseNamed:
    """What inputs about a course take: one of both."""

    course_id: strawberry.ID | None = optional("Id of the course.")
    reference: str | None = optional("What its importer calls the course, in place of that.")


@strawberry.input
class VersionNamed(CourseNamed):
    """What inputs about a version take: its id, or its course and its number."""

    version_id: strawberry.ID | None = optional("Id of the version.")
    version: int | None = optional("Number of the version in its course, which shows one where none is said.")
