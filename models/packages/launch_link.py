"""Launch links: URLs that open a registration in the player."""

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId


class LaunchLink(Base):
    """Launch link; `hash` is the SHA-256 of the secret in its URL, the only credential that a client needs.

    The link opens until `expires_at`; an opened player continues for a while
    (`resolvers.packages.player.SESSION`). The player starts at `start_item_id`, opens `redirect_url` at the
    end, uses the style sheet `css_url` for its frame, and shows its texts in `language`. Without a
    `redirect_url`, the window closes if `is_closed_at_end`, or else shows that the launch is over. If not
    `is_tracked`, no results are kept, and the link has its own registration
    (`models.packages.registration`). An assignable unit of cmi5 fetched its
    token, which is possible once, at `fetched_at`.
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
