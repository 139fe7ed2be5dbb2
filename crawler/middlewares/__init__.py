"""What happens to a request before it leaves."""
