"""Durations in the formats of manifests."""

import re

from models.postgres.value import LONGEST_DURATION

ISO = re.compile(
    r"P(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
CLOCK = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
SECONDS = {
    "years": 365.25 * 86_400,
    "months": 365.25 * 7_200,
    "days": 86_400,
    "hours": 3_600,
    "minutes": 60,
    "seconds": 1,
}


def seconds(text: str | None) -> float | None:
    """Return the seconds of a duration; null for zero, other text, and durations that no column holds.

    Formats are `PT1H30M` (SCORM 2004) and `01:30:00` (SCORM 1.2, AICC). A year has 365.25 days, a month a
    twelfth of a year.
    """
    text = (text or "").strip()
    if clock := CLOCK.fullmatch(text):
        found = int(clock[1]) * 3_600 + int(clock[2]) * 60 + float(clock[3])
    elif (iso := ISO.fullmatch(text)) and any(iso.groups()):
        found = sum(float(value) * SECONDS[name] for name, value in iso.groupdict().items() if value)
    else:
        return None
    return found if 0 < found <= LONGEST_DURATION else None
