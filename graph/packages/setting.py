"""Settings of courses that come as packages."""

import strawberry

import resolvers.catalogue.course
import resolvers.packages.course_version
import resolvers.packages.setting
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.declare import column, computed_type, described, link
from graph.declaring.extending import extends
from graph.declaring.roots import Mutation
from graph.packages.course_version import VERSION_NAMED, CourseVersion
from graph.values.payload import Payload
from resolvers.packages.setting import SettingSource as SettingSource
from resolvers.packages.setting import SettingType as SettingType

described(
    SettingType,
    "What values a setting takes.",
    BOOLEAN="Either `true` or `false`.",
    INTEGER="Whole numbers from 0.",
    RATIO="Numbers from 0 to 1.",
    CHOICE="One of its choices.",
    TEXT="Any text.",
)
described(
    SettingSource,
    "Where the value of a setting comes from.",
    DEFAULT="Nobody has set it.",
    APPLICATION="Application that keeps the course.",
    COURSE="Course itself.",
    VERSION="Version of the course.",
)


@strawberry.type(description="One of the values that a setting can have.")
class SettingChoice:
    value: str = column("Value.")
    description: str = column("What it means.")


@computed_type("Setting of a course or of one of its versions, as it holds there.")
class Setting:
    name: str = column("Name, the same everywhere.")
    type: SettingType = column("What values it takes.")
    description: str = column("What it is about.")
    value: str = column("Value that holds, as text.")
    source: SettingSource = column("Where that value comes from.")
    is_enforced: bool = column("Whether the player and what it reports heed it; others are only kept.")
    own_value: str | None = column("Value that is set right here; null where none is.")
    default: str = column("Value that holds where nobody has set one.")
    choices: list[SettingChoice] = column("Values that it takes; empty where those are not listed.")


@extends(CourseVersion)
class SettingsOfCourseVersion:
    settings: list[Setting] = link(
        resolvers.packages.setting.OF_VERSION, "Settings as they hold for it, for the course's team."
    )


@extends(Course)
class SettingsOfCourse:
    settings: list[Setting] = link(
        resolvers.packages.setting.OF_COURSE,
        "Settings of how it is played, as they hold for it; for its team.",
    )


SettingInput = taken(
    resolvers.packages.setting.GivenSetting,
    "Value of one setting.",
    name="Name of the setting.",
    value="Value; null clears what was set.",
)


SetSettingsInput = taken(
    resolvers.packages.setting.SetSettings,
    "Which settings to change; without a course or version those of the application.",
    **VERSION_NAMED,
    settings="Values; what is not named stays as it is.",
)


@strawberry.type(description="What came of changing settings.")
class SetSettingsPayload(Payload):
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course for which they are; null for others."
    )
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Version for which they are; null for others."
    )


@extends(Mutation)
class SettingMutation:
    set_settings: SetSettingsPayload = does(
        resolvers.packages.setting.set_settings,
        SetSettingsInput,
        "Change settings of a course, of a version, or of all courses of the application that asks.",
    )
