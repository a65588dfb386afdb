"""Learning rooms: where some learners of a course work together (Xikolo: collab space)."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId


class LearningRoom(Base):
    """Who takes the course can join an open one; into another its members are brought."""

    __tablename__ = "learning_rooms"
    __table_args__ = (Index(None, "course_id", "name"),)

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    name: Mapped[str]
    is_open: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]


class LearningRoomMember(Base):
    """That a user works in a learning room."""

    __tablename__ = "learning_room_members"

    learning_room_id: Mapped[Id] = mapped_column(
        ForeignKey("learning_rooms.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[Id] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    joined_at: Mapped[CreatedAt]
