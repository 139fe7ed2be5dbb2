"""The report: one page of HTML about the collection, with plots, that asks nobody for anything."""
