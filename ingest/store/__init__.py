"""Writes what a reader yields into the database and the asset store, so that a repeated import updates it."""

from ingest.store.course import Stored, store_course
from ingest.store.files import KeptFile, keep_files

__all__ = ["KeptFile", "Stored", "keep_files", "store_course"]
