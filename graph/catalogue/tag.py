"""Tags of courses: plain words, updated for several courses in one mutation."""

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
    "references": "External ids of the courses, in place of `courseIds`.",
}
"""Descriptions of the fields that all three inputs share."""


@strawberry.type
class TagPayload(Payload):
    """Fields that all three payloads share."""

    courses: list[Course] = link(
        resolvers.catalogue.tag.CHANGED,
        "Updated courses, sorted by title; empty if the mutation was refused.",
    )


SetTagsInput = taken(
    resolvers.catalogue.tag.SetTags,
    "Input for replacing the tags of courses.",
    **TAGS,
)


@strawberry.type(description="Result of replacing the tags of courses.")
class SetTagsPayload(TagPayload):
    pass


AddTagsInput = taken(
    resolvers.catalogue.tag.AddTags,
    "Input for adding tags to courses.",
    **TAGS,
)


@strawberry.type(description="Result of adding tags to courses.")
class AddTagsPayload(TagPayload):
    pass


RemoveTagsInput = taken(
    resolvers.catalogue.tag.RemoveTags,
    "Input for removing tags from courses.",
    **TAGS,
)


@strawberry.type(description="Result of removing tags from courses.")
class RemoveTagsPayload(TagPayload):
    pass


@extends(Mutation)
class TagMutation:
    set_tags: SetTagsPayload = does(
        resolvers.catalogue.tag.set_tags,
        SetTagsInput,
        "Replace the tags of courses, for all of the courses in one transaction or for none.",
    )
    add_tags: AddTagsPayload = does(
        resolvers.catalogue.tag.add_tags,
        AddTagsInput,
        "Add tags to courses, to all of the courses in one transaction or to none.",
    )
    remove_tags: RemoveTagsPayload = does(
        resolvers.catalogue.tag.remove_tags,
        RemoveTagsInput,
        "Remove tags from courses, from all of the courses in one transaction or from none.",
    )
