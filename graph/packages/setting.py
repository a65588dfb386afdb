"""Settings of packaged courses."""

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
    "Type of the values of a setting.",
    BOOLEAN="Either `true` or `false`.",
    INTEGER="Whole numbers from 0.",
    RATIO="Numbers from 0 to 1.",
    CHOICE="One of the listed choices.",
    TEXT="Text of any content.",
)
described(
    SettingSource,
    "Source of the effective value of a setting.",
    DEFAULT="No value is set; the default applies.",
    APPLICATION="Application that owns the course.",
    COURSE="Course with all its versions.",
    VERSION="Version of the course.",
)


@strawberry.type(description="Possible value of a setting.")
class SettingChoice:
    value: str = column("Value of the choice.")
    description: str = column("Meaning of the value.")


@computed_type("Setting of a course or course version, with its effective value.")
class Setting:
    name: str = column("Name of the setting, unique among settings.")
    type: SettingType = column("Type of the value.")
    description: str = column("Effect of the setting.")
    value: str = column("Effective value as text.")
    source: SettingSource = column("Level that the effective value comes from.")
    is_enforced: bool = column("Whether the player applies the setting; if false, it is only stored.")
    own_value: str | None = column("Value set for this course or version itself; null if there is none.")
    default: str = column("Value that applies if none is set.")
    choices: list[SettingChoice] = column("Possible values; empty unless the type is `CHOICE`.")


@extends(CourseVersion)
class SettingsOfCourseVersion:
    settings: list[Setting] = link(
        resolvers.packages.setting.OF_VERSION,
        "Effective settings of the version; empty unless the viewer is in the course team.",
    )


@extends(Course)
class SettingsOfCourse:
    settings: list[Setting] = link(
        resolvers.packages.setting.OF_COURSE,
        "Effective settings of the player for the course; empty unless the viewer is in the course team.",
    )


SettingInput = taken(
    resolvers.packages.setting.GivenSetting,
    "Value of one setting.",
    name="Name of the setting.",
    value="New value; null clears the value.",
)


SetSettingsInput = taken(
    resolvers.packages.setting.SetSettings,
    "Input for changing settings; without a course or version, settings of the application.",
    **VERSION_NAMED,
    settings="New values; settings that are not listed keep their values.",
)


@strawberry.type(description="Result of changing settings.")
class SetSettingsPayload(Payload):
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID,
        "Course whose settings changed; null if settings of a version or application changed.",
    )
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID,
        "Version whose settings changed; null if settings of a course or application changed.",
    )


@extends(Mutation)
class SettingMutation:
    set_settings: SetSettingsPayload = does(
        resolvers.packages.setting.set_settings,
        SetSettingsInput,
        "Change settings of a course, of a course version, or of all courses of the viewing application.",
    )
