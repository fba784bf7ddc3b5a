"""What one person asks of what is stored, or puts right in it: one module a question."""
