"""A terminal console for supervising live queue calls on Asterisk."""
