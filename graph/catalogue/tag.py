"""Tags of courses: plain words, changed for several courses at once."""

import strawberry

import resolvers.catalogue.tag
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.declare import link
from graph.declaring.extending import extends
from graph.declaring.roots import Mutation
from graph.values.payload import Payload

TAGS = {
    "tags": "Tags of 1 to 100 characters each, at most 100.",
    "course_ids": "Ids of the courses, at most 250.",
    "references": "What their importer calls the courses, in place of those.",
}
"""Descriptions of what all three inputs hold."""


@strawberry.type
class TagPayload(Payload):
    """What all three commands answer."""

    courses: list[Course] = link(
        resolvers.catalogue.tag.CHANGED, "Courses that were changed; none for an error."
    )


SetTagsInput = taken(
    resolvers.catalogue.tag.SetTags,
    "Which tags courses are to have.",
    **TAGS,
)


@strawberry.type(description="What came of setting tags.")
class SetTagsPayload(TagPayload):
    pass


AddTagsInput = taken(
    resolvers.catalogue.tag.AddTags,
    "Which tags courses are to have beside their own.",
    **TAGS,
)


@strawberry.type(description="What came of adding tags.")
class AddTagsPayload(TagPayload):
    pass


RemoveTagsInput = taken(
    resolvers.catalogue.tag.RemoveTags,
    "Which tags to take from courses.",
    **TAGS,
)


@strawberry.type(description="What came of removing tags.")
class RemoveTagsPayload(TagPayload):
    pass


@extends(Mutation)
class TagMutation:
    set_tags: SetTagsPayload = does(
        resolvers.catalogue.tag.set_tags,
        SetTagsInput,
        "Give courses these tags and no others; all of them or none.",
    )
    add_tags: AddTagsPayload = does(
        resolvers.catalogue.tag.add_tags,
        AddTagsInput,
        "Give courses these tags beside their own; all of them or none.",
    )
    remove_tags: RemoveTagsPayload = does(
        resolvers.catalogue.tag.remove_tags,
        RemoveTagsInput,
        "Take these tags from courses; from all of them or from none.",
    )
