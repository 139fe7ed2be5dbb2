"""The browser: Datasette on the collection, with pages that people can read."""
