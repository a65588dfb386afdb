"""Launch links: addresses by which a registration runs in the player."""

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId


class LaunchLink(Base):
    """`hash` is the SHA-256 of the secret in the address, which is all that who follows it needs.

    It opens until `expires_at`; what was opened then runs on for a while
    (`resolvers.packages.launch_link.SESSION`). `start_item_id` is where the player begins, `redirect_url`
    where it leads at the end, `css_url` a style sheet for its frame, `language` what its words are in.
    Without a `redirect_url` its window `is_closed_at_end`, or says that it is over. What runs behind a link
    that is not `is_tracked` is not kept, and has a registration of its own (`models.packages.registration`).
    `fetched_at` is when an assignable unit of cmi5 took its token, which it may do once.
    """

    __tablename__ = "launch_links"
    __table_args__ = (UniqueConstraint("hash"),)

    id: Mapped[PrimaryId]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    registration_id: Mapped[Id] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), index=True
    )
    start_item_id: Mapped[Id | None] = mapped_column(ForeignKey("items.id", ondelete="SET NULL"), index=True)
    redirect_url: Mapped[str | None]
    css_url: Mapped[str | None]
    language: Mapped[str | None]
    is_closed_at_end: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_tracked: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]
    opened_at: Mapped[Moment | None]
    fetched_at: Mapped[Moment | None]
