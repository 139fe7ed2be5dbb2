"""One spider for each way of access."""
