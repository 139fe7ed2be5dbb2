"""Reading kept pages again."""
