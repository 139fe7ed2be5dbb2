"""What spiders have in common, by way of access."""
