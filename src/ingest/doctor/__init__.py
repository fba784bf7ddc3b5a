"""What is not well, and what to do about it."""
