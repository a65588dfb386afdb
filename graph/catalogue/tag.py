"""Tags of courses: plain words, changed for several courses at once."""

import strawberry

import resolvers.catalogue.tag
from graph.catalogue.course import Course
from graph.declaring.declare import action, column, link, needed, optional
from graph.declaring.extending import extends
from graph.declaring.roots import Mutation
from graph.values.payload import UserError


@strawberry.input
class Tags:
    """What all three commands take."""

    tags: list[str] = needed("Tags of 1 to 100 characters each, at most 100.")
    course_ids: list[strawberry.ID] | None = optional("Ids of the courses, at most 250.")
    references: list[str] | None = optional("What their importer calls the courses, in place of those.")


@strawberry.type
class Tagged:
    """What all three commands answer."""

    courses: list[Course] = link(
        resolvers.catalogue.tag.CHANGED, "Courses that were changed; none for an error."
    )
    user_errors: list[UserError] = column("Why nothing was done; empty where all went well.", usual=1)


@strawberry.input(description="Which tags courses are to have.")
class SetTagsInput(Tags):
    pass


@strawberry.type(description="What came of setting tags.")
class SetTagsPayload(Tagged):
    pass


@strawberry.input(description="Which tags courses are to have beside their own.")
class AddTagsInput(Tags):
    pass


@strawberry.type(description="What came of adding tags.")
class AddTagsPayload(Tagged):
    pass


@strawberry.input(description="Which tags to take from courses.")
class RemoveTagsInput(Tags):
    pass


@strawberry.type(description="What came of removing tags.")
class RemoveTagsPayload(Tagged):
    pass


@extends(Mutation)
class TagMutation:
    set_tags: SetTagsPayload = action(
        resolvers.catalogue.tag.set_tags,
        SetTagsInput,
        "Give courses these tags and no others; all of them or none.",
    )
    add_tags: AddTagsPayload = action(
        resolvers.catalogue.tag.add_tags,
        AddTagsInput,
        "Give courses these tags beside their own; all of them or none.",
    )
    remove_tags: RemoveTagsPayload = action(
        resolvers.catalogue.tag.remove_tags,
        RemoveTagsInput,
        "Take these tags from courses; from all of them or from none.",
    )
