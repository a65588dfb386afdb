"""A whole course into the database, in the caller's transaction.

What the source says replaces what was there; what it does not speak of (a course's slug, status, channel,
categories, team and certificates) stays as the platform has it. A new course is active. Of the source, pages
beside the sections, the credentials of LTI tools, and the rest that no table has a column for are left out;
the report names them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ingest.outline import CourseOutline
from ingest.report import Account, Report
from ingest.store import announcements
from ingest.store.contents import ContentRows
from ingest.store.files import KeptFile, Links
from ingest.store.known import CONTENTS, Known, read_known
from ingest.store.rows import Row, put, remove, table_of
from ingest.store.tree import Plan, item_rows, plan, release_note, section_rows, withdraw, withdraw_sections
from models.asset import Asset
from models.base import new_id
from models.course import Course, CourseStatus
from models.grading_policy import GradingPolicy
from models.item import Item
from models.organization import Organization
from models.quiz import Option, Question
from models.section import Section
from models.subtitle import SubtitleCue, SubtitleTrack
from resolvers.arrangement import arrange
