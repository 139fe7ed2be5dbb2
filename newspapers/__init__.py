"""What is particular to one newspaper, a folder each, and what Vietnamese newspapers share."""
