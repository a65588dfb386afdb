"""Budgets spent by viewers, shared by all processes."""

from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Moment


class Budget(Base):
    """Timestamp until which an account's budget is spent; the more is owed, the later.

    GCRA calls it the "theoretical arrival time". `key` names the payer and the budget. A past timestamp
    equals no row. The table is unlogged: after a crash of PostgreSQL all budgets are full.
    """

    __tablename__ = "budgets"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 (SQLAlchemy's own form)

    key: Mapped[str] = mapped_column(primary_key=True)
    spent_until: Mapped[Moment]
