"""AICC's protocol over HTTP, for units that report without a script of the player (CMI001, 6: HACP).

A unit sends forms to the URL from its launch; the responses are lines of text.
"""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graph.limits.gate import WRITE
from graph.limits.metered_body import received
from models.packages.registration import Completion, Success
from models.postgres.value import InvalidValue, check_json
from resolvers.access.viewer import hashed
from resolvers.operations.errors import RateLimited
from resolvers.packages.launch_link import PLAYER
from resolvers.packages.player import ActiveLaunch, Activity, hold_activity
from resolvers.packages.reporting import ActivityReport, report
from runtime.cmi import LONGEST_COMMIT, number, ratio
from runtime.session import admitted, transaction_of

VERSION = "4.0"
MOST_SESSIONS = 20
"""Sessions of a unit with separate times: the ones that may run concurrently."""

ERRORS = {0: "Successful", 1: "Invalid Command", 2: "Invalid AU-Password", 3: "Invalid Session ID"}
CLOCK = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2}(?:\.\d{1,2})?)")
STATUSES = {name[0]: name for name in ("passed", "completed", "failed", "incomplete", "browsed")}
"""Statuses by first letter, which is a valid abbreviation (5.1.1.4)."""

EXITS = {"s": "suspend", "l": "logout", "t": "time-out"}
ENDED = ("completed", "passed", "failed")
OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Units may run on other hosts; their credential is the session's id, never one added by the browser."""

Groups = Mapping[str, str]
Command = Callable[["Unit", Groups], tuple[str, ActivityReport | None]]


def hacp_routes() -> list[Route]:
    """Return the route of `aicc_url`; its path contains the session's secret, which is also `aicc_sid`."""
    return [Route(f"{PLAYER}/{{secret}}/aicc", answer, methods=["GET", "POST"])]


async def answer(request: Request) -> Response:
    """Execute the command of a unit; errors are reported in the text, as the protocol requires."""
    try:
        return await _answer(request, await admitted(request, WRITE))
    except RateLimited as error:
        busy = told(1)
        busy.status_code = HTTPStatus.TOO_MANY_REQUESTS
        busy.headers["Retry-After"] = str(error.retry_after)
        return busy
    except HTTPException:  # an unknown link
        return told(3)


async def _answer(request: Request, launch: ActiveLaunch) -> Response:
    if (body := await received(request, LONGEST_COMMIT, launch.payer)) is None:
        return told(1)
    form = {name.lower(): value for name, value in request.query_params.items()}
    form |= {name.lower(): value for name, value in parse_qsl(_text(body), keep_blank_values=True)}
    if form.get("session_id") != request.path_params["secret"]:
        return told(3)
    async with transaction_of(request, launch) as session:
        # Units send messages without waiting for responses: the lock makes each see the previous one's data.
        activity = await hold_activity(session, launch)
        if activity is None or (unit := Unit(launch, activity)).is_over:
            return told(3)
        if not unit.knows(form.get("au_password", "")):
            return told(2)
        if (command := COMMANDS.get(form.get("command", "").lower())) is None:
            return told(1)
        try:
            data, reported = command(unit, groups(form.get("aicc_data", "")))
            check_json(None if reported is None else reported.runtime)
        except InvalidValue:
            return told(1)
        if reported is not None and launch.is_tracked:
            await report(session, launch, activity.id, reported)
    return told(0, data)


def told(error: int, data: str = "") -> Response:
    """Return a response; `data` is the text after `aicc_data=`."""
    lines = [f"error={error}", f"error_text={ERRORS[error]}", f"version={VERSION}", f"aicc_data={data}"]
    return PlainTextResponse("\r\n".join(lines), headers=OPEN)


