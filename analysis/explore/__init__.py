"""The browser: Datasette on a snapshot of the collection, with pages that people can read."""
