"""All root fields for writing."""

import strawberry

from graph.catalogue.course import CourseMutation
from graph.catalogue.tag import TagMutation
from graph.community.announcement import AnnouncementMutation
from graph.community.learning_room import LearningRoomMutation
from graph.community.ticket import TicketMutation
from graph.community.topic import TopicMutation
from graph.learning.enrollment import EnrollmentMutation
from graph.learning.experiment import ExperimentMutation
from graph.learning.submission import SubmissionMutation
from graph.learning.visit import VisitMutation
from graph.packages.asset import AssetMutation
from graph.packages.course_version import CourseVersionMutation
from graph.packages.import_job import ImportJobMutation
from graph.packages.launch_link import LaunchLinkMutation
from graph.packages.setting import SettingMutation
from graph.packages.statement import StatementMutation
from graph.people.application import ApplicationMutation
from graph.people.token import TokenMutation


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
