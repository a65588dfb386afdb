"""All root fields for reading."""

import strawberry

from graph.catalogue.channel import ChannelQuery
from graph.catalogue.classifier import ClassifierQuery
from graph.catalogue.course import CourseQuery
from graph.catalogue.course_date import CourseDateQuery
from graph.catalogue.document import DocumentQuery
from graph.catalogue.feature import FeatureQuery
from graph.catalogue.item import ItemQuery
from graph.catalogue.section import SectionQuery
from graph.community.announcement import AnnouncementQuery
from graph.community.learning_room import LearningRoomQuery
from graph.community.platform_event import PlatformEventQuery
from graph.community.ticket import TicketQuery
from graph.community.topic import TopicQuery
from graph.content.gadget import GadgetQuery
from graph.content.lti_exercise import LtiExerciseQuery
from graph.content.peer_assessment import PeerAssessmentQuery
from graph.content.quiz import QuizQuery
from graph.content.rich_text import RichTextQuery
from graph.content.subtitle import SubtitleQuery
from graph.content.video import VideoQuery
from graph.declaring.node import NodeQuery
from graph.learning.enrollment import EnrollmentQuery
from graph.learning.experiment import ExperimentQuery
from graph.learning.submission import SubmissionQuery
from graph.packages.course_version import CourseVersionQuery
from graph.packages.import_job import ImportJobQuery
from graph.packages.packaged_activity import PackagedActivityQuery
from graph.packages.registration import RegistrationQuery
from graph.packages.statement import StatementQuery
from graph.people.application import ApplicationQuery
from graph.people.organization import OrganizationQuery
from graph.people.user import UserQuery


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
