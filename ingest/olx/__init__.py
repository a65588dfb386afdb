"""Reader of OLX, Open edX's export format of courses (Open edX: course import and export)."""

from ingest.olx.course import read_course
from ingest.olx.source import OlxError, asset_reference, block_reference

__all__ = ["OlxError", "asset_reference", "block_reference", "read_course"]
