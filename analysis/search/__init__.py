"""Searching the collection: one language for both databases, the newest or best hits, marked excerpts."""
