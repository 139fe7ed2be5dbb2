"""Another newspaper than the first: what proves that only its folder knows what is particular to it."""
