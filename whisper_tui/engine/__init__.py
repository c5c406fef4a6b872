"""The shell: the one loop that joins link, floor, permissions, supervision and log."""
