"""JSON Schemas of what SCORM Cloud's clients send and are sent, by the names that SCORM Cloud gives them."""

from collections.abc import Mapping
from typing import Any

from resolvers.access.scope import FORM
from rest.operation import Operation
from rest.scormcloud.schema import SOURCES, STANDARDS, TYPES

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
NAME: Json = {"type": "string", "minLength": 1}
OPTIONAL_TEXT: Json = {"type": ["string", "null"]}
WHOLE: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
MOMENT: Json = {"type": "string", "format": "date-time"}
TEXTS: Json = {"type": "array", "items": TEXT}


def among(*values: str) -> Json:
    """One of several texts."""
    return {"type": "string", "enum": list(dict.fromkeys(values))}


def ref(name: str) -> Json:
    """What a component says."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(name: str) -> Json:
    """A list of what a component says."""
    return {"type": "array", "items": ref(name)}


def sent(*required: str, **properties: Json) -> Json:
    """An object that a client sends."""
    return {"type": "object", "properties": properties, "required": list(required)}


def answered(*optional: str, **properties: Json) -> Json:
    """An object that is answered, with no properties but these."""
    required = [name for name in properties if name not in optional]
    return {**sent(*required, **properties), "additionalProperties": False}


COMPONENTS: Mapping[str, Json] = {
    "ApplicationToken": answered(access_token=TEXT, token_type=among("bearer"), expires_in=WHOLE),
    "AssetFileSchema": answered(filename=TEXT, destination=TEXT),
    "BatchTagsSchema": sent("ids", "tags", ids=TEXTS, tags=TEXTS),
    "CourseActivitySchema": answered(
        externalIdentifier=TEXT,
        itemIdentifier=TEXT,
        resourceIdentifier=TEXT,
        activityType=among("UNKNOWN", "AGGREGATION", *TYPES.values()),
        href=TEXT,
        scaledPassingScore=TEXT,
        title=TEXT,
        children=many("CourseActivitySchema"),
    ),
    "CourseListNonPagedSchema": answered(courses=many("CourseSchema")),
    "CourseListSchema": answered("more", courses=many("CourseSchema"), more=TEXT),
    "CourseSchema": answered(
        "xapiActivityId",
        "activityId",
        "version",
        "registrationCount",
        "metadata",
        "rootActivity",
        id=TEXT,
        title=TEXT,
        xapiActivityId=TEXT,
        created=MOMENT,
        updated=MOMENT,
        version=WHOLE,
        registrationCount=WHOLE,
        activityId=TEXT,
        courseLearningStandard=among("UNKNOWN", *STANDARDS.values()),
        tags=TEXTS,
        dispatched=FLAG,
        metadata=ref("MetadataSchema"),
        rootActivity=ref("CourseActivitySchema"),
    ),
    "FileListItemSchema": answered(path=TEXT, size=WHOLE, modified=MOMENT),
    "FileListSchema": answered(files=many("FileListItemSchema")),
    "ImportAssetRequestSchema": sent("fetchUrl", "destination", fetchUrl=TEXT, destination=NAME),
    "ImportFetchRequestSchema": sent(
        "url", url=TEXT, contentType=TEXT, mediaFileMetadata=ref("MediaFileMetadataSchema")
    ),
    "ImportJobResultSchema": answered(
        "importResult",
        jobId=TEXT,
        status=among("RUNNING", "COMPLETE", "ERROR"),
        message=TEXT,
        importResult=ref("ImportResultSchema"),
    ),
    "ImportRequestSchema": sent(
        fetchRequest=ref("ImportFetchRequestSchema"),
        mediaFileReferenceRequest=ref("ImportFetchRequestSchema"),
    ),
    "ImportResultSchema": answered(
        webPathToCourse=TEXT, parserWarnings=TEXTS, courseLanguages=TEXTS, course=ref("CourseSchema")
    ),
    "LaunchLinkSchema": answered(launchLink=TEXT),
    "MediaFileMetadataSchema": sent(
        title=TEXT, description=TEXT, contentLanguage=TEXT, estimatedDuration=WHOLE
    ),
    "MessageSchema": answered(message=TEXT),
    "MetadataSchema": answered(
        title=TEXT,
        titleLanguage=OPTIONAL_TEXT,
        description=OPTIONAL_TEXT,
        descriptionLanguage=OPTIONAL_TEXT,
        duration=OPTIONAL_TEXT,
        typicalTime=OPTIONAL_TEXT,
        keywords=TEXTS,
    ),
    "PreviewLaunchLinkRequestSchema": sent(
        expiry=WHOLE, redirectOnExitUrl=TEXT, startSco=TEXT, culture=TEXT, cssUrl=TEXT
    ),
    "SettingItem": answered(
        "explicitValue",
        "metadata",
        id=TEXT,
        effectiveValue=TEXT,
        effectiveValueSource=among(*SOURCES.values()),
        explicitValue=TEXT,
        metadata=ref("SettingMetadata"),
    ),
    "SettingListSchema": answered(settingItems=many("SettingItem")),
    "SettingMetadata": answered(
        default=TEXT, dataType=TEXT, settingDescription=TEXT, validValues=many("SettingValidValue")
    ),
    "SettingValidValue": answered(value=TEXT, valueDescription=TEXT),
    "SettingsIndividualSchema": sent("settingId", settingId=TEXT, value=OPTIONAL_TEXT, explicit=FLAG),
    "SettingsPostSchema": sent("settings", settings=many("SettingsIndividualSchema")),
    "StringResultSchema": answered(result=TEXT),
    "TagListSchema": sent("tags", tags=TEXTS),
    "TitleSchema": sent("title", title=NAME),
    "XapiStatement": {"type": "object", "properties": {"id": TEXT}, "required": ["id", "actor", "verb"]},
    "XapiStatementResult": answered("more", statements=many("XapiStatement"), more=TEXT),
}

ANSWERS: Mapping[str, str] = {
    "one": "TagListSchema",
    "course": "CourseSchema",
    "courses": "CourseListSchema",
    "version": "CourseSchema",
    "versions": "CourseListNonPagedSchema",
    "settings": "SettingListSchema",
    "versionSettings": "SettingListSchema",
    "statements": "XapiStatementResult",
    "link": "LaunchLinkSchema",
    "token": "ApplicationToken",
    "job": "StringResultSchema",
    "status": "ImportJobResultSchema",
    "file": "AssetFileSchema",
    "files": "FileListSchema",
    "versionFiles": "FileListSchema",
}
"""Components by the shape of what is answered."""

REQUESTS: Mapping[str, Json] = {
    "getAppToken": sent("scope", scope={**TEXT, "pattern": f"^{FORM.pattern}$"}, expiration=WHOLE),
    "buildCoursePreviewLaunchLink": ref("PreviewLaunchLinkRequestSchema"),
    "buildCoursePreviewLaunchLinkWithVersion": ref("PreviewLaunchLinkRequestSchema"),
    "createFetchAndImportCourseJob": ref("ImportFetchRequestSchema"),
    "createNoUploadAndImportCourseJob": ref("ImportRequestSchema"),
    "createUploadAndImportCourseJob": sent("file", file={"type": "string", "format": "binary"}),
    "deleteCourseTags": ref("TagListSchema"),
    "importCourseAssetFile": ref("ImportAssetRequestSchema"),
    "importCourseVersionAssetFile": ref("ImportAssetRequestSchema"),
    "putCourseTags": ref("TagListSchema"),
    "putCourseTagsBatch": ref("BatchTagsSchema"),
    "setCourseConfiguration": ref("SettingsPostSchema"),
    "setCourseTitle": ref("TitleSchema"),
    "setCourseVersionConfiguration": ref("SettingsPostSchema"),
    **dict.fromkeys(
        ("uploadCourseAssetFile", "uploadCourseVersionAssetFile"),
        sent("file", "destination", file={"type": "string", "format": "binary"}, destination=NAME),
    ),
}
"""What operations take by their names in SCORM Cloud."""

RENAMED: Mapping[str, str | None] = {
    "cursor": "more",
    "createdSince": None,
    "createdUntil": None,
    "updatedSince": "since",
    "updatedUntil": "until",
    "orderField": "orderBy",
    "orderDirection": None,
}
"""Parameters that `ScormCloudDialect.admit` makes of those that clients send; null for a second of one."""


def parameters(operation: Operation, found: list[Json], orders: tuple[str, ...]) -> list[Json]:
    """The parameters that a client sends."""
    told: list[Json] = []
    for each in found:
        if (name := RENAMED.get(each["name"], each["name"])) is None:
            continue
        schema = {"orderBy": among(*orders), "more": TEXT}.get(name, each["schema"])
        told.append({**each, "name": name, "schema": schema})
    if operation.shape == "courses":
        for name, values in (("datetimeFilter", ("created", "updated")), ("filterBy", ("course_title",))):
            told.append({"name": name, "in": "query", "required": False, "schema": among(*values)})
    return told
