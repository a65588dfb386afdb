"""What of their budgets viewers have spent, shared by all processes."""

from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Moment


class Budget(Base):
    """An account is spent until a moment: the more it owes, the later (GCRA's "theoretical arrival time").

    `key` names who pays and for what. A moment that has passed is the same as no row. The table is not
    logged: after a crash of PostgreSQL everybody begins anew.
    """

    __tablename__ = "budgets"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 (SQLAlchemy's own form)

    key: Mapped[str] = mapped_column(primary_key=True)
    spent_until: Mapped[Moment]
