"""Reading archived pages again."""
