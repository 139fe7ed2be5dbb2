"""For those who read the collection: a report about it. Nothing here writes to the database."""
