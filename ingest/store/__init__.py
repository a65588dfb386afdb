"""Writes what a reader yields into the database and the asset store, so that a repeated import updates it."""

from ingest.store.course import Stored, StoreError, store_course
from ingest.store.files import KeptFile, keep_files, stored_path

__all__ = ["KeptFile", "StoreError", "Stored", "keep_files", "store_course", "stored_path"]
