"""Learning rooms of courses."""

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


@entity(resolvers.community.learning_room.LEARNING_ROOM, "Group of learners of a course who work together.")
class LearningRoom(Node):
    name: str = column("Name of the learning room.")
    is_open: bool = column("Whether every learner of the course can join.")
    member_count: int = column("Number of members of the learning room.")
    viewer_is_member: bool = column("Whether the viewer is a member.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of the learning room.")


@strawberry.input(description="Filter for learning rooms; conditions are combined with AND.")
class LearningRoomFilter:
    course: strawberry.ID | None = optional("Only learning rooms of this course.")
    viewer_is_member: bool | None = optional(
        "Only learning rooms with the viewer as a member if true, without the viewer if false."
    )


@extends(Course)
class LearningRoomsOfCourse:
    learning_rooms: Connection[LearningRoom] = listing(
        resolvers.community.learning_room.OF_COURSE, "Learning rooms visible to the viewer, by name."
    )


@extends(Query)
class LearningRoomQuery:
    learning_room: LearningRoom | None = lookup(
        resolvers.community.learning_room.LEARNING_ROOM,
        "Learning room by id; null if it is not visible to the viewer.",
        id="Id of the learning room.",
    )
    learning_rooms: Connection[LearningRoom] = listing(
        resolvers.community.learning_room.ALL,
        "Learning rooms visible to the viewer, by name.",
        filter=LearningRoomFilter,
    )


JoinLearningRoomInput = taken(
    resolvers.community.learning_room.JoinLearningRoom,
    "Input for joining a learning room.",
    learning_room_id="Id of a learning room visible to the viewer.",
)


@strawberry.type(description="Result of joining a learning room.")
class JoinLearningRoomPayload(Payload):
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID, "Joined learning room; null if the mutation was refused."
    )


LeaveLearningRoomInput = taken(
    resolvers.community.learning_room.LeaveLearningRoom,
    "Input for leaving a learning room.",
    learning_room_id="Id of a learning room visible to the viewer.",
)


@strawberry.type(description="Result of leaving a learning room.")
class LeaveLearningRoomPayload(Payload):
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID,
        "Learning room the viewer left; null if the mutation was refused, or if only members see it.",
    )


@extends(Mutation)
class LearningRoomMutation:
    join_learning_room: JoinLearningRoomPayload = does(
        resolvers.community.learning_room.join_learning_room,
        JoinLearningRoomInput,
        "Join a learning room. Repeating the mutation changes nothing.",
    )
    leave_learning_room: LeaveLearningRoomPayload = does(
        resolvers.community.learning_room.leave_learning_room,
        LeaveLearningRoomInput,
        "Leave a learning room. Repeating the mutation changes nothing.",
    )
