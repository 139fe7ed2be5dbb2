"""What a column of an export is: its name, its type in every format, its meaning."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class Type(StrEnum):
    """The type of a column's values; the words are those of the Table Schema standard where it has one."""

    TEXT = "string"
    CATEGORY = "category"
    """Text of which few different values occur."""
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "boolean"
    TIME = "datetime"
    """A moment, UTC."""
    DATE = "date"
    """A day in Việt Nam."""
    TEXTS = "list"
    """Several texts."""
    PICTURES = "pictures"
    """Pictures of an article: address, caption and credit of each."""
    JSON = "any"
    """A JSON document; as text in CSV and Parquet."""

    @property
    def standard(self) -> str:
        """The type's name in the Table Schema standard."""
        return {Type.CATEGORY: "string", Type.PICTURES: "array"}.get(self, str(self))


@frozen
class Column:
    """One column of an export."""

    name: str
    type: Type
    meaning: str
