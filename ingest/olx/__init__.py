"""Reader of OLX, the form in which Open edX exports a course (Open edX: course import and export)."""

from ingest.olx.course import read_course
from ingest.olx.source import OlxError, asset_reference, block_reference

__all__ = ["OlxError", "asset_reference", "block_reference", "read_course"]
