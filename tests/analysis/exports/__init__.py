"""Exports: what they hold, how they are written, who can read them."""
