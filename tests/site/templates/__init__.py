"""Two designs of the same newspaper: they get the same views and share no mark-up."""
