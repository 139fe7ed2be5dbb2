"""What all tables have in common."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, Float, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from schemas.types import Number, UtcDateTime

EDITION = "code of the edition: vi, en, …"
"""What columns say that hold one."""

RowNumber = Annotated[int, mapped_column(primary_key=True, comment="row number in this database")]
Edition = Annotated[str, mapped_column(comment=EDITION)]
SiteNumber = Annotated[int, mapped_column(comment="the site's number, counted per edition")]


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The constraint that a column holds one of an enumeration's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Table(DeclarativeBase):
    """A table. The first paragraph of its docstring and its columns' comments are the data dictionary.

    ``scrapy dictionary``, ``docs/tables.md`` and PostgreSQL's ``COMMENT`` show them. A foreign key without
    a comment has the name of what it refers to.
    """

    metadata = MetaData(
        # Constraints have the same names on every database, so that migrations can refer to them.
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {str: Text, datetime: UtcDateTime, int: Number, float: Float}  # noqa: RUF012

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = cls.metadata.tables[cls.__tablename__]
        table.comment = " ".join((cls.__doc__ or "").split("\n\n")[0].split())
        for column in table.columns:
            for key in column.foreign_keys:
                column.comment = column.comment or key.target_fullname
