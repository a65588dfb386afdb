"""Learning rooms."""

import strawberry

import resolvers.catalogue.course
import resolvers.community.learning_room
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.values.payload import Payload


@entity(resolvers.community.learning_room.LEARNING_ROOM, "Where some learners of a course work together.")
class LearningRoom(Node):
    name: str = column("Name of the room.")
    is_open: bool = column("Whether everybody who takes the course can join it.")
    member_count: int = column("How many are its members.")
    viewer_is_member: bool = column("Whether the viewer is one of its members.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course whose learners meet in it.")


@strawberry.input(description="Which learning rooms; several conditions must all hold.")
class LearningRoomFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    viewer_is_member: bool | None = optional("Those in which the viewer is, or is not.")


@extends(Course)
class LearningRoomsOfCourse:
    learning_rooms: Connection[LearningRoom] = listing(
        resolvers.community.learning_room.OF_COURSE, "Learning rooms that the viewer may know, by name."
    )


@extends(Query)
class LearningRoomQuery:
    learning_room: LearningRoom | None = lookup(
        resolvers.community.learning_room.LEARNING_ROOM,
        "One learning room; null where there is none.",
        id="Id of the learning room.",
    )
    learning_rooms: Connection[LearningRoom] = listing(
        resolvers.community.learning_room.ALL,
        "Learning rooms that the viewer may know, by name.",
        filter=LearningRoomFilter,
    )


JoinLearningRoomInput = taken(
    resolvers.community.learning_room.JoinLearningRoom,
    "Which learning room to join.",
    learning_room_id="Id of a learning room that the viewer knows.",
)


@strawberry.type(description="What came of joining a learning room.")
class JoinLearningRoomPayload(Payload):
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID, "Learning room that was joined; null for an error."
    )


LeaveLearningRoomInput = taken(
    resolvers.community.learning_room.LeaveLearningRoom,
    "Which learning room to leave.",
    learning_room_id="Id of a learning room that the viewer knows.",
)


@strawberry.type(description="What came of leaving a learning room.")
class LeaveLearningRoomPayload(Payload):
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID,
        "Learning room that was left; null for an error, and for one that its members alone know.",
    )


@extends(Mutation)
class LearningRoomMutation:
    join_learning_room: JoinLearningRoomPayload = does(
        resolvers.community.learning_room.join_learning_room,
        JoinLearningRoomInput,
        "Become a member of a learning room. Done again it changes nothing.",
    )
    leave_learning_room: LeaveLearningRoomPayload = does(
        resolvers.community.learning_room.leave_learning_room,
        LeaveLearningRoomInput,
        "Be a member of a learning room no more. Done again it changes nothing.",
    )
