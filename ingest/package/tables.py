"""The two formats of AICC's files: named values in groups, and tables (CMI001, 5)."""

import csv
import re

GROUP = re.compile(r"\s*\[([^\]]+)\]\s*")
PAIR = re.compile(r"\s*([A-Za-z_]\w*)\s*=(.*)")


def read_groups(text: str) -> dict[str, dict[str, str]]:
    """Return values by group and name, both in lower case; lines of a group without a name are under `""`.

    A value continues over the next lines until the next name or group; `;` at a line's start is a comment.
    """
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] = groups.setdefault("", {})
    name = ""
    for line in text.splitlines():
        if line.lstrip().startswith(";"):
            continue
        if heading := GROUP.fullmatch(line):
            group, name = groups.setdefault(heading[1].strip().lower(), {}), ""
        elif pair := PAIR.fullmatch(line):
            name = pair[1].lower()
            group[name] = pair[2].strip()
        elif line.strip():
            group[name] = "\n".join(filter(None, (group.get(name), line.strip())))
    return groups


def read_table(text: str) -> list[dict[str, list[str]]]:
    """Return rows, each as lists of values by column name; names are from the first row, in lower case.

    Several columns can have the same name, and the last name applies to all further columns. Quoted values
    may continue over several lines.
    """
    rows = [row for row in csv.reader(text.splitlines(keepends=True), skipinitialspace=True) if any(row)]
    if not rows:
        return []
    names = [name.strip().lower() for name in rows[0]]
    found = []
    for row in rows[1:]:
        values: dict[str, list[str]] = {}
        for place, value in enumerate(row):
            values.setdefault(names[min(place, len(names) - 1)], []).append(value.strip())
        found.append(values)
    return found
