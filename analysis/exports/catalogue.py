"""All that can be exported, by name."""

from __future__ import annotations

from itertools import chain

from analysis.exports.articles import ArticlesDataset
from analysis.exports.datasets import Dataset
from analysis.exports.tables import tables, views


def datasets() -> dict[str, Dataset]:
    """The articles, the views for people, then the tables as they are.

    What is called ``articles`` holds more than the table of this name.
    """
    found: dict[str, Dataset] = {"articles": ArticlesDataset()}
    for dataset in chain(views(), tables()):
        found.setdefault(dataset.name, dataset)
    return found
