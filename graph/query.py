"""All root fields for reading."""

import strawberry

from graph.announcement import AnnouncementQuery
from graph.application import ApplicationQuery
from graph.channel import ChannelQuery
from graph.classifier import ClassifierQuery
from graph.course import CourseQuery
from graph.course_date import CourseDateQuery
from graph.course_version import CourseVersionQuery
from graph.document import DocumentQuery
from graph.enrollment import EnrollmentQuery
from graph.experiment import ExperimentQuery
from graph.feature import FeatureQuery
from graph.gadget import GadgetQuery
from graph.import_job import ImportJobQuery
from graph.item import ItemQuery
from graph.learning_room import LearningRoomQuery
from graph.lti_exercise import LtiExerciseQuery
from graph.node import NodeQuery
from graph.organization import OrganizationQuery
from graph.packaged_activity import PackagedActivityQuery
from graph.peer_assessment import PeerAssessmentQuery
from graph.platform_event import PlatformEventQuery
from graph.quiz import QuizQuery
from graph.registration import RegistrationQuery
from graph.rich_text import RichTextQuery
from graph.section import SectionQuery
from graph.statement import StatementQuery
from graph.submission import SubmissionQuery
from graph.subtitle import SubtitleQuery
from graph.ticket import TicketQuery
from graph.topic import TopicQuery
from graph.user import UserQuery
from graph.video import VideoQuery


@strawberry.type(description="What can be read.")
class Query(
    NodeQuery,
    CourseQuery,
    CourseVersionQuery,
    CourseDateQuery,
    ImportJobQuery,
    SectionQuery,
    ItemQuery,
    QuizQuery,
    VideoQuery,
    SubtitleQuery,
    RichTextQuery,
    LtiExerciseQuery,
    PackagedActivityQuery,
    GadgetQuery,
    UserQuery,
    EnrollmentQuery,
    SubmissionQuery,
    StatementQuery,
    AnnouncementQuery,
    OrganizationQuery,
    ChannelQuery,
    ClassifierQuery,
    ApplicationQuery,
    DocumentQuery,
    FeatureQuery,
    TicketQuery,
    RegistrationQuery,
    LearningRoomQuery,
    TopicQuery,
    PeerAssessmentQuery,
    ExperimentQuery,
    PlatformEventQuery,
):
    pass
