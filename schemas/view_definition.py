"""What a view is."""

from __future__ import annotations

from attrs import frozen


@frozen
class View:
    """A view and what its columns mean."""

    name: str
    comment: str
    columns: dict[str, str]
    """Column → meaning, in the order in which the view has them."""
    select: str
    """With ``{local}`` and so on, which :func:`schemas.view_dialects.worded` replaces."""
