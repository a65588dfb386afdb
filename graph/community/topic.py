"""Topics of discussion and their comments."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.catalogue.item
import resolvers.community.learning_room
import resolvers.community.topic
import resolvers.people.user
from graph.catalogue.course import Course
from graph.catalogue.item import Item
from graph.community.learning_room import LearningRoom
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.people.user import User
from graph.values.payload import Payload
from graph.values.scalars import Markdown


@entity(resolvers.community.topic.COMMENT, "What somebody says to a topic.")
class Comment(Node):
    text: Markdown = column("What is said.")
    created_at: datetime = column("When it was said.")
    author_name: str = column("Name of who said it, as shown to others.")
    author: User | None = link(
        resolvers.people.user.BY_ID, "Who said it; null for whom the viewer does not know."
    )
    topic: "Topic" = link(resolvers.community.topic.BY_ID, "Topic to which it was said.")


@entity(resolvers.community.topic.TOPIC, "Discussion in a course, for who takes or teaches it.")
class Topic(Node):
    title: str = column("What it is about.")
    text: Markdown = column("What it begins with.")
    video_position: float | None = column(
        "Moment of the item's video of which it speaks, in seconds from the start; null for none."
    )
    is_closed: bool = column("Whether nobody can comment on it any more.")
    comment_count: int = column("How many comments there are.")
    created_at: datetime = column("When it was begun.")
    author_name: str = column("Name of who began it, as shown to others.")
    author: User | None = link(
        resolvers.people.user.BY_ID, "Who began it; null for whom the viewer does not know."
    )
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course in which it is discussed.")
    item: Item | None = link(resolvers.catalogue.item.BY_ID, "Item that it is about; null for none.")
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID,
        "Learning room in which it is discussed; null for the whole course.",
    )
    comments: Connection[Comment] = listing(
        resolvers.community.topic.COMMENTS, "What was said to it, in order."
    )


@strawberry.input(description="Which topics; several conditions must all hold.")
class TopicFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    item: strawberry.ID | None = optional("Those about this item, by its id.")
    learning_room: strawberry.ID | None = optional("Those of this learning room, by its id.")
    is_closed: bool | None = optional("Those that are closed, or open.")


@extends(LearningRoom)
class TopicsOfLearningRoom:
    topics: Connection[Topic] = listing(
        resolvers.community.topic.OF_LEARNING_ROOM, "What is discussed in it, the newest first."
    )


@extends(Course)
class TopicsOfCourse:
    topics: Connection[Topic] = listing(
        resolvers.community.topic.OF_COURSE,
        "What is discussed in it, for who takes or teaches it, the newest first.",
    )


@extends(Item)
class TopicsOfItem:
    topics: Connection[Topic] = listing(
        resolvers.community.topic.OF_ITEM,
        "What is discussed about it, for who takes or teaches it, the newest first.",
    )


@extends(Query)
class TopicQuery:
    topic: Topic | None = lookup(
        resolvers.community.topic.TOPIC, "One topic; null where there is none.", id="Id of the topic."
    )
    topics: Connection[Topic] = listing(
        resolvers.community.topic.ALL,
        "Topics that the viewer may read, the newest first.",
        filter=TopicFilter,
    )


CreateTopicInput = taken(
    resolvers.community.topic.CreateTopic,
    "What to discuss.",
    course_id="Id of the course.",
    title="What it is about, at most 300 characters.",
    text="What it begins with, at most 20,000 characters.",
    item_id="Id of the item of the course that it is about.",
    learning_room_id="Id of the viewer's learning room of the course.",
    video_position="Moment of the item's video, in seconds from the start.",
)


@strawberry.type(description="What came of beginning a discussion.")
class CreateTopicPayload(Payload):
    topic: Topic | None = link(resolvers.community.topic.BY_ID, "New topic; null for an error.")


CreateCommentInput = taken(
    resolvers.community.topic.CreateComment,
    "What to say to which topic.",
    topic_id="Id of the topic.",
    text="What to say, at most 20,000 characters.",
)


@strawberry.type(description="What came of commenting.")
class CreateCommentPayload(Payload):
    comment: Comment | None = link(resolvers.community.topic.COMMENT_BY_ID, "New comment; null for an error.")
    topic: Topic | None = link(resolvers.community.topic.BY_ID, "Topic with the comment; null for an error.")


@extends(Mutation)
class TopicMutation:
    create_topic: CreateTopicPayload = does(
        resolvers.community.topic.create_topic, CreateTopicInput, "Begin a discussion in a course."
    )
    create_comment: CreateCommentPayload = does(
        resolvers.community.topic.create_comment, CreateCommentInput, "Say something to a topic."
    )
