"""What page objects are given besides the page itself."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen
from web_poet.serialization import SerializedLeafData, register_serialization


def _aware(_instance: object, _attribute: object, value: datetime) -> None:
    if value.tzinfo is None:
        raise ValueError(f"the time of a fetch needs a zone: {value}")


@frozen
class FetchedAt:
    """When a page was fetched.

    A page is read by the layout that was in use then, so that pages saved long ago stay readable.
    """

    value: datetime = field(validator=_aware)


def _serialize(o: FetchedAt) -> SerializedLeafData:
    return {"txt": o.value.isoformat().encode()}


def _deserialize(cls: type[FetchedAt], data: SerializedLeafData) -> FetchedAt:
    return cls(datetime.fromisoformat(data["txt"].decode().strip()))


register_serialization(_serialize, _deserialize)
