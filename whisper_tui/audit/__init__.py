"""What was done: the append-only, chained session log."""
