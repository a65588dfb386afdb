"""The two apps from the server's view: the headers of their requests, and the attributes they read.

openHPI/xikolo-android at f69dea89 (network/ApiService.kt, the `JsonModel`s), openHPI/xikolo-ios at 363acfb2
(Routes.swift, NetworkHelper.swift, the `update(from:)` of the models).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.rest.xikolo.attribute_table import Name, table
from tests.rest.xikolo.conftest import MEDIA_TYPE, Xikolo

MEMBER_ONLY_ATTRIBUTES = {
    ("courses", "description"),
    ("courses", "teaser_stream"),
    ("channels", "stage_stream"),
}
"""Attributes that lists omit."""

ATTRIBUTES_READ_BY_BOTH = {
    "courses": "title slug start_at end_at abstract description image_url language status classifiers "
    "teachers accessible enrollable hidden external external_url certificates teaser_stream",
    "channels": "title description position mobile_image_url",
    "enrollments": "completed reactivated proctored certificates",
    "course-sections": "title description position start_at end_at accessible",
    "course-items": "title position deadline content_type exercise_type max_points proctored accessible "
    "visited time_effort",
    "videos": "duration single_stream lecturer_stream slides_stream slides_url slides_size audio_url "
    "audio_size transcript_url transcript_size thumbnail_url",
    "rich-texts": "text",
    "lti-exercises": "instructions weight allowed_attempts launch_url",
    "peer-assessments": "instructions type",
    "quizzes": "instructions time_limit allowed_attempts",
    "course-progresses": "main_exercises selftest_exercises bonus_exercises visits",
    "section-progresses": "main_exercises selftest_exercises bonus_exercises visits title description "
    "position available",
    "course-dates": "type title date",
    "announcements": "title text image_url published_at visited",
    "documents": "title description public tags",
    "document-localizations": "title description language revision file_url",
    "users": "name avatar_url",
    "user-profile": "full_name email",
}
ATTRIBUTES_READ_BY_ANDROID = {
    "courses": "policy_url on_demand",
    "channels": "color stage_stream",
    "videos": "subtitles",
    "user-profile": "display_name",
}
ATTRIBUTES_READ_BY_IOS = {
    "courses": "show_on_list",
    "enrollments": "created_at",
    "course-items": "icon",
    "videos": "summary",
    "quiz-questions": "text explanation type shuffle_options position eligible_for_recap options",
    "last-visits": "visit_date",
    "features": "features",
    "course-features": "features",
    "platform-events": "title created_at preview type",
}
REQUIRED_RELATIONSHIPS = {
    "enrollments": ("course",),
    "course-sections": ("course",),
    "course-items": ("section", "content"),
    "section-progresses": ("course_progress",),
    "course-dates": ("course",),
    "last-visits": ("item",),
    "users": ("profile",),
}
"""Relationships that a model cannot be stored without."""

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")
DECODABLE_BY_KIND: Mapping[str, Any] = {
    "string": lambda value: value is None or isinstance(value, str),
    "datetime": lambda value: value is None or MOMENT.fullmatch(value),
    "integer": lambda value: type(value) is int,
    "float": lambda value: type(value) is float,
    "boolean": lambda value: type(value) is bool,
    "array": lambda value: isinstance(value, list),
    "hash": lambda value: isinstance(value, dict),
}
"""Check whether a value can be decoded, by its kind in `attributes.tsv`."""


@dataclass
class App:
    """One app, with its own requests and models; `met` are the resource types that it has read."""

    xikolo: Xikolo
    headers: dict[str, str]
    scheme: str
    reads: Mapping[str, str]
    met: set[str] = field(default_factory=set)

    async def __call__(self, method: str, path: str, status: int, statements: int, data: Any = None) -> Any:
        """Return the document of a response, which took this many statements; null for no content."""
        sent: Any = {} if data is None else {"json": {"data": data}}
        response = await self.xikolo(method, f"/api/v2/{path}", headers=dict(self.headers), **sent)
        assert response.status_code == status, f"{method} {path}: {response.text}"
        assert response.headers["access-control-allow-origin"] == "*"
        assert len(self.xikolo.statements) == statements, f"{method} {path}: {len(self.xikolo.statements)}"
        if status >= 300 or status == 204:
            return None
        assert response.headers["content-type"] == f"{MEDIA_TYPE}; xikolo-version=4.10"
        if method == "HEAD":
            return None
        document = response.json()
        data = document["data"]
        for resource in data if isinstance(data, list) else [data]:
            self.read(resource, alone=not isinstance(data, list))
        for resource in document.get("included", ()):
            self.read(resource, alone=False)
        return document

    def read(self, resource: Any, *, alone: bool) -> None:
        """Decode a resource as the app does: each attribute that it reads must be present and of its kind."""
        type_, attributes = resource["type"], resource.get("attributes", {})
        self.met.add(type_)
        wanted = f"{ATTRIBUTES_READ_BY_BOTH.get(type_, '')} {self.reads.get(type_, '')}".split()
        for name in wanted:
            if alone or (type_, name) not in MEMBER_ONLY_ATTRIBUTES:
                kind = table()[Name(type_, "attribute", name)].kind
                assert DECODABLE_BY_KIND[kind](attributes[name]), f"{type_}.{name} is {attributes[name]!r}"
        for name in REQUIRED_RELATIONSHIPS.get(type_, ()):
            assert resource["relationships"][name]["data"]["id"], f"{type_}.{name}"

    async def log_in(self, email: str, password: str, **headers: str) -> httpx.Response:
        """Sign in, in the form that both apps send, and send the token from then on."""
        own = {name: self.headers[name] for name in ("X-User-Platform", "User-Agent")}
        form = {"email": email, "password": password}
        response = await self.xikolo("POST", "/api/v2/authenticate", headers=own | headers, data=form)
        if response.status_code == 201:
            told = response.json()
            assert re.fullmatch("[0-9a-f]+", told["token"])
            self.headers["Authorization"] = f"{self.scheme} token={told['token']}"
        return response

    @property
    def expected(self) -> set[str]:
        """Resource types that the app has models for."""
        return {*ATTRIBUTES_READ_BY_BOTH, *self.reads}


def headers(platform: str, language: str, agent: str) -> dict[str, str]:
    """Return the headers of each JSON:API request of an app, reads included."""
    return {
        "Accept": f"{MEDIA_TYPE}; xikolo-version=4",
        "Content-Type": MEDIA_TYPE,
        "X-User-Platform": platform,
        "Accept-Language": language,
        "User-Agent": agent,
    }


def android(xikolo: Xikolo) -> App:
    """Return the headers of the app's HTTP client."""
    sent = headers("Android", "de", "openHPI/3.7 Android/13 (Pixel 7)")
    return App(xikolo, sent, "Legacy-Token", ATTRIBUTES_READ_BY_ANDROID)


def ios(xikolo: Xikolo) -> App:
    """Return the headers of the app's sync engine."""
    sent = headers("iOS", "de-DE;q=1.0, en-DE;q=0.9", "openHPI/4.7.0 iOS/17.1 (iPhone15,2)")
    return App(xikolo, sent, "Token", ATTRIBUTES_READ_BY_IOS)
