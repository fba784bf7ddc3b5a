"""What people type: one module a group of commands, each a thin skin on the rooms below."""
