"""Content that the graph keeps as it came, because it knows no richer form for it."""

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Value


class Gadget(Base):
    """`type` is the source's own name for it, such as an XBlock's tag; `source` is its text, often XML.

    `text` is Markdown, what can be shown of it without its program. Where `reveals_solutions`, `source` and
    `settings` are for the course's team alone.
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
