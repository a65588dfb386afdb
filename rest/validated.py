"""Record of validated documents: while its hashes match, a server start parses and validates nothing.

`make format` writes the record, `make check` compares it (`tests/rest/test_validated.py`).
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from settings.environment import ROOT

RECORD = Path(__file__).parent / "validated.json"
SCHEMA = ROOT / "schema.graphql"
DIRECTIVES = Path(__file__).parent / "directives.graphql"
SUFFIXES = (".graphql", ".graphqls", ".tsv")


@cache
def _shared() -> bytes:
    return SCHEMA.read_bytes() + DIRECTIVES.read_bytes()


def hash_of(folder: Path) -> str:
    """Return the hash of a platform's documents, of the schema and of the directives."""
    made = sha256(_shared())
    for file in sorted(each for each in folder.rglob("*") if each.suffix in SUFFIXES):
        made.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return made.hexdigest()


def is_validated(folder: Path) -> bool:
    """Check whether the documents of a folder are unchanged since the last validation."""
    return bool(_recorded().get(folder.name) == hash_of(folder)) and folder.parent == RECORD.parent


def _recorded() -> dict[str, str]:
    """Return the recorded hashes; empty if the record is missing or damaged, as by a merge conflict."""
    try:
        found: dict[str, str] = json.loads(RECORD.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def record(folders: list[Path]) -> None:
    """Record that the documents of these folders are valid."""
    made = {folder.name: hash_of(folder) for folder in folders}
    RECORD.write_text(json.dumps(made, indent=2, sort_keys=True) + "\n")
