"""Storage of imported courses in the database and the object store."""

from ingest.store.course import Stored, StoreError, store_course
from ingest.store.files import keep_files
from ingest.store.package import CourseExistsError, Destination, store_package

__all__ = [
    "CourseExistsError",
    "Destination",
    "StoreError",
    "Stored",
    "keep_files",
    "store_course",
    "store_package",
]
