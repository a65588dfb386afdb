"""Topics, which are discussions, and their comments."""

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
from graph.declaring.declare import column, entity, html, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.people.user import User
from graph.values.payload import Payload
from graph.values.scalars import Html, Markdown


@entity(resolvers.community.topic.COMMENT, "Comment of a user on a topic.")
class Comment(Node):
    text: Markdown = column("Text of the comment.")
    text_html: Html = html("text", "Text of the comment as sanitized HTML.")
    created_at: datetime = column("Creation timestamp of the comment.")
    author_name: str = column("Name of the author, as shown to others.")
    author: User | None = link(
        resolvers.people.user.BY_ID, "Author of the comment; null if the user is not visible to the viewer."
    )
    topic: "Topic" = link(resolvers.community.topic.BY_ID, "Topic of the comment.")


@entity(resolvers.community.topic.TOPIC, "Discussion in a course, for its learners and teachers.")
class Topic(Node):
    title: str = column("Title of the discussion.")
    text: Markdown = column("Opening text of the discussion.")
    text_html: Html = html("text", "Opening text of the discussion as sanitized HTML.")
    video_position: float | None = column(
        "Position in the item's video that the topic is about, in seconds from the start; null if not given."
    )
    is_closed: bool = column("Whether the topic is closed to new comments.")
    comment_count: int = column("Number of comments on the topic.")
    created_at: datetime = column("Creation timestamp of the topic.")
    author_name: str = column("Name of the author, as shown to others.")
    author: User | None = link(
        resolvers.people.user.BY_ID, "Author of the topic; null if the user is not visible to the viewer."
    )
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of the topic.")
    item: Item | None = link(resolvers.catalogue.item.BY_ID, "Item the topic is about; null if not given.")
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID,
        "Learning room of the topic; null for a topic of the whole course.",
    )
    comments: Connection[Comment] = listing(
        resolvers.community.topic.COMMENTS, "Comments on the topic, oldest first."
    )


@strawberry.input(description="Filter for topics; conditions are combined with AND.")
class TopicFilter:
    course: strawberry.ID | None = optional("Only topics of this course.")
    item: strawberry.ID | None = optional("Only topics about this item.")
    learning_room: strawberry.ID | None = optional("Only topics of this learning room.")
    is_closed: bool | None = optional("Only closed topics if true, only open ones if false.")


@extends(LearningRoom)
class TopicsOfLearningRoom:
    topics: Connection[Topic] = listing(
        resolvers.community.topic.OF_LEARNING_ROOM, "Topics in the learning room, newest first."
    )


@extends(Course)
class TopicsOfCourse:
    topics: Connection[Topic] = listing(
        resolvers.community.topic.OF_COURSE,
        "Topics in the course, newest first; visible to learners and teachers of the course.",
    )


@extends(Item)
class TopicsOfItem:
    topics: Connection[Topic] = listing(
        resolvers.community.topic.OF_ITEM,
        "Topics about the item, newest first; visible to learners and teachers of the course.",
    )


@extends(Query)
class TopicQuery:
    topic: Topic | None = lookup(
        resolvers.community.topic.TOPIC,
        "Topic by id; null if it is not visible to the viewer.",
        id="Id of the topic.",
    )
    topics: Connection[Topic] = listing(
        resolvers.community.topic.ALL,
        "Topics visible to the viewer, newest first.",
        filter=TopicFilter,
    )


CreateTopicInput = taken(
    resolvers.community.topic.CreateTopic,
    "Input for starting a discussion in a course.",
    course_id="Id of the course.",
    title="Title of the discussion, at most 300 characters.",
    text="Opening text of the discussion, at most 20,000 characters.",
    item_id="Id of the item of the course that the topic is about.",
    learning_room_id="Id of a learning room of the course; the viewer must be a member or teach the course.",
    video_position="Position in the item's video, in seconds from the start.",
)


@strawberry.type(description="Result of starting a discussion.")
class CreateTopicPayload(Payload):
    topic: Topic | None = link(
        resolvers.community.topic.BY_ID, "Created topic; null if the mutation was refused."
    )


CreateCommentInput = taken(
    resolvers.community.topic.CreateComment,
    "Input for commenting on a topic.",
    topic_id="Id of the topic.",
    text="Text of the comment, at most 20,000 characters.",
)


@strawberry.type(description="Result of commenting on a topic.")
class CreateCommentPayload(Payload):
    comment: Comment | None = link(
        resolvers.community.topic.COMMENT_BY_ID, "Created comment; null if the mutation was refused."
    )
    topic: Topic | None = link(
        resolvers.community.topic.BY_ID, "Topic of the created comment; null if the mutation was refused."
    )


@extends(Mutation)
class TopicMutation:
    create_topic: CreateTopicPayload = does(
        resolvers.community.topic.create_topic, CreateTopicInput, "Start a discussion in a course."
    )
    create_comment: CreateCommentPayload = does(
        resolvers.community.topic.create_comment, CreateCommentInput, "Add a comment to a topic."
    )