def groups(data: str) -> Groups:
    """Return the unparsed text of each group, by its name in lower case."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in data.split("\n"):
        name = line.removesuffix("\r").strip(" \t")
        if len(name) > 2 and name[0] == "[" and name.find("]") == len(name) - 1:
            lines = found[name[1:-1].strip().lower()] = []
        else:
            lines.append(line)
    return {name: "\n".join(lines).strip("\r\n") for name, lines in found.items()}


def pairs(text: str) -> dict[str, str]:
    """Return values by their names in lower case."""
    found = {}
    for line in text.split("\n"):
        name, equals, value = line.removesuffix("\r").partition("=")
        name = name.strip(" \t")
        if equals and name and not set(name) & {";", "\r"}:
            found[name.lower()] = value.strip(" \t")
    return found


class Unit:
    """Unit of a session, with its state; `cmi` is its data model in the format of SCORM 1.2."""

    def __init__(self, launch: ActiveLaunch, activity: Activity) -> None:
        self.launch = launch
        self.activity = activity
        kept = activity.runtime or {}
        self.cmi: dict[str, Any] = {**kept.get("cmi", {})}
        self.core: dict[str, Any] = {**self.cmi.get("core", {})}
        self.others: dict[str, str] = {**kept.get("aicc", {})}
        self.sessions: dict[str, dict[str, Any]] = {**kept.get("sessions", {})}
        own = self.sessions.get(launch.id)
        self.is_own = own is not None
        self.is_over = bool(own and own["isOver"])
        self.time: float = own["time"] if own else 0.0
        self.before = activity.total_time - self.time

    def knows(self, password: str) -> bool:
        """Return whether the password matches the one in the package, if there is one (CMI001, 6.4.1)."""
        wanted = self.activity.parameters.get("passwordHash")
        return wanted is None or wanted == hashed(password).hex()

    def read(self) -> str:
        """Return the data for the start of the unit (5.1)."""
        core, score = self.core, self.core.get("score", {})
        is_new = not self.activity.runtime
        entry = "ab-initio" if is_new else "resume" if core.get("exit") == "suspend" else ""
        status = ", ".join(filter(None, [core.get("lesson_status", "not attempted"), entry]))
        mastery = self.activity.mastery_score
        data = {
            "mastery_score": "" if mastery is None else f"{mastery * (self.most or 100.0):g}",
            "max_time_allowed": clock(self.activity.time_limit) if self.activity.time_limit else "",
            "time_limit_action": self.activity.parameters.get("timeLimitAction", ""),
        }
        told_core = {
            "student_id": self.launch.learner_id,
            "student_name": self.launch.learner_name,
            "lesson_location": core.get("lesson_location", ""),
            "credit": "credit" if self.launch.is_tracked else "no-credit",
            "lesson_status": status,
            "exit": "",
            "score": ",".join(str(score[each]) for each in ("raw", "max", "min") if score.get(each)),
            "time": clock(self.activity.total_time),
            "lesson_mode": "normal" if self.launch.is_tracked else "browse",
        }
        lines = ["[core]", *(f"{name}={value}" for name, value in told_core.items())]
        lines += ["[core_lesson]", self.cmi.get("suspend_data", "")]
        lines += ["[core_vendor]", self.activity.launch_data or ""]
        lines += ["[student_data]", *(f"{name}={value}" for name, value in data.items() if value)]
        for name in ("objectives_status", "student_preferences"):
            if text := self.others.get(name):
                lines += [f"[{name}]", text]
        return "\r\n".join(lines)

    def write(self, given: Groups) -> None:
        """Update the state with the data that the unit sent (5.2)."""
        core = pairs(given.get("core", ""))
        if "lesson_location" in core:
            self.core["lesson_location"] = core["lesson_location"]
        if "lesson_status" in core:
            status, _, exit_ = core["lesson_status"].lower().partition(",")
            self.core["lesson_status"] = STATUSES.get(status.strip()[:1], "not attempted")
            self.core["exit"] = EXITS.get(exit_.strip()[:1], "")
        if "score" in core:
            parts = [each.strip() for each in core["score"].split(",")]
            self.core["score"] = dict(zip(("raw", "max", "min"), parts, strict=False))
        if "time" in core:
            self.core["session_time"] = core["time"]
            self.time = max(self.time, seconds(core["time"]))  # a message may overtake another
        if "core_lesson" in given:
            self.cmi["suspend_data"] = given["core_lesson"]
        self.keep({name: text for name, text in given.items() if name not in ("core", "core_lesson")})

    def keep(self, given: Groups) -> None:
        """Store groups for the unit itself, the course team and `GetParam`; the server does not use them."""
        self.others |= given

    @property
    def most(self) -> float | None:
        """Highest possible score: reported by the unit, or else from its description."""
        said = number(self.core.get("score", {}).get("max"))
        return number(self.activity.parameters.get("maxScore")) if said is None else said

    def report(self, *, is_over: bool = False) -> ActivityReport:
        """Return the report; with a mastery score, the score decides on success (5.1.1.4)."""
        score = self.core.get("score", {})
        points, least = number(score.get("raw")), number(score.get("min"))
        reached = ratio(None, points, least, self.most)
        mastery, status = self.activity.mastery_score, self.core.get("lesson_status", "incomplete")
        if mastery is not None and reached is not None and (is_over or status in ENDED):
            status = self.core["lesson_status"] = "passed" if reached >= mastery else "failed"
        # Ids of sessions sort by start.
        known = {**self.sessions, self.launch.id: {"time": self.time, "isOver": is_over}}
        sessions = {id_: known[id_] for id_ in sorted(known)[-MOST_SESSIONS:]}
        return ActivityReport(
            completion=Completion.COMPLETED if status in ENDED else Completion.INCOMPLETE,
            success=Success(status) if status in ("passed", "failed") else Success.UNKNOWN,
            score=reached,
            points=points,
            least_points=least,
            most_points=self.most,
            total_time=max(self.before, 0.0) + self.time,
            runtime={"cmi": {**self.cmi, "core": self.core}, "aicc": self.others, "sessions": sessions},
        )


def _get(unit: Unit, _: Groups) -> tuple[str, ActivityReport | None]:
    return unit.read(), None if unit.is_own else unit.report()


def _put(unit: Unit, given: Groups) -> tuple[str, ActivityReport | None]:
    unit.write(given)
    return "", unit.report()


def _keep(unit: Unit, given: Groups) -> tuple[str, ActivityReport | None]:
    unit.keep(given)
    return "", unit.report()


def _exit(unit: Unit, given: Groups) -> tuple[str, ActivityReport | None]:
    unit.write(given)
    return "", unit.report(is_over=True)


COMMANDS: Mapping[str, Command] = {
    "getparam": _get,
    "putparam": _put,
    "exitau": _exit,
    **dict.fromkeys(("putcomments", "putobjectives", "putpath", "putinteractions", "putperformance"), _keep),
}


def seconds(time: str) -> float:
    """Return the seconds of a time such as 0001:30:00; 0 if the text is invalid."""
    if (found := CLOCK.fullmatch(time.strip())) is None:
        return 0.0
    hours, minutes, rest = map(float, found.groups())
    return (hours * 60 + minutes) * 60 + rest


def clock(time: float) -> str:
    """Return a time in the format of the protocol, from seconds."""
    minutes, rest = divmod(round(time), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")
