"""The collection as files.

:mod:`~analysis.exports.datasets` says what can be exported and reads it in batches,
:mod:`~analysis.exports.formats` writes these, :mod:`~analysis.exports.exporting` makes one export of them,
complete or absent, with its description.
"""
