"""What happens to an item, in this order: validate, clean, duplicates, store.

The pipelines know no HTML and make no request.
"""
