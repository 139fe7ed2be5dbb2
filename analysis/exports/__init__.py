"""The collection as files: what can be exported, which part of it, and how it is written.

Rows flow one way: :mod:`~analysis.exports.selection` says which articles,
:mod:`~analysis.exports.datasets` reads them in batches, :mod:`~analysis.exports.formats` writes
these, :mod:`~analysis.exports.export` keeps the result out of sight until it is complete and
:mod:`~analysis.exports.package` describes it.
"""
