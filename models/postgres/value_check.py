"""CHECK constraints of columns: no row holds a value that a response cannot contain."""

from sqlalchemy import CheckConstraint, Column, DateTime, Float, Table
from sqlalchemy.dialects.postgresql import JSONB

from models.postgres.value import DEEPEST, LARGEST


def condition(column: Column[object]) -> str | None:
    """Return the condition on a column's values; null if its type needs none."""
    name = f'"{column.name}"'
    match column.type:
        case DateTime():
            first, end = "0001-01-01 00:00:00+00", "10000-01-01 00:00:00+00"
            return f"{name} >= '{first}' AND {name} < '{end}'"
        case Float():
            return f"{name} >= -{LARGEST:g} AND {name} <= {LARGEST:g}"
        case JSONB():
            return f"NOT jsonb_path_exists({name}, 'strict $.**{{{DEEPEST + 1}}}')"
    return None


def add_checks(table: Table) -> None:
    """Give each column of a table the constraint that its type needs."""
    for column in table.columns:
        if (wanted := condition(column)) is not None:
            table.append_constraint(CheckConstraint(wanted, name=f"{column.name}_in_bounds"))
