"""Page of the player: the data for its script, and its content security policy."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from string import Template
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.responses import HTMLResponse

from resolvers.packages.launch_link import PLAYER, web_origin
from resolvers.packages.player import ActiveLaunch, Activity, ActivityCluster, Outline
from resolvers.packages.standing import ActivityStanding
from serving.pages import MOUNT, WEB, Bundle


@dataclass(frozen=True, slots=True)
class PlayerContext:
    """Launch, its content, origin and settings (`values`); `secret` is that of the link."""

    origin: str
    secret: str
    launch: ActiveLaunch
    outline: Outline
    standings: Sequence[ActivityStanding]
    values: Mapping[str, str]

    @property
    def css_url(self) -> str | None:
        """URL of the player's style sheet: from the link, else from the settings; null if it is invalid."""
        url = self.launch.css_url or self.values["PlayerCssUrl"]
        return url if web_origin(url) is not None else None

    @property
    def place(self) -> str:
        """Path prefix of the link's routes."""
        return f"{PLAYER}/{quote(self.secret)}/"


def player_page(setting: PlayerContext, bundle: Bundle) -> HTMLResponse:
    """Return the page of a launch."""
    launch = setting.launch
    styles = [*bundle.styles, *([setting.css_url] if setting.css_url else [])]
    html = Template(_template()).substitute(
        language=escape(launch.language or "en"),
        title=escape(launch.course_title),
        head="\n    ".join(
            [
                *(f'<link rel="modulepreload" href="{escape(url)}">' for url in bundle.preloads),
                *(f'<link rel="stylesheet" href="{escape(url)}">' for url in styles),
                f'<script type="module" src="{escape(bundle.script)}"></script>',
            ]
        ),
        launch=json.dumps(_told(setting)).replace("<", "\\u003c"),
    )
    headers = {
        "Content-Security-Policy": _policy(setting),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, headers=headers)


@cache
def _template() -> str:
    return (WEB / "pages" / "player.html").read_text("utf-8")


def _told(setting: PlayerContext) -> dict[str, Any]:
    """Return the data for the script, under the script's names."""
    launch, outline = setting.launch, setting.outline
    identifiers = [each.identifier for each in outline.clusters]
    nodes = Counter([*identifiers, *(each.identifier for each in outline.activities)])
    return {
        "title": launch.course_title,
        "learner": {"id": launch.learner_id, "name": launch.learner_name},
        "isTracked": launch.is_tracked,
        "language": launch.language,
        "redirectUrl": launch.redirect_url,
        "isClosedAtEnd": launch.is_closed_at_end,
        "startItem": launch.start_item_id,
        "clusters": [_cluster(each) for each in outline.clusters],
        "activities": [_activity(setting, each, nodes[each.identifier] == 1) for each in outline.activities],
        "rules": outline.rules,
        "sequencing": outline.sequencing,
        "sequencingUrl": f"{setting.place}sequencing",
        "standings": told_standings(setting.standings),
        "standingsUrl": f"{setting.place}standings",
        "settings": _settings(setting.values),
    }


def told_standings(standings: Sequence[ActivityStanding]) -> list[dict[str, Any]]:
    """Return the learner's standings, under the script's names."""
    return [
        {"id": each.id, "completion": each.completion, "success": each.success, "isOpen": each.is_open}
        for each in standings
    ]


def _settings(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the course's settings for the player."""
    return {
        "showsTitle": values["PlayerShowTitleBar"] == "true",
        "showsControls": values["PlayerShowNavBar"] == "true",
        "showsExit": values["PlayerShowFinishButton"] == "true",
        "showsOutline": values["PlayerShowCourseStructure"] == "true",
        "beginsAnew": values["PlayerAlwaysFlowToFirstSco"] == "true",
        "width": int(values["PlayerDesiredWidth"]),
        "height": int(values["PlayerDesiredHeight"]),
        "commitSeconds": max(int(values["PlayerCommCommitFrequency"]) / 1000, 1),
    }


def _cluster(cluster: ActivityCluster) -> dict[str, Any]:
    return {
        "identifier": cluster.identifier,
        "node": cluster.identifier,
        "title": cluster.title,
        "path": list(cluster.path),
    }


def _activity(setting: PlayerContext, activity: Activity, is_unique: bool) -> dict[str, Any]:
    return {
        "id": activity.id,
        "node": activity.identifier if is_unique else activity.id,
        "item": activity.item_id,
        "title": activity.title,
        "path": list(activity.path),
        "standard": activity.standard,
        "kind": activity.kind,
        "identifier": activity.identifier,
        "href": address_of(setting, activity),
        "commitUrl": f"{setting.place}activities/{activity.id}",
        "sessionUrl": f"{setting.place}sessions/{activity.id}",
        "launchData": activity.launch_data,
        "masteryScore": activity.mastery_score,
        "timeLimit": activity.time_limit,
        "parameters": dict(activity.parameters),
        "completion": activity.completion,
        "success": activity.success,
        "totalTime": activity.total_time,
        "runtime": activity.runtime,
    }


def address_of(setting: PlayerContext, activity: Activity) -> str:
    """Return the launch URL of an activity, with the parameters of its manifest."""
    path = activity.launch_path
    base = path if is_elsewhere(activity) else f"{setting.place}content/{quote(path)}"
    return base + activity.launch_query


def is_elsewhere(activity: Activity) -> bool:
    """Return whether an activity starts at an absolute URL instead of a file of its package."""
    return urlsplit(activity.launch_path).scheme in ("http", "https")


def _policy(setting: PlayerContext) -> str:
    """Allow the server's own scripts, and frames of the package's files and of the activities' hosts."""
    css = web_origin(setting.css_url or "")
    found = {web_origin(each.launch_path) for each in setting.outline.activities if is_elsewhere(each)}
    frames = sorted(origin for origin in found if origin is not None)
    files = f"{setting.origin}{PLAYER}/"
    scripts = f"{setting.origin}{MOUNT}/"
    return (
        f"default-src 'none'; script-src {scripts}; style-src {scripts}{f' {css}' if css else ''}; "
        f"img-src 'self'; frame-src {' '.join([files, *frames])}; "
        f"connect-src {setting.origin}{setting.place}; base-uri 'none'; form-action 'none'"
    )
