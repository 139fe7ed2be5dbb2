"""How items become rows: one module for each part of the database, used within the store's transaction."""
