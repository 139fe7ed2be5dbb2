"""The collection as files: what can be exported, which part of it, and how it is written.

Rows flow one way: :mod:`~pipelines.exports.selection` says which articles,
:mod:`~pipelines.exports.datasets` reads them in batches, :mod:`~pipelines.exports.formats` writes
these, :mod:`~pipelines.exports.export` keeps the result out of sight until it is complete and
:mod:`~pipelines.exports.package` describes it.
"""
