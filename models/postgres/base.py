"""Basis of every table: names of constraints, column types for ids, timestamps and translated texts."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import uuid_utils
from sqlalchemy import DateTime, Double, Enum, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from models.postgres.value_check import add_checks

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> str:
    """Return a fresh UUIDv7 as text; rows created later sort later, in every table."""
    return str(uuid_utils.uuid7())


Id = Annotated[str, mapped_column(Uuid(as_uuid=False))]
PrimaryId = Annotated[str, mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
Words = Annotated[list[str], mapped_column(ARRAY(Text), server_default="{}")]
Ids = Annotated[list[str], mapped_column(ARRAY(Uuid(as_uuid=False)), server_default="{}")]
Translations = Annotated[dict[str, str], mapped_column(JSONB, server_default="{}")]
Value = Annotated[dict[str, Any], mapped_column(JSONB)]
Values = Annotated[list[dict[str, Any]], mapped_column(JSONB, server_default="[]")]
Points = Annotated[float, mapped_column(Double)]


def name_column(names: type[StrEnum]) -> Enum:
    """Return the column type of an enum: its values as text, checked by a constraint."""
    return Enum(
        names,
        native_enum=False,
        create_constraint=True,
        name=names.__name__.lower(),
        length=None,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


class Base(DeclarativeBase):
    """Declarative base of all tables; their columns have the constraints of `models.postgres.value_check`."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), float: Double}  # noqa: RUF012 (SQLAlchemy's own form)

    def __init_subclass__(cls, **options: Any) -> None:
        """Give a table its constraints."""
        super().__init_subclass__(**options)
        if isinstance(cls.__table__, Table):  # else a query
            add_checks(cls.__table__)
