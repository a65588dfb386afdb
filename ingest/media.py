"""A single media file as a package: a video, a recording or a document that is a course by itself."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ingest.outline import UNDETERMINED, AssetOutline, CourseOutline, PackagedActivityOutline
from ingest.package import PackageOutline, outline
from ingest.report import ImportReport, ReportBuilder
from models.packages.packaged_activity import ActivityKind, LearningStandard


def is_media(media_type: str) -> bool:
    """Whether a file of this type is a course by itself (SCORM Cloud: mediaFileMetadata)."""
    return media_type.startswith(("video/", "audio/")) or media_type == "application/pdf"


def read_media(
    file: Path | None, location: str, media_type: str, reference: str, details: Mapping[str, Any]
) -> tuple[PackageOutline, ImportReport]:
    """The course of one file; without `file` it stays at `location`, an address."""
    account = ReportBuilder()
    account.read["activities"] += 1
    name = unquote(urlsplit(location).path.rpartition("/")[2]) or "media"
    if file is not None:
        name = f"media{mimetypes.guess_extension(media_type) or ''}"
    language = details.get("language") or UNDETERMINED
    title, description = details.get("title") or reference, details.get("description")
    activity = PackagedActivityOutline(
        standard=LearningStandard.UNKNOWN,
        kind=ActivityKind.ASSET,
        identifier=name,
        launch_path=name if file is not None else location,
        titles={language: title},
        descriptions={language: description} if description else {},
        parameters={"mediaType": media_type},
    )
    assets = []
    if file is not None:
        size = file.stat().st_size
        assets = [AssetOutline(path=name, file=file, media_type=media_type, size=size, title=name)]
    duration = details.get("duration")
    course = CourseOutline(
        key=reference,
        slug="",
        title=title,
        description=description,
        language="en" if language == UNDETERMINED else language,
        sections=outline.sections(reference, title, [outline.item(title, activity)]),
        assets=tuple(assets),
    )
    package = PackageOutline(
        course=course,
        standard=LearningStandard.UNKNOWN,
        identifier=reference,
        titles={language: title},
        descriptions={language: description} if description else {},
        duration=f"PT{int(duration)}S" if duration else None,
        languages=() if language == UNDETERMINED else (language,),
    )
    return package, account.closed()
