"""Gadgets: content stored as imported, because no richer type exists for it."""

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Value


class Gadget(Base):
    """Content in its source format; `type` is the name in that format, such as an XBlock's tag.

    `source` is the source text, often XML. `text` is Markdown that can be shown without the gadget's program.
    If `reveals_solutions` is true, `source` and `settings` are visible only to the course team.
    """

    __tablename__ = "gadgets"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    type: Mapped[str]
    source: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="", server_default="")
    settings: Mapped[Value] = mapped_column(default=dict)
    reveals_solutions: Mapped[bool] = mapped_column(default=False, server_default=false())
