"""All root fields for writing."""

import strawberry

from graph.announcement import AnnouncementMutation
from graph.application import ApplicationMutation
from graph.asset import AssetMutation
from graph.course import CourseMutation
from graph.course_version import CourseVersionMutation
from graph.enrollment import EnrollmentMutation
from graph.experiment import ExperimentMutation
from graph.import_job import ImportJobMutation
from graph.launch_link import LaunchLinkMutation
from graph.learning_room import LearningRoomMutation
from graph.setting import SettingMutation
from graph.statement import StatementMutation
from graph.submission import SubmissionMutation
from graph.tag import TagMutation
from graph.ticket import TicketMutation
from graph.token import TokenMutation
from graph.topic import TopicMutation
from graph.visit import VisitMutation


@strawberry.type(description="What can be changed.")
class Mutation(
    AnnouncementMutation,
    EnrollmentMutation,
    VisitMutation,
    SubmissionMutation,
    StatementMutation,
    TokenMutation,
    ApplicationMutation,
    ImportJobMutation,
    CourseMutation,
    CourseVersionMutation,
    AssetMutation,
    TagMutation,
    SettingMutation,
    TicketMutation,
    LaunchLinkMutation,
    LearningRoomMutation,
    TopicMutation,
    ExperimentMutation,
):
    pass
